// SPDX-License-Identifier: Apache-2.0
// Fact: pages given back with MADV_DONTNEED are zeros, also when the images before this one hold something else.
#include "changes.h"

int main(void)
{
	uint64_t *p = filled(1);

	for (int round = 0; round < ROUNDS; round++) {
		write_some(p, round);
		madvise(p + (size_t)round * 70 * WORDS, 33 * 4096, MADV_DONTNEED);
		if (round % 3 == 0) /* touched again, only read */
			printf("%llu\n", (unsigned long long)p[((size_t)round * 70 + 4) * WORDS]);
		next_round(round, sum_of(p, (size_t)PAGES * WORDS));
		p[((size_t)round * 70 + 9) * WORDS] = 1;
	}
	at_the_end(sum_of(p, (size_t)PAGES * WORDS));
	return 0;
}
