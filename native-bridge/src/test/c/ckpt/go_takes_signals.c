// SPDX-License-Identifier: Apache-2.0
// Fact: a Go program, which its note tells, is told that it has caught the library's signals. One that was refused a
// signal would take it by system call, as Go does, and never be checkpointed.
#include "step.h"

#include <sys/syscall.h>

__asm__(".section .note.go.buildid, \"a\", @note\n"
	".balign 4\n"
	".long 4, 4, 4\n"
	".asciz \"Go\"\n"
	".balign 4\n"
	".ascii \"none\"\n"
	".previous");

static void handler(int sig)
{
	printf("signal %d has arrived\n", sig);
}

static void take(int sig)
{
	struct sigaction act = {.sa_handler = handler};
	unsigned long ignore[4] = {1};

	if (sigaction(sig, &act, NULL))
		syscall(SYS_rt_sigaction, sig, ignore, NULL, 8);
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
