// SPDX-License-Identifier: Apache-2.0
/*
 * primes: counts the primes up to a limit with a segmented sieve and prints the count after every
 * tenth of the way, so that its output shows whether any work was lost or done twice.
 *
 *	primes LIMIT
 *
 * `roost demo` runs one on every slot as the batch job. Context: an ordinary program.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	SEGMENT = 1 << 18, /* odd numbers a segment; one byte each, fits the second-level cache */
};

static const uint64_t LIMIT_MAX = 1000000000000ULL;

struct sieve {
	uint32_t *prime; /* odd primes up to the square root of the limit */
	uint64_t *next;	 /* of each, the next odd multiple to strike out */
	size_t primes;
	unsigned char composite[SEGMENT];
};

static int base_primes(struct sieve *s, uint64_t limit)
{
	uint32_t root = (uint32_t)sqrt((double)limit) + 1;
	unsigned char *composite = calloc(root + 1, 1);

	s->prime = calloc(root / 2 + 1, sizeof(*s->prime));
	s->next = calloc(root / 2 + 1, sizeof(*s->next));
	if (!composite || !s->prime || !s->next) {
		free(composite);
		return -1;
	}
	for (uint32_t n = 3; n <= root; n += 2) {
		if (composite[n])
			continue;
		s->prime[s->primes] = n;
		s->next[s->primes++] = (uint64_t)n * n;
		for (uint64_t m = (uint64_t)n * n; m <= root; m += 2 * (uint64_t)n)
			composite[m] = 1;
	}
	free(composite);
	return 0;
}

/* Counts the primes among the odd numbers from start (odd), at most up to limit. */
static uint64_t count_segment(struct sieve *s, uint64_t start, uint64_t limit)
{
	uint64_t end = start + 2 * SEGMENT, count = 0; /* end is exclusive */

	memset(s->composite, 0, sizeof(s->composite));
	for (size_t i = 0; i < s->primes; i++) {
		uint64_t m = s->next[i], step = 2 * (uint64_t)s->prime[i];

		for (; m < end; m += step)
			s->composite[(m - start) / 2] = 1;
		s->next[i] = m;
	}
	for (uint64_t n = start; n < end && n <= limit; n += 2)
		count += !s->composite[(n - start) / 2];
	return count;
}

int main(int argc, char **argv)
{
	static struct sieve s;
	char *end = NULL;
	uint64_t limit = argc == 2 ? strtoull(argv[1], &end, 10) : 0;
	uint64_t count = 1, tenth = 1; /* 2 is counted already */

	if (argc != 2 || *end || limit < 10 || limit > LIMIT_MAX) {
		fprintf(stderr, "usage: primes LIMIT (10 to %llu)\n",
			(unsigned long long)LIMIT_MAX);
		return 2;
	}
	if (base_primes(&s, limit)) {
		fprintf(stderr, "primes: out of memory\n");
		return 1;
	}
	for (uint64_t start = 3; start <= limit; start += 2 * SEGMENT) {
		count += count_segment(&s, start, limit);
		while (tenth < 10 && start + 2 * SEGMENT > limit / 10 * tenth)
			if (printf("%llu/10 %llu\n", (unsigned long long)tenth++,
				   (unsigned long long)count) < 0 || fflush(stdout)) {
				perror("primes: cannot write");
				return 1;
			}
	}
	printf("primes up to %llu: %llu\n", (unsigned long long)limit, (unsigned long long)count);
	free(s.prime);
	free(s.next);
	return fflush(stdout) ? 1 : 0;
}
