// SPDX-License-Identifier: Apache-2.0
// Fact: what other threads write while images are made is not lost.
#include "changes.h"

#include <pthread.h>

static pthread_barrier_t begin, end;
static uint64_t *memory[3];
static int round_now;

static void *work(void *number)
{
	int me = *(int *)number;

	for (;;) {
		pthread_barrier_wait(&begin);
		if (round_now < 0)
			return NULL;
		write_some(memory[me], round_now * 3 + me);
		pthread_barrier_wait(&end);
	}
}

int main(void)
{
	int numbers[3] = {0, 1, 2};
	pthread_t threads[3];

	pthread_barrier_init(&begin, NULL, 4);
	pthread_barrier_init(&end, NULL, 4);
	for (int i = 0; i < 3; i++) {
		memory[i] = filled((uint64_t)i);
		pthread_create(&threads[i], NULL, work, &numbers[i]);
	}
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t sum = 0;

		round_now = round;
		pthread_barrier_wait(&begin);
		pthread_barrier_wait(&end);
		for (int i = 0; i < 3; i++)
			sum += sum_of(memory[i], (size_t)PAGES * WORDS);
		next_round(round, sum);
	}
	round_now = -1;
	pthread_barrier_wait(&begin);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	at_the_end(sum_of(memory[2], (size_t)PAGES * WORDS));
	return 0;
}
