// SPDX-License-Identifier: Apache-2.0
// Test aid: after a line "ready", filters its own system calls (all are allowed), asks for a checkpoint by SIGUSR2, and
// ends with the next line of input.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>

int main(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog program = {1, &allow};
	char line[80];

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return 2;
	raise(SIGUSR2);
	puts("ready");
	fflush(stdout);
	return fgets(line, sizeof line, stdin) ? 3 : 4;
}
