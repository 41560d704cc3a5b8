// SPDX-License-Identifier: Apache-2.0
// Signal dispositions and what is pending. Masks and alternate stacks need nothing: they are in the signal frames.
// Context: handler or forked child (gather), resumed program (bring back).
#include "ckpt.h"

#define SIGSET_BYTES 8

int ck_gather_actions(void)
{
	for (int sig = 1; sig <= 64; sig++) {
		struct ri_action *a = &ck.tables.actions[sig - 1];

		raw_zero(a, sizeof *a);
		RAW_SYS4(__NR_rt_sigaction, sig, 0, a, SIGSET_BYTES);
	}
	return 0;
}

static void queue(const struct ri_pending *p)
{
	int sig = *(const int *)(const void *)p->info, pid = raw_getpid();

	if (p->tid)
		RAW_SYS4(__NR_rt_tgsigqueueinfo, pid, p->tid, sig, p->info);
	else
		RAW_SYS3(__NR_rt_sigqueueinfo, pid, sig, p->info);
}

/* Takes every pending signal off the queue to see its siginfo, and puts it back in the same order. */
int ck_gather_pending(void)
{
	struct ck_tables *t = &ck.tables;
	struct raw_time none = {0, 0};
	u64 set = 0;

	t->n_pending = 0;
	RAW_SYS2(__NR_rt_sigpending, &set, SIGSET_BYTES);
	set &= ~(CK_BIT(CK_SIGUSR2) | CK_BIT(CK_SIGTSTP) | CK_SYNCHRONOUS);
	if (!set)
		return 0;
	while (t->n_pending < CK_MAX_PENDING) {
		struct ri_pending *p = &t->pending[t->n_pending];

		raw_zero(p, sizeof *p);
		if (RAW_SYS4(__NR_rt_sigtimedwait, &set, p->info, &none, SIGSET_BYTES) <= 0)
			break;
		t->n_pending++;
	}
	for (u32 i = 0; i < t->n_pending; i++)
		queue(&t->pending[i]);
	return t->n_pending == CK_MAX_PENDING ? -7 : 0;
}

void ck_bring_back_signals(void)
{
	for (int sig = 1; sig <= 64; sig++)
		if (sig != 9 && sig != 19)
			RAW_SYS4(__NR_rt_sigaction, sig, &ck.tables.actions[sig - 1], 0, SIGSET_BYTES);
}

void ck_bring_back_pending(int tid)
{
	(void)tid;
	for (u32 i = 0; i < ck.tables.n_pending; i++)
		queue(&ck.tables.pending[i]);
}
