// SPDX-License-Identifier: Apache-2.0
// Fact: what a program has given up does not come back: a capability, privileges by exec, being looked at by others. With
// an argument it gives up its user and groups, too; behaviour.sh does that.
#include "step.h"

#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static struct __user_cap_header_struct self = {_LINUX_CAPABILITY_VERSION_3, 0};

static void give_up(int user)
{
	struct __user_cap_data_struct caps[2];

	syscall(SYS_capget, &self, caps);
	caps[0].effective &= ~(1u << CAP_SYS_NICE);
	syscall(SYS_capset, &self, caps);
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_TIMERSLACK, 70000, 0, 0, 0);
	if (user && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
		perror("user");
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int main(int argc, char **argv)
{
	struct __user_cap_data_struct caps[2];

	(void)argv;
	give_up(argc > 1);
	for (int step = 0; step < STEPS; step++) {
		checkpoint_here();
		syscall(SYS_capget, &self, caps);
		printf("nice %u new %d slack %d seen %d", caps[0].effective >> CAP_SYS_NICE & 1,
		       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0),
		       prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
		if (argc > 1)
			printf(" user %d %d %d groups %d", getuid(), geteuid(), getegid(), getgroups(0, NULL));
		puts("");
		fflush(stdout);
	}
	return 0;
}
