// SPDX-License-Identifier: Apache-2.0
// After a restart a thread may have another kernel id than the one the C library remembers (threads.c says why it keeps
// the old one). These are the calls that hand the remembered id to the kernel: they get the true one. Context: normal.
#include "ckpt.h"
#include "real.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>
#include <unistd.h>

static struct {
	u64 fs;
	volatile s32 *cached;
	s32 old, now;
} moved[CK_MAX_THREADS];
static u32 n_moved;

/* Context: resumed program. */
void ck_note_moved_threads(void)
{
	n_moved = 0;
	for (u32 i = 0; i < ck.tables.n_threads; i++) {
		const struct ri_thread *t = &ck.tables.threads[i];
		volatile s32 *cached = (volatile s32 *)t->tid_address;

		if (!cached || *cached == (s32)t->pad)
			continue;
		moved[n_moved].fs = t->fs;
		moved[n_moved].cached = cached;
		moved[n_moved].old = *cached;
		moved[n_moved].now = (s32)t->pad;
		n_moved++;
	}
}

/* The kernel's id of a thread that has moved, or 0: what the C library remembers is right, or the thread has ended. */
static s32 moved_tid(pthread_t t)
{
	for (u32 i = 0; i < n_moved; i++)
		if (moved[i].fs == (u64)t && *moved[i].cached == moved[i].old)
			return moved[i].now;
	return 0;
}

#define MOVED_OR(t, real, raw)                                         \
	do {                                                           \
		s32 tid = unlikely(n_moved > 0) ? moved_tid(t) : 0;    \
		return tid ? (int)-(raw) : (real);                     \
	} while (0)

CK_EXPORT int CK_WRAP(pthread_kill)(pthread_t t, int sig)
{
	MOVED_OR(t, CK_REAL(pthread_kill)(t, sig), raw_tgkill(raw_getpid(), tid, sig));
}

/*
 * For what only the C library can do: it sees the true id while it does it. A mutex that the thread locks meanwhile and
 * unlocks later would not know its owner, so where the thread itself does not wait here, the call must be a short one.
 */
#define WITH_TRUE_ID(t, call)                                                                              \
	do {                                                                                               \
		for (u32 i = 0; i < n_moved; i++)                                                          \
			if (moved[i].fs == (u64)t && *moved[i].cached == moved[i].old) {                   \
				int result;                                                                \
                                                                                                           \
				*moved[i].cached = moved[i].now;                                           \
				result = (call);                                                           \
				__sync_bool_compare_and_swap(moved[i].cached, moved[i].now, moved[i].old); \
				return result;                                                             \
			}                                                                                  \
		return (call);                                                                             \
	} while (0)

/* Cancelling is more than the signal. */
CK_EXPORT int CK_WRAP(pthread_cancel)(pthread_t t)
{
	WITH_TRUE_ID(t, CK_REAL(pthread_cancel)(t));
}

/* Asks the kernel for the affinity on its way. A JVM and many collectors of garbage ask for their own stacks so. */
CK_EXPORT int CK_WRAP(pthread_getattr_np)(pthread_t t, pthread_attr_t *attributes)
{
	WITH_TRUE_ID(t, CK_REAL(pthread_getattr_np)(t, attributes));
}

CK_EXPORT int CK_WRAP(pthread_sigqueue)(pthread_t t, int sig, const union sigval value)
{
	siginfo_t info = {.si_signo = sig};

	info.si_code = SI_QUEUE;
	info.si_pid = raw_getpid();
	info.si_uid = getuid();
	info.si_value = value;
	MOVED_OR(t, CK_REAL(pthread_sigqueue)(t, sig, value),
		 RAW_SYS4(__NR_rt_tgsigqueueinfo, raw_getpid(), tid, sig, &info));
}

CK_EXPORT int CK_WRAP(pthread_setaffinity_np)(pthread_t t, size_t size, const cpu_set_t *set)
{
	MOVED_OR(t, CK_REAL(pthread_setaffinity_np)(t, size, set), RAW_SYS3(__NR_sched_setaffinity, tid, size, set));
}

CK_EXPORT int CK_WRAP(pthread_getaffinity_np)(pthread_t t, size_t size, cpu_set_t *set)
{
	s32 tid = unlikely(n_moved > 0) ? moved_tid(t) : 0;

	if (!tid)
		return CK_REAL(pthread_getaffinity_np)(t, size, set);
	CPU_ZERO_S(size, set);
	return sched_getaffinity(tid, size, set) ? errno : 0;
}

CK_EXPORT int CK_WRAP(pthread_setschedparam)(pthread_t t, int policy, const struct sched_param *p)
{
	MOVED_OR(t, CK_REAL(pthread_setschedparam)(t, policy, p), RAW_SYS3(__NR_sched_setscheduler, tid, policy, p));
}

CK_EXPORT int CK_WRAP(pthread_setschedprio)(pthread_t t, int prio)
{
	struct sched_param p = {.sched_priority = prio};

	MOVED_OR(t, CK_REAL(pthread_setschedprio)(t, prio), RAW_SYS2(__NR_sched_setparam, tid, &p));
}

CK_EXPORT int CK_WRAP(pthread_getschedparam)(pthread_t t, int *policy, struct sched_param *p)
{
	s32 tid = unlikely(n_moved > 0) ? moved_tid(t) : 0;

	if (!tid)
		return CK_REAL(pthread_getschedparam)(t, policy, p);
	*policy = sched_getscheduler(tid);
	return *policy < 0 || sched_getparam(tid, p) ? errno : 0;
}

CK_EXPORT int CK_WRAP(pthread_getcpuclockid)(pthread_t t, clockid_t *clock)
{
	s32 tid = unlikely(n_moved > 0) ? moved_tid(t) : 0;

	if (!tid)
		return CK_REAL(pthread_getcpuclockid)(t, clock);
	*clock = (clockid_t)(~(u32)tid << 3 | 6); /* CPUCLOCK_PERTHREAD | CPUCLOCK_SCHED */
	return 0;
}
