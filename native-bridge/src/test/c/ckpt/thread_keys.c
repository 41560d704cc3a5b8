// SPDX-License-Identifier: Apache-2.0
// Fact: thread-specific data belongs to its thread, and its destructor runs.
#include "step.h"

#include <pthread.h>

static pthread_key_t key;
static pthread_barrier_t barrier;

static void gone(void *value)
{
	printf("gone %ld\n", (long)value);
}

static void *work(void *unused)
{
	pthread_setspecific(key, (void *)7);
	pthread_barrier_wait(&barrier);
	printf("%ld\n", (long)pthread_getspecific(key));
	return unused;
}

int main(void)
{
	pthread_t t;

	pthread_key_create(&key, gone);
	pthread_setspecific(key, (void *)100);
	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&t, NULL, work, NULL);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		printf("%ld\n", (long)pthread_getspecific(key));
		pthread_setspecific(key, (void *)(100L + step));
	}
	pthread_barrier_wait(&barrier);
	pthread_join(t, NULL);
	return 0;
}
