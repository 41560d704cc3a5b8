// SPDX-License-Identifier: Apache-2.0
// Fact: a thread that waits for a semaphore gets what is posted.
#include "step.h"

#include <pthread.h>
#include <semaphore.h>

static sem_t go, back;
static int count;

static void *work(void *unused)
{
	for (int i = 0; i < STEPS; i++) {
		sem_wait(&go);
		count += i;
		sem_post(&back);
	}
	return unused;
}

int main(void)
{
	pthread_t t;

	sem_init(&go, 0, 0);
	sem_init(&back, 0, 0);
	pthread_create(&t, NULL, work, NULL);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		sem_post(&go);
		sem_wait(&back);
		printf("%d\n", count);
	}
	pthread_join(t, NULL);
	return 0;
}
