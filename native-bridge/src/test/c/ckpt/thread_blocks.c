// SPDX-License-Identifier: Apache-2.0
// Fact: a thread that blocks all signals by a system call, as one of Go's runtime does, is stopped for a checkpoint
// nevertheless, and its own system call goes on. (Where debugging is forbidden it does not block them.)
#include "step.h"

#include <pthread.h>
#include <stdbool.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static int to[2], from[2];

static bool may_debug(void)
{
	pid_t child = fork();
	bool may;

	if (child == 0) {
		pause();
		_exit(0);
	}
	may = ptrace(PTRACE_SEIZE, child, 0, 0) == 0;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return may;
}

static void *echo(void *blocks)
{
	unsigned long all = ~0UL;
	char c;

	if (blocks)
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, 8);
	while (syscall(SYS_read, to[0], &c, 1) == 1)
		if (write(from[1], &c, 1) != 1)
			break;
	return NULL;
}

int main(void)
{
	pthread_t thread;

	if (pipe(to) || pipe(from) || pthread_create(&thread, NULL, echo, may_debug() ? main : NULL))
		return 1;
	for (int step = 0; step < STEPS; step++) {
		char c = (char)('a' + step);

		if (write(to[1], &c, 1) != 1 || read(from[0], &c, 1) != 1)
			return 2;
		checkpoint_here();
		printf("%c\n", c);
		fflush(stdout);
	}
	close(to[1]);
	pthread_join(thread, NULL);
	return 0;
}
