// SPDX-License-Identifier: Apache-2.0
// Fact: a stack that has become deep, shallow and deep again is as it was, of the main thread and of another.
#include "changes.h"

#include <pthread.h>

static uint64_t deep(int depth, uint64_t seed)
{
	volatile uint64_t room[500];

	for (int i = 0; i < 500; i++)
		room[i] = mix(seed + (uint64_t)i);
	if (depth > 0)
		seed = deep(depth - 1, seed + 1);
	else
		next_round((int)(seed >> 32), seed);
	for (int i = 0; i < 500; i++)
		seed = seed * 31 + room[i];
	return seed;
}

static void *rounds(void *from)
{
	static uint64_t *p;

	if (!p)
		p = filled(1);
	for (int round = *(int *)from; round < *(int *)from + ROUNDS / 2; round++) {
		write_some(p, round);
		printf("%016llx\n", (unsigned long long)deep(round % 2 ? 300 : 5, (uint64_t)round << 32));
	}
	printf("%016llx\n", (unsigned long long)sum_of(p, (size_t)PAGES * WORDS));
	return NULL;
}

int main(void)
{
	int first = 0, second = ROUNDS / 2;
	pthread_t thread;

	rounds(&first);
	pthread_create(&thread, NULL, rounds, &second);
	pthread_join(thread, NULL);
	return 0;
}
