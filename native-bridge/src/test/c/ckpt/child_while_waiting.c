// SPDX-License-Identifier: Apache-2.0
// Fact: a child made while a checkpoint has to wait does what it likes with the signals, and is neither stopped nor killed
// by what it closes, enables or asks for.
#include "step.h"

#include <sys/socket.h>
#include <sys/wait.h>

extern void ckpt_and_exit(void) __attribute__((weak));
extern void _condor_ckpt_disable(void) __attribute__((weak));
extern void _condor_ckpt_enable(void) __attribute__((weak));

static void child(int fd)
{
	signal(SIGTSTP, SIG_DFL);
	signal(SIGUSR2, SIG_DFL);
	close(fd);
	if (ckpt_and_exit) {
		_condor_ckpt_disable();
		_condor_ckpt_enable();
		ckpt();
		ckpt_and_exit();
	}
	_exit(7);
}

int main(void)
{
	int ends[2], status;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		return 1;
	checkpoint_here();
	pid = fork();
	if (pid == 0)
		child(ends[0]);
	while (waitpid(pid, &status, WUNTRACED) < 0)
		;
	if (WIFSTOPPED(status))
		kill(pid, SIGKILL);
	printf("child %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status));
	close(ends[0]);
	close(ends[1]);
	printf("on\n");
	return 0;
}
