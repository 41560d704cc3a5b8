// SPDX-License-Identifier: Apache-2.0
// Test aid: has a function of SBCL's runtime, and as that sends itself SIGUSR2.
#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t came;

void sig_stop_for_gc_handler(int sig);
void sig_stop_for_gc_handler(int sig)
{
	came = sig;
}

int main(void)
{
	struct sigaction act = {.sa_handler = sig_stop_for_gc_handler};

	if (sigaction(SIGUSR2, &act, NULL) || raise(SIGUSR2))
		return 1;
	printf("%d has come\n", (int)came);
	return 0;
}
