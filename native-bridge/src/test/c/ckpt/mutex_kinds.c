// SPDX-License-Identifier: Apache-2.0
// Fact: recursive and error-checking mutexes know their owner.
#include "step.h"

#include <errno.h>
#include <pthread.h>

int main(void)
{
	pthread_mutex_t r, e;
	pthread_mutexattr_t a;

	pthread_mutexattr_init(&a);
	pthread_mutexattr_settype(&a, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&r, &a);
	pthread_mutexattr_settype(&a, PTHREAD_MUTEX_ERRORCHECK);
	pthread_mutex_init(&e, &a);
	pthread_mutex_lock(&r);
	pthread_mutex_lock(&e);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		printf("%d %d %d ", pthread_mutex_lock(&r), pthread_mutex_unlock(&r), pthread_mutex_lock(&e) == EDEADLK);
		printf("%d %d\n", pthread_mutex_unlock(&e), pthread_mutex_lock(&e));
	}
	return 0;
}
