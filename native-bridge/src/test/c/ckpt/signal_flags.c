// SPDX-License-Identifier: Apache-2.0
// Fact: SA_RESETHAND, SA_NODEFER and the mask of a handler stay.
#include "step.h"

#include <signal.h>

int main(void)
{
	struct sigaction sa = {.sa_handler = SIG_IGN, .sa_flags = SA_RESETHAND | SA_NODEFER}, now;

	sigaddset(&sa.sa_mask, SIGWINCH);
	sigaction(SIGUSR1, &sa, NULL);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		sigaction(SIGUSR1, NULL, &now);
		printf("%d %d %d %d\n", !!(now.sa_flags & (int)SA_RESETHAND), !!(now.sa_flags & SA_NODEFER),
		       sigismember(&now.sa_mask, SIGWINCH), sigismember(&now.sa_mask, SIGHUP));
	}
	return 0;
}
