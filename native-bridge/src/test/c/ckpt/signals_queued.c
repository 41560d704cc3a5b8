// SPDX-License-Identifier: Apache-2.0
// Fact: queued signals arrive in order, each once, with their values.
#include "step.h"

#include <signal.h>

static volatile int got, sum;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	got++;
	sum = sum * 10 + info->si_value.sival_int;
}

int main(void)
{
	sigset_t set;
	struct sigaction sa = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};

	sigaction(SIGRTMIN + 3, &sa, NULL);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 3);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (int i = 1; i <= 3; i++)
		sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = i});

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		printf("got %d sum %d\n", got, sum);
		if (step == 3)
			sigprocmask(SIG_UNBLOCK, &set, NULL);
	}
	return 0;
}
