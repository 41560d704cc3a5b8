// SPDX-License-Identifier: Apache-2.0
// Shared by the programs about incremental images. Each keeps PAGES pages of memory, changes a little of what it is about
// between two checkpoints, ROUNDS times, and prints what it finds.
#ifndef CHANGES_H
#define CHANGES_H

#include "../ckpt/step.h"

#include <stdint.h>
#include <sys/mman.h>

enum { ROUNDS = 12, PAGES = 1024, WORDS = 512, BYTES = PAGES * 4096 };

static inline uint64_t *new_memory(size_t bytes)
{
	uint64_t *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		exit(97);
	return p;
}

static inline uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

static inline uint64_t *filled(uint64_t seed)
{
	uint64_t *p = new_memory(BYTES);

	for (size_t i = 0; i < (size_t)PAGES * WORDS; i++)
		p[i] = mix(seed + i);
	return p;
}

static inline uint64_t sum_of(const uint64_t *p, size_t words)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < words; i++)
		sum = sum * 31 + p[i];
	return sum;
}

/* Some pages, other ones in every round. */
static inline void write_some(uint64_t *p, int round)
{
	for (int k = 0; k < 8; k++)
		p[mix((uint64_t)(round * 8 + k)) % PAGES * WORDS + 3] ^= mix((uint64_t)round + 77);
}

static inline void at_the_end(uint64_t sum)
{
	printf("end %016llx\n", (unsigned long long)sum);
}

static inline void next_round(int round, uint64_t sum)
{
	printf("round %d sum %016llx\n", round, (unsigned long long)sum);
	fflush(stdout);
	checkpoint_here();
}

#endif
