// SPDX-License-Identifier: Apache-2.0
// Fact: a checkpoint while a handler of the program runs: the handler and what it interrupted go on.
#include "step.h"

#include <signal.h>

static volatile int count;

static void on_signal(int sig)
{
	volatile double y = count;

	(void)sig;
	checkpoint_here();
	count = (int)(y + 1);
}

int main(void)
{
	volatile double x = 1;

	signal(SIGUSR1, on_signal);
	for (int step = 1; step <= STEPS; step++) {
		x = x * 1.25 + step;
		raise(SIGUSR1);
		printf("%.17g %d\n", x, count);
	}
	return 0;
}
