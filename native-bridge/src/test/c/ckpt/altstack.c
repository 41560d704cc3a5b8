// SPDX-License-Identifier: Apache-2.0
// Fact: the alternate signal stack comes back, also when the checkpoint falls into a handler on it.
#include "step.h"

static char area[65536];

static void on(int sig)
{
	char here;

	checkpoint_here();
	printf("signal %d on alternate stack %d\n", sig, &here >= area && &here < area + sizeof area);
}

int main(void)
{
	stack_t ss = {.ss_sp = area, .ss_size = sizeof area}, now;
	struct sigaction sa = {.sa_handler = on, .sa_flags = SA_ONSTACK};

	sigaltstack(&ss, NULL);
	sigaction(SIGUSR1, &sa, NULL);
	for (int step = 0; step < STEPS; step++) {
		raise(SIGUSR1);
		sigaltstack(NULL, &now);
		printf("size %zu same %d flags %d\n", now.ss_size, now.ss_sp == area, now.ss_flags);
	}
	return 0;
}
