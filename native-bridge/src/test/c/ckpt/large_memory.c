// SPDX-License-Identifier: Apache-2.0
// Fact: large memory behaves as anonymous memory from the first instruction after a restart on, while it may still be
// coming in: discarded pages are zero, moved and grown mappings keep their content, the kernel may write into it, a child
// sees all of it, threads may touch all of it at once, and the next checkpoint is complete.
#include "step.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define MB (1UL << 20)
#define SIZE (80 * MB)
#define WORDS (SIZE / 8)

static unsigned long *mem;

static unsigned long word(unsigned long i)
{
	i ^= i << 13;
	i *= 0x9e3779b97f4a7c15UL;
	return i ^ i >> 29;
}

static long wrong(unsigned long from, unsigned long to, unsigned long stride)
{
	long bad = 0;

	for (unsigned long i = from; i < to; i += stride)
		bad += mem[i] != word(i);
	return bad;
}

static void *reader(void *arg)
{
	unsigned long part = (unsigned long)arg;

	return (void *)wrong(part * (WORDS / 4), (part + 1) * (WORDS / 4), 509);
}

int main(void)
{
	const int P = MAP_PRIVATE | MAP_ANONYMOUS, RW = PROT_READ | PROT_WRITE;
	int zero = open("/dev/zero", O_RDONLY), status;

	mem = mmap(NULL, SIZE, RW, P, -1, 0);
	for (unsigned long i = 0; i < WORDS; i++)
		mem[i] = word(i);
	for (int round = 0; round < 2; round++) {
		unsigned char *b;
		unsigned long *heap = malloc(70 * MB), *other;
		pthread_t t[4];
		void *bad[4];

		for (unsigned long i = 0; i < 70 * MB / 8; i++)
			heap[i] = ~word(i);
		checkpoint_here();
		b = (unsigned char *)mem;
		/* the kernel writes into pages that may be missing */
		printf("read %zd", read(zero, b + 40 * MB + 100, 5000));
		printf(" %d\n", b[40 * MB + 100] | b[40 * MB + 5099]);
		for (unsigned long i = (40 * MB) / 8; i < (40 * MB + 8192) / 8; i++)
			mem[i] = word(i);
		madvise(b + 60 * MB, 4 * MB, MADV_DONTNEED);
		madvise(b + 70 * MB + 4096, 4096, MADV_DONTNEED);
		printf("discarded %lu %lu beside %d\n", mem[61 * MB / 8], mem[(70 * MB + 4096) / 8],
		       mem[70 * MB / 8] == word(70 * MB / 8));
		for (unsigned long i = 60 * MB / 8; i < 64 * MB / 8; i++)
			mem[i] = word(i);
		for (unsigned long i = (70 * MB + 4096) / 8; i < (70 * MB + 8192) / 8; i++)
			mem[i] = word(i);
		munmap(b + 10 * MB, MB);
		if (mmap(b + 10 * MB, MB, RW, P | MAP_FIXED, -1, 0) != b + 10 * MB)
			return 1;
		printf("mapped anew %lu\n", mem[(10 * MB + 512) / 8]);
		for (unsigned long i = 10 * MB / 8; i < 11 * MB / 8; i++)
			mem[i] = word(i);
		heap = realloc(heap, 90 * MB);
		other = mmap(NULL, 4 * MB, RW, P, -1, 0);
		printf("realloc %d %d\n", heap[0] == ~word(0), heap[69 * MB / 8] == ~word(69 * MB / 8));
		for (long i = 0; i < 4; i++)
			pthread_create(&t[i], NULL, reader, (void *)i);
		for (int i = 0; i < 4; i++)
			pthread_join(t[i], &bad[i]);
		printf("threads %ld\n", (long)bad[0] + (long)bad[1] + (long)bad[2] + (long)bad[3]);
		fflush(stdout);
		if (fork() == 0)
			_exit(wrong(0, WORDS, 64) != 0 || heap[35 * MB / 8] != ~word(35 * MB / 8));
		wait(&status);
		printf("child %d\n", status);
		munmap(other, 4 * MB);
		free(heap);
		printf("all %ld\n", wrong(0, WORDS, 1));
	}
	return 0;
}
