// SPDX-License-Identifier: Apache-2.0
// Fact: a thread that ended before gives its result after.
#include "step.h"

#include <pthread.h>

static void *work(void *number)
{
	return (void *)((long)number * 11);
}

int main(void)
{
	pthread_t t[STEPS];

	for (long i = 0; i < STEPS; i++)
		pthread_create(&t[i], NULL, work, (void *)i);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		void *result;

		pthread_join(t[step - 1], &result);
		printf("%ld\n", (long)result);
	}
	return 0;
}
