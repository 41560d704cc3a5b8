// SPDX-License-Identifier: Apache-2.0
// roost-restart -same-pid: the program gets the process id it had, in a child of this process: clone3 lets the superuser
// choose one, and anybody in a PID namespace of its own. This process stands for it outside: passes signals on, and ends
// as the program does. Context: no libc; all signals blocked.
#include "restart.h"

#include <linux/sched.h>

#define SIG_CHLD 17
#define SIG_KILL 9

static long clone_as(s32 pid)
{
	struct clone_args a = {
		.exit_signal = SIG_CHLD,
		.set_tid = (u64)&pid,
		.set_tid_size = 1,
	};

	return RAW_SYS2(__NR_clone3, &a, sizeof a);
}

static void __attribute__((noreturn)) refuse(s32 pid, long err)
{
	char id[24];
	struct raw_text t;

	rt_init(&t, id, sizeof id);
	rt_num(&t, pid);
	if (err == -17)
		rs_fail("another process has the id ", id, " now");
	rs_fail("the program cannot have the id ", id,
		err == -1 ? ": only the superuser may choose it, or anybody in a PID namespace, as in: "
			    "unshare -rpf --mount-proc roost-restart -same-pid IMAGE"
			  : " on this system");
}

/* What a signal has killed ends by it here, too; but no second core is dumped. */
static void __attribute__((noreturn)) end_as(u32 status)
{
	u64 none[2] = {0, 0}, dfl[4] = {0, 0, 0, 0}, mask;
	u32 sig = status & 0x7f;

	if (!sig)
		raw_exit((int)(status >> 8 & 0xff));
	mask = ~(1ULL << (sig - 1));
	RAW_SYS4(__NR_prlimit64, 0, 4 /* RLIMIT_CORE */, none, 0);
	RAW_SYS4(__NR_rt_sigaction, sig, dfl, 0, 8);
	RAW_SYS4(__NR_rt_sigprocmask, 2 /* SIG_SETMASK */, &mask, 0, 8);
	RAW_SYS2(__NR_kill, raw_getpid(), sig);
	raw_exit((int)(128 + sig)); /* the first process of a namespace does not die of it */
}

static void __attribute__((noreturn)) stand_for(long child)
{
	u64 all = ~0ULL;
	struct {
		s32 signo, err, code, pad[29];
	} info;

	RAW_SYS3(__NR_close_range, 0, ~0u, 0); /* a pipe must not stay open because of this process */
	for (;;) {
		long sig = RAW_SYS4(__NR_rt_sigtimedwait, &all, &info, 0, 8), pid;
		u32 status = 0;

		while (sig == SIG_CHLD && (pid = RAW_SYS4(__NR_wait4, -1, &status, 1 /* WNOHANG */, 0)) > 0)
			if (pid == child)
				end_as(status);
		/* From a terminal the whole group has the signal already. */
		if (sig > 0 && sig != SIG_CHLD && info.code <= 0)
			RAW_SYS2(__NR_kill, child, sig);
	}
}

/* Comes back in the process that becomes the program. */
void rs_take_pid(s32 pid)
{
	u64 dfl[4] = {0, 0, 0, 0};
	long child, self = raw_getpid();

	if (self == pid)
		return;
	RAW_SYS4(__NR_rt_sigaction, SIG_CHLD, dfl, 0, 8); /* ignored, it would take the end of the child away */
	child = clone_as(pid);
	if (child < 0)
		refuse(pid, child);
	if (child > 0)
		stand_for(child);
	raw_prctl(1 /* PR_SET_PDEATHSIG */, SIG_KILL, 0, 0, 0);
	if (RAW_SYS1(__NR_getppid, 0) != self)
		raw_exit(128 + SIG_KILL);
}
