// SPDX-License-Identifier: Apache-2.0
// Fact: the set of blocked signals stays.
#include "step.h"

#include <signal.h>

int main(void)
{
	sigset_t set, now;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGRTMAX);
	sigprocmask(SIG_SETMASK, &set, NULL);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		sigprocmask(SIG_SETMASK, NULL, &now);
		for (int s = 1; s < 65; s++)
			if (sigismember(&now, s) == 1)
				printf("%d ", s);
		puts(".");
		sigaddset(&set, 10 + step * 11);
		sigprocmask(SIG_SETMASK, &set, NULL);
	}
	return 0;
}
