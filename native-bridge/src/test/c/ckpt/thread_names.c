// SPDX-License-Identifier: Apache-2.0
// Fact: threads keep their names.
#include "step.h"

#include <pthread.h>

static pthread_barrier_t barrier;

static void *work(void *unused)
{
	char name[16];

	pthread_setname_np(pthread_self(), "the-second");
	pthread_barrier_wait(&barrier);
	pthread_barrier_wait(&barrier);
	pthread_getname_np(pthread_self(), name, sizeof name);
	printf("%s\n", name);
	return unused;
}

int main(void)
{
	pthread_t t;
	char name[16];

	pthread_setname_np(pthread_self(), "the-first");
	pthread_barrier_init(&barrier, NULL, 2);
	pthread_create(&t, NULL, work, NULL);
	pthread_barrier_wait(&barrier);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		pthread_getname_np(pthread_self(), name, sizeof name);
		printf("%s\n", name);
	}
	pthread_barrier_wait(&barrier);
	pthread_join(t, NULL);
	return 0;
}
