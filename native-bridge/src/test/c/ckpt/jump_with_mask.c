// SPDX-License-Identifier: Apache-2.0
// Fact: siglongjmp to a place set before brings back that place's mask.
#include "step.h"

#include <setjmp.h>
#include <signal.h>

static sigjmp_buf place;

int main(void)
{
	static volatile int jumps;
	sigset_t set, now;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		if (!sigsetjmp(place, 1)) {
			sigprocmask(SIG_BLOCK, &set, NULL);
			checkpoint_here();
			siglongjmp(place, 1);
		}
		jumps++;
		sigprocmask(SIG_SETMASK, NULL, &now);
		printf("%d %d\n", jumps, sigismember(&now, SIGTERM));
	}
	return 0;
}
