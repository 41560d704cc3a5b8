// SPDX-License-Identifier: Apache-2.0
// Fact: eventfd, timerfd, signalfd and epoll.
#include "step.h"

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

int main(void)
{
	int ev = eventfd(3, EFD_NONBLOCK), tf = timerfd_create(CLOCK_MONOTONIC, 0), ep = epoll_create1(EPOLL_CLOEXEC), sf;
	struct epoll_event e = {.events = EPOLLIN, .data.u64 = 77}, got;
	struct itimerspec every = {{0, 0}, {0, 20000000}}, far = {{3, 0}, {400, 0}}, left;
	struct signalfd_siginfo si;
	int far_fd = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC);
	sigset_t set;
	uint64_t v;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sf = signalfd(-1, &set, 0);
	timerfd_settime(far_fd, 0, &far, NULL);
	epoll_ctl(ep, EPOLL_CTL_ADD, tf, &e);
	for (int step = 0; step < STEPS; step++) {
		int n;

		v = (uint64_t)step;
		if (write(ev, &v, 8) != 8)
			return 1;
		timerfd_settime(tf, 0, &every, NULL);
		raise(SIGUSR1);
		checkpoint_here();
		n = epoll_wait(ep, &got, 1, 5000);
		printf("epoll %d data %lu ", n, (unsigned long)got.data.u64);
		if (read(tf, &v, 8) != 8)
			return 2;
		printf("ticks %lu ", (unsigned long)v);
		if (read(sf, &si, sizeof si) != sizeof si)
			return 3;
		timerfd_gettime(far_fd, &left);
		printf("signal %u far %d %ld\n", si.ssi_signo, left.it_value.tv_sec > 390, (long)left.it_interval.tv_sec);
	}
	if (read(ev, &v, 8) != 8)
		return 4;
	printf("events %lu then %zd\n", (unsigned long)v, read(ev, &v, 8));
	return 0;
}
