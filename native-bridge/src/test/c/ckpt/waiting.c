// SPDX-License-Identifier: Apache-2.0
// Fact: a checkpoint cuts no nanosleep, poll, select and epoll_wait short, and makes none fail; nor the same by number.
#include "step.h"

#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <time.h>

#define WAITS 8
#define MS 60

static pthread_barrier_t both;

/* The other thread's checkpoint comes while this one waits. */
static void *checkpoint_soon(void *arg)
{
	struct timespec t = {0, MS / 3 * 1000000};

	for (int step = 0; step < WAITS; step++) {
		pthread_barrier_wait(&both);
		nanosleep(&t, NULL);
		checkpoint_here();
		pthread_barrier_wait(&both);
	}
	return arg;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int await(int step, int ep)
{
	struct timespec t = {0, MS * 1000000};
	struct timeval tv = {0, MS * 1000};
	struct epoll_event ev;

	switch (step) {
	case 0:
		return nanosleep(&t, NULL);
	case 1:
		return poll(NULL, 0, MS);
	case 2:
		return select(0, NULL, NULL, NULL, &tv);
	case 3:
		return epoll_wait(ep, &ev, 1, MS);
	case 4:
		return usleep(MS * 1000);
	case 5:
		return (int)syscall(SYS_nanosleep, &t, NULL);
	case 6:
		return (int)syscall(SYS_poll, NULL, 0, MS);
	default:
		return (int)syscall(SYS_epoll_wait, ep, &ev, 1, MS);
	}
}

int main(void)
{
	int ep = epoll_create1(0);
	pthread_t other;

	pthread_barrier_init(&both, NULL, 2);
	pthread_create(&other, NULL, checkpoint_soon, NULL);
	for (int step = 0; step < WAITS; step++) {
		double begin;
		int r;

		pthread_barrier_wait(&both);
		begin = now();
		r = await(step, ep);
		printf("%d %d long enough %d\n", step, r, now() - begin >= MS * 0.99 / 1000);
		pthread_barrier_wait(&both);
	}
	pthread_join(other, NULL);
	return 0;
}
