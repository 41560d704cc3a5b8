// SPDX-License-Identifier: Apache-2.0
// Fact: a thread that was brought back can be cancelled, and its cleanup runs.
#include "step.h"

#include <pthread.h>

static pthread_barrier_t barrier;
static int cleaned;

static void cleanup(void *unused)
{
	(void)unused;
	cleaned++;
}

static void *work(void *unused)
{
	pthread_cleanup_push(cleanup, NULL);
	pthread_barrier_wait(&barrier);
	for (;;)
		pause();
	pthread_cleanup_pop(0);
	return unused;
}

int main(void)
{
	void *result;

	for (int step = 1; step <= STEPS; step++) {
		pthread_t t;

		pthread_barrier_init(&barrier, NULL, 2);
		pthread_create(&t, NULL, work, NULL);
		pthread_barrier_wait(&barrier);
		checkpoint_here();
		pthread_cancel(t);
		pthread_join(t, &result);
		printf("%d %d\n", result == PTHREAD_CANCELED, cleaned);
	}
	return 0;
}
