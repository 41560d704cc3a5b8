// SPDX-License-Identifier: Apache-2.0
// Fact: dispositions, masks, flags, pending signals with their values come back, each delivered once.
#include "step.h"

static volatile sig_atomic_t count, value;

static void on(int sig, siginfo_t *info, void *uc)
{
	(void)uc;
	count++;
	value = sig * 1000 + info->si_value.sival_int;
}

int main(void)
{
	struct sigaction sa = {.sa_sigaction = on, .sa_flags = SA_SIGINFO | SA_RESTART}, old;
	sigset_t set, now;

	sigemptyset(&sa.sa_mask);
	sigaddset(&sa.sa_mask, SIGHUP);
	sigaction(SIGUSR1, &sa, NULL);
	sigaction(SIGRTMIN + 3, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN + 3);
	for (int step = 0; step < STEPS; step++) {
		sigprocmask(SIG_BLOCK, &set, NULL);
		sigqueue(getpid(), SIGUSR1, (union sigval){.sival_int = step});
		sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = step + 10});
		sigqueue(getpid(), SIGRTMIN + 3, (union sigval){.sival_int = step + 20});
		checkpoint_here();
		sigprocmask(SIG_SETMASK, NULL, &now);
		printf("blocked %d %d before %d ", sigismember(&now, SIGUSR1), sigismember(&now, SIGHUP), (int)count);
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		sigaction(SIGUSR1, NULL, &old);
		printf("after %d last %d flags %x mask %d\n", (int)count, (int)value,
		       old.sa_flags & ~0x04000000, sigismember(&old.sa_mask, SIGHUP));
	}
	raise(SIGPIPE);
	return 0;
}
