// SPDX-License-Identifier: Apache-2.0
// Fact: nanosleep, poll, select and epoll_wait are neither cut short nor begun again from the start.
#include "step.h"

#include <pthread.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>

/* A real timer interrupts the wait; its handler asks for the checkpoint. */
static void on(int sig)
{
	(void)sig;
	checkpoint_here();
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(void)
{
	static const char *const names[] = {"nanosleep", "poll", "select", "epoll", "usleep"};
	struct sigaction sa = {.sa_handler = on, .sa_flags = SA_RESTART};
	int ep = epoll_create1(0);

	(void)sa;
	for (int step = 0; step < 5; step++) {
		struct timespec t = {0, 60000000};
		struct timeval tv = {0, 60000};
		struct epoll_event ev;
		double begin = now();
		int r;

		checkpoint_here();
		begin = now();
		r = step == 0	? nanosleep(&t, NULL)
		    : step == 1 ? poll(NULL, 0, 60)
		    : step == 2 ? select(0, NULL, NULL, NULL, &tv)
		    : step == 3 ? epoll_wait(ep, &ev, 1, 60)
				: usleep(60000);
		printf("%s %d long enough %d\n", names[step], r, now() - begin >= 0.0595);
	}
	return 0;
}
