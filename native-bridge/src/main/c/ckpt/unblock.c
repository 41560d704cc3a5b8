// SPDX-License-Identifier: Apache-2.0
// Threads that block the library's signals by a system call of their own, past the C library, as the one does that a Go
// program with os/signal has. Nothing within a process changes another thread's mask; another process can, as debuggers
// do. One that shares our memory does it, and ends at once. Where it may not, the thread cannot be stopped.
// Context: signal handler, while threads are being stopped.
#include "ckpt.h"

#include <linux/futex.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>

#define DETACH 17
#define PATIENCE_MS 100

static int whom;
static volatile bool done;

/* In the other process. A thread that waits in a system call goes on waiting. */
static void let_signals_in(void)
{
	u64 mask;
	s32 status;

	if (RAW_SYS4(__NR_ptrace, PTRACE_SEIZE, whom, 0, 0))
		raw_exit(1);
	RAW_SYS4(__NR_ptrace, PTRACE_INTERRUPT, whom, 0, 0);
	/* One that waits for a disk, or for a child of vfork, does not come; then our end lets it go again. */
	for (int ms = 0; RAW_SYS4(__NR_wait4, whom, &status, 0x40000001 /* WNOHANG __WALL */, 0) == 0; ms++) {
		if (ms == PATIENCE_MS)
			raw_exit(1);
		raw_sleep_ms(1);
	}
	if (!RAW_SYS4(__NR_ptrace, PTRACE_GETSIGMASK, whom, sizeof mask, &mask)) {
		mask &= ~CK_RESERVED;
		done = !RAW_SYS4(__NR_ptrace, PTRACE_SETSIGMASK, whom, sizeof mask, &mask);
	}
	RAW_SYS4(__NR_ptrace, DETACH, whom, 0, 0);
	raw_exit(0);
}

/* Whether the thread will stop now. */
bool ck_unblock(int tid)
{
	static volatile u32 works;
	s32 pid = 0;
	long r;

	whom = tid;
	works = 1;
	done = false;
	raw_prctl(PR_SET_PTRACER, -1 /* anybody, for this moment */, 0, 0, 0);
	r = ck_clone_detached(0, &pid, ck.scratch.look_stack_top, let_signals_in, &works);
	while (r > 0 && RAW_SYS4(__NR_wait4, r, 0, 0x40000000, 0) == -4)
		;
	for (u32 id; r > 0 && pid > 0 && (id = works) != 0;)
		raw_futex(&works, FUTEX_WAIT, id, NULL);
	raw_prctl(PR_SET_PTRACER, 0, 0, 0, 0);
	return done;
}
