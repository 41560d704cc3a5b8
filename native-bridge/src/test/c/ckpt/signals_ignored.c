// SPDX-License-Identifier: Apache-2.0
// Fact: an ignored signal stays ignored, a default one default.
#include "step.h"

#include <signal.h>

int main(void)
{
	struct sigaction sa;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		raise(SIGHUP);
		sigaction(SIGPIPE, NULL, &sa);
		printf("%d ", sa.sa_handler == SIG_IGN);
		sigaction(SIGTERM, NULL, &sa);
		printf("%d\n", sa.sa_handler == SIG_DFL);
	}
	return 0;
}
