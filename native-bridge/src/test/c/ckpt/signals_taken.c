// SPDX-License-Identifier: Apache-2.0
// Fact: a program that catches, ignores or blocks the library's signals, in whichever of the C library's ways, is
// checkpointed nevertheless.
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#include "step.h"

extern sighandler_t __sysv_signal(int, sighandler_t);

static void handler(int sig)
{
	printf("signal %d has arrived\n", sig);
}

static void take(int sig)
{
	struct sigaction act = {.sa_handler = handler};
	sigset_t only;

	sigemptyset(&only);
	sigaddset(&only, sig);
	signal(sig, handler);
	__sysv_signal(sig, handler);
	ssignal(sig, handler);
	sigset(sig, handler);
	sigaction(sig, &act, NULL);
	sigprocmask(SIG_BLOCK, &only, NULL);
	pthread_sigmask(SIG_BLOCK, &only, NULL);
	sighold(sig);
	sigignore(sig);
}

int main(void)
{
	for (int step = 0; step < STEPS; step++) {
		take(SIGUSR2);
		take(SIGTSTP);
		checkpoint_here();
		printf("step %d\n", step);
		fflush(stdout);
	}
	return 0;
}
