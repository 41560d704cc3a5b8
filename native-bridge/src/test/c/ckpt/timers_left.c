// SPDX-License-Identifier: Apache-2.0
// Fact: alarm, setitimer and POSIX timers go on with the time that was left.
#include "step.h"

#include <sys/time.h>
#include <time.h>

static volatile sig_atomic_t rang, real_, virt;

static void on(int sig, siginfo_t *i, void *u)
{
	(void)u;
	if (sig == SIGALRM)
		rang++;
	else if (sig == SIGVTALRM)
		virt++;
	else
		real_ += i->si_value.sival_int;
}

int main(void)
{
	struct sigaction sa = {.sa_sigaction = on, .sa_flags = SA_SIGINFO};
	struct sigevent ev = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 5};
	struct itimerspec far = {{7, 0}, {500, 0}}, at;
	struct itimerval tick = {{0, 0}, {0, 40000}};
	timer_t first, second, third;

	sigaction(SIGALRM, &sa, NULL);
	sigaction(SIGUSR1, &sa, NULL);
	sigaction(SIGVTALRM, &sa, NULL);
	timer_create(CLOCK_MONOTONIC, &ev, &first);
	timer_create(CLOCK_REALTIME, &ev, &second);
	timer_delete(first);
	timer_create(CLOCK_REALTIME, &ev, &third);
	timer_settime(third, 0, &far, NULL);
	alarm(300);
	for (int step = 0; step < STEPS; step++) {
		struct itimerspec soon = {{0, 0}, {0, 30000000}};
		sigset_t none;

		timer_settime(second, 0, &soon, NULL);
		setitimer(ITIMER_VIRTUAL, &tick, NULL);
		checkpoint_here();
		sigemptyset(&none);
		while (real_ < 5 * (step + 1))
			sigsuspend(&none);
		while (virt < step + 1)
			;
		timer_gettime(third, &at);
		printf("step %d alarm %d far %d every %ld rang %d\n", step, alarm(0) > 290,
		       at.it_value.tv_sec > 490 && at.it_value.tv_sec <= 500, (long)at.it_interval.tv_sec, (int)rang);
		alarm(300);
	}
	return 0;
}
