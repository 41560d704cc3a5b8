// SPDX-License-Identifier: Apache-2.0
// Test aid: fills so many MiB (its first argument), is checkpointed, and goes over all of it: reads every word or, with
// "writes" as its second argument, changes every word. Says how many were wrong. behaviour.sh restarts it where memory
// is scarce.
#include "step.h"

#include <stdbool.h>

#define WORDS_PER_MIB (1UL << 17)

static unsigned long word(unsigned long i)
{
	i ^= i << 13;
	i *= 0x9e3779b97f4a7c15UL;
	return i ^ i >> 29;
}

int main(int argc, char **argv)
{
	unsigned long n = (argc > 1 ? strtoul(argv[1], NULL, 10) : 1) * WORDS_PER_MIB, wrong = 0;
	bool writes = argc > 2 && !strcmp(argv[2], "writes");
	unsigned long *mem = malloc(n * sizeof *mem);

	for (unsigned long i = 0; i < n; i++)
		mem[i] = word(i);
	checkpoint_here();
	if (writes)
		for (unsigned long i = 0; i < n; i++)
			mem[i]++;
	for (unsigned long i = 0; i < n; i++)
		wrong += mem[i] != word(i) + writes;
	printf("wrong %lu\n", wrong);
	return wrong ? 1 : 6;
}
