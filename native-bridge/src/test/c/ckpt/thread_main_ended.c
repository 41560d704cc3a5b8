// SPDX-License-Identifier: Apache-2.0
// Fact: a program whose main thread has ended, but not its others, is saved and brought back.
#include "step.h"

#include <pthread.h>
#include <stdatomic.h>

static pthread_t first;

static void *work(void *arg)
{
	(void)arg;
	pthread_join(first, NULL);
	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		printf("step %d without the main thread\n", step);
		fflush(stdout);
	}
	exit(7);
}

int main(void)
{
	pthread_t t;

	first = pthread_self();
	pthread_create(&t, NULL, work, NULL);
	pthread_exit(NULL);
}
