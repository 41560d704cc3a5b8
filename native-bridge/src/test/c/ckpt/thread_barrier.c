// SPDX-License-Identifier: Apache-2.0
// Fact: threads meet at a barrier, before and after.
#include "step.h"

#include <pthread.h>

static pthread_barrier_t barrier;
static int value[3];

static void *work(void *number)
{
	for (int i = 0; i < STEPS; i++) {
		pthread_barrier_wait(&barrier);
		value[(long)number] += (int)(long)number + i;
		pthread_barrier_wait(&barrier);
	}
	return NULL;
}

int main(void)
{
	pthread_t t[3];

	pthread_barrier_init(&barrier, NULL, 4);
	for (long i = 0; i < 3; i++)
		pthread_create(&t[i], NULL, work, (void *)i);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		int sum = 0;

		pthread_barrier_wait(&barrier);
		pthread_barrier_wait(&barrier);
		for (int i = 0; i < 3; i++)
			sum += value[i];
		printf("%d\n", sum);
	}
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	return 0;
}
