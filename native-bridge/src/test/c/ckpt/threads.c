// SPDX-License-Identifier: Apache-2.0
// Fact: threads, their thread-local data, mutexes, condition variables and cancellation.
#include "step.h"

#include <pthread.h>

#define N 6

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER, recursive;
static pthread_cond_t turn = PTHREAD_COND_INITIALIZER;
static int whose, done;
static __thread int mine;

/* As garbage collectors ask for the stack that they look through. */
static int own_stack(void)
{
	pthread_attr_t a;
	size_t bytes;
	void *start;
	int err = pthread_getattr_np(pthread_self(), &a);

	if (err)
		return err;
	err = pthread_attr_getstack(&a, &start, &bytes);
	pthread_attr_destroy(&a);
	return err ? err : (char *)&a < (char *)start || (char *)&a >= (char *)start + bytes;
}

static void *worker(void *arg)
{
	int me = (int)(long)arg;

	mine = me * 100;
	pthread_mutex_lock(&lock);
	while (!done) {
		while (whose != me && !done)
			pthread_cond_wait(&turn, &lock);
		if (done)
			break;
		mine++;
		printf("thread %d %d stack %d\n", me, mine, own_stack());
		whose = 0;
		pthread_cond_broadcast(&turn);
	}
	pthread_mutex_unlock(&lock);
	return (void *)(long)mine;
}

int main(void)
{
	pthread_t t[N];
	pthread_mutexattr_t a;
	void *r;

	pthread_mutexattr_init(&a);
	pthread_mutexattr_settype(&a, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&recursive, &a);
	for (long i = 0; i < N; i++)
		pthread_create(&t[i], NULL, worker, (void *)(i + 1));
	for (int step = 0; step < STEPS; step++) {
		pthread_mutex_lock(&recursive);
		pthread_mutex_lock(&recursive);
		checkpoint_here();
		printf("recursive %d", pthread_mutex_unlock(&recursive));
		printf("%d %d\n", pthread_mutex_unlock(&recursive), pthread_mutex_unlock(&recursive) != 0);
		pthread_mutex_lock(&lock);
		whose = 1 + step % N;
		pthread_cond_broadcast(&turn);
		while (whose)
			pthread_cond_wait(&turn, &lock);
		pthread_mutex_unlock(&lock);
		printf("kill 0: %d\n", pthread_kill(t[step % N], 0));
	}
	pthread_mutex_lock(&lock);
	done = 1;
	pthread_cond_broadcast(&turn);
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < N; i++) {
		pthread_join(t[i], &r);
		printf("joined %ld\n", (long)r);
	}
	return 0;
}
