// SPDX-License-Identifier: Apache-2.0
// Fact: a thread that waits for a condition is woken by it.
#include "step.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int wanted, done;

static void *work(void *unused)
{
	pthread_mutex_lock(&lock);
	while (done < STEPS) {
		while (wanted == done)
			pthread_cond_wait(&changed, &lock);
		done = wanted;
		pthread_cond_broadcast(&changed);
	}
	pthread_mutex_unlock(&lock);
	return unused;
}

int main(void)
{
	pthread_t t;

	pthread_create(&t, NULL, work, NULL);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		pthread_mutex_lock(&lock);
		wanted = step;
		pthread_cond_broadcast(&changed);
		while (done != step)
			pthread_cond_wait(&changed, &lock);
		pthread_mutex_unlock(&lock);
		printf("%d\n", done);
	}
	pthread_join(t, NULL);
	return 0;
}
