// SPDX-License-Identifier: Apache-2.0
// Fact: a checkpoint asked for by a thread that is not the main one.
#include "step.h"

#include <pthread.h>

static void *worker(void *arg)
{
	(void)arg;
	for (int step = 0; step < STEPS; step++) {
		checkpoint_here();
		printf("worker %d\n", step);
	}
	return NULL;
}

int main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, worker, NULL);
	pthread_join(t, NULL);
	printf("main\n");
	return 5;
}
