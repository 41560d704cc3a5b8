// SPDX-License-Identifier: Apache-2.0
// Threads: stopped by SIGUSR2 sent to each one (the program cannot block it), parked in their handlers, so that every
// thread's registers lie in a signal frame in its own memory. To bring them back each is cloned anew and returns from
// its frame. Context: handler (stop, park), resumed program (bring back).
//
// Thread ids: where the kernel lets us choose them (clone3 set_tid: root, or a user+PID namespace) they stay. Otherwise
// the id the C library caches in the thread's descriptor is left as it was, because locks held across the checkpoint
// contain it; wrap_threads.c translates it for the calls that hand it to the kernel.
#include "ckpt.h"

#include <linux/futex.h>
#include <linux/sched.h>
#include <sys/stat.h>

#define ARCH_SET_GS 0x1001
#define ARCH_SET_FS 0x1002
#define ARCH_GET_FS 0x1003
#define ARCH_GET_GS 0x1004
#define RSEQ_SIG 0x53053053u
#define PATIENCE_MS 3000
#define UNBLOCK_AFTER_MS 10 /* the C library, too, blocks all signals now and then, but not for long */
#define BLOCKED_MS 500 /* patience with a thread that cannot be let in; it may be on its way, with all signals blocked */

extern const ptrdiff_t __rseq_offset __attribute__((weak));
extern const unsigned int __rseq_size __attribute__((weak));

struct entry {
	u64 ino, off;
	u16 length;
	u8 type;
	char name[];
};

void ck_gather_thread(struct ri_thread *t, void *ucontext)
{
	raw_zero(t, sizeof *t);
	t->tid = raw_gettid();
	t->frame = (u64)ucontext;
	RAW_SYS2(__NR_arch_prctl, ARCH_GET_FS, &t->fs);
	RAW_SYS2(__NR_arch_prctl, ARCH_GET_GS, &t->gs);
	raw_prctl(40 /* PR_GET_TID_ADDRESS */, (long)&t->tid_address, 0, 0, 0);
	RAW_SYS3(__NR_get_robust_list, 0, &t->robust_head, &t->robust_bytes);
	if (&__rseq_size && __rseq_size) {
		t->rseq = t->fs + (u64)__rseq_offset;
		t->rseq_bytes = __rseq_size <= 32 ? 32 : (u32)RAW_ALIGN(__rseq_size, 32);
		t->rseq_sig = RSEQ_SIG;
	}
	raw_prctl(16 /* PR_GET_NAME */, (long)t->name, 0, 0, 0);
}

/* A stopped thread: records itself, waits, goes on. */
void ck_park(void *ucontext)
{
	u32 round = ck.release, slot;

	/* A thread that ck_unblock() found in this handler already, and let the next signal in. */
	if (ck_interruption.parked_in == ck.stops + 1)
		return;
	ck_interruption.parked_in = ck.stops + 1;
	slot = __atomic_add_fetch(&ck.parked, 1, __ATOMIC_SEQ_CST);
	if (slot < CK_MAX_THREADS)
		ck_gather_thread(&ck.tables.threads[slot], ucontext);
	ck_gather_thread_surroundings();
	__atomic_add_fetch(&ck.tables.n_threads, 1, __ATOMIC_SEQ_CST);
	raw_futex(&ck.tables.n_threads, FUTEX_WAKE, 1, NULL);
	while (ck.release == round && ck.stopping)
		raw_futex(&ck.release, FUTEX_WAIT, round, NULL);
	ck_interruption.parked_in = 0;
}

static bool known(int tid)
{
	u32 n = __atomic_load_n(&ck.tables.n_threads, __ATOMIC_ACQUIRE);

	for (u32 i = 0; i < n && i < CK_MAX_THREADS; i++)
		if (ck.tables.threads[i].tid == tid)
			return true;
	return false;
}

/* A SIGUSR2 that says "park" and not "checkpoint": it carries our own address. */
void ck_ask(int tid)
{
	struct {
		s32 signo, error, code, pad, pid, uid;
		u64 value, rest[12];
	} info = {.signo = CK_SIGUSR2, .code = -1 /* SI_QUEUE */, .pid = ck.pid, .value = (u64)&ck};

	RAW_SYS4(__NR_rt_tgsigqueueinfo, ck.pid, tid, CK_SIGUSR2, &info);
}

/* What /proc says of a thread; name: "/stat" and the like. */
long ck_thread_facts(int tid, const char *name, char *text, u64 room)
{
	char path[64];
	struct raw_text t;

	rt_init(&t, path, sizeof path);
	rt_str(&t, "/proc/self/task/");
	rt_num(&t, tid);
	rt_str(&t, name);
	return raw_slurp(path, text, room);
}

/* The main thread of a program may end before the others; it stays in the list of threads, but never stops. */
bool ck_thread_ended(int tid)
{
	char text[256];
	const char *s = text, *end = NULL;

	if (ck_thread_facts(tid, "/stat", text, sizeof text) <= 0)
		return true;
	for (; *s; s++)
		if (*s == ')')
			end = s;
	return end && end[1] && (end[2] == 'Z' || end[2] == 'X');
}

/* Whether it holds our signals back. */
bool ck_thread_blocks(int tid)
{
	char text[4096];
	const char *s;

	if (ck_thread_facts(tid, "/status", text, sizeof text) <= 0)
		return false;
	s = raw_find(text, "\nSigBlk:\t");
	if (!s)
		return false;
	s += sizeof "\nSigBlk:\t" - 1;
	return raw_number(&s, 16) & CK_BIT(CK_SIGUSR2);
}

static bool blocked; /* at the last look, a thread could not be made to stop */

/* Sends the stop signal to every thread that has not parked yet. Returns how many those are. */
static int signal_all(int dir, int waiting)
{
	char *buf = ck.scratch.text;
	int count = 0;
	long n;

	raw_lseek(dir, 0, 0);
	while ((n = RAW_SYS3(__NR_getdents64, dir, buf, 32768)) > 0)
		for (long at = 0; at < n;) {
			struct entry *e = (struct entry *)(void *)(buf + at);
			const char *s = e->name;
			int tid = (int)raw_number(&s, 10);

			at += e->length;
			if (tid <= 0 || known(tid) || (waiting > 2 && ck_thread_ended(tid)))
				continue;
			blocked |= waiting > UNBLOCK_AFTER_MS && ck_thread_blocks(tid) && !ck_unblock(tid);
			count++;
			ck_ask(tid);
		}
	return count;
}

/* The directory of threads has a link for each, beside its own two. */
static bool too_many(int dir)
{
	struct stat st;

	return RAW_SYS2(__NR_fstat, dir, &st) == 0 && st.st_nlink > CK_MAX_THREADS + 2;
}

int ck_stop_threads(void *ucontext)
{
	struct raw_time tick = {0, 5000000}, begin, now;
	int dir, waiting = 0, count;

	ck.parked = 0;
	ck.leader = raw_gettid();
	ck_gather_thread(&ck.tables.threads[0], ucontext);
	__atomic_store_n(&ck.tables.n_threads, 1, __ATOMIC_SEQ_CST);
	dir = raw_open("/proc/self/task", 0200000 | 02000000, 0);
	if (dir < 0)
		return dir;
	if (too_many(dir)) {
		raw_close(dir);
		raw_strcpy(ck.why, "it has more than 4096 threads", sizeof ck.why);
		return -95;
	}
	__atomic_store_n(&ck.stopping, 1, __ATOMIC_SEQ_CST);
	raw_clock(1, &begin);
	for (;;) {
		u32 have;

		have = ck.tables.n_threads;
		blocked = false;
		count = signal_all(dir, waiting);
		/* Whoever had parked before this look has made no new thread since. */
		if (!count && ck.tables.n_threads == ck.parked + 1)
			break;
		raw_futex(&ck.tables.n_threads, FUTEX_WAIT, have, &tick);
		raw_clock(1, &now);
		waiting = (int)((now.sec - begin.sec) * 1000 + (now.nsec - begin.nsec) / 1000000);
		if (waiting > (blocked ? BLOCKED_MS : PATIENCE_MS))
			break;
	}
	raw_close(dir);
	if (count || ck.tables.n_threads != ck.parked + 1 || ck.tables.n_threads > CK_MAX_THREADS) {
		raw_strcpy(ck.why, blocked ? "a thread blocks SIGUSR2" : "a thread does not stop", sizeof ck.why);
		ck_release_threads();
		return -11;
	}
	return 0;
}

void ck_release_threads(void)
{
	__atomic_store_n(&ck.stopping, 0, __ATOMIC_SEQ_CST);
	ck.release++;
	raw_futex(&ck.release, FUTEX_WAKE, 1 << 30, NULL);
}

/* ---- bring back ---- */

static volatile u32 ready, go;

static void attach(struct ri_thread *t)
{
	if (t->gs)
		RAW_SYS2(__NR_arch_prctl, ARCH_SET_GS, t->gs);
	if (t->robust_head)
		RAW_SYS2(__NR_set_robust_list, t->robust_head, t->robust_bytes);
	if (t->rseq_bytes && RAW_SYS4(__NR_rseq, t->rseq, t->rseq_bytes, 0, t->rseq_sig) != 0)
		((volatile u32 *)t->rseq)[1] = (u32)-2; /* RSEQ_CPU_ID_REGISTRATION_FAILED */
	raw_prctl(15 /* PR_SET_NAME */, (long)t->name, 0, 0, 0);
}

/* The main thread, in the process that exec made. */
void ck_bring_back_thread(struct ri_thread *t, bool main_thread)
{
	(void)main_thread;
	RAW_SYS2(__NR_arch_prctl, ARCH_SET_FS, t->fs);
	if (t->tid_address)
		RAW_SYS1(__NR_set_tid_address, t->tid_address);
	attach(t);
}

static void new_thread(void *arg)
{
	struct ri_thread *t = arg;
	u64 frame = t->frame;

	attach(t);
	t->pad = (u32)raw_gettid();
	__atomic_add_fetch(&ready, 1, __ATOMIC_SEQ_CST);
	raw_futex(&ready, FUTEX_WAKE, 1, NULL);
	while (!go)
		raw_futex(&go, FUTEX_WAIT, 0, NULL);
	ck_sigreturn(frame, NULL);
}

static long start(struct ri_thread *t, u8 *stack, bool same_tid)
{
	/* What locks contain: the id of the thread's first life. */
	s32 tid = t->tid_address && *(s32 *)t->tid_address > 0 ? *(s32 *)t->tid_address : t->tid;
	struct clone_args a = {.flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
					CLONE_SYSVSEM | CLONE_SETTLS | CLONE_CHILD_CLEARTID,
			       .child_tid = t->tid_address,
			       .stack = (u64)stack,
			       .stack_size = RAW_PAGE,
			       .tls = t->fs,
			       .set_tid = same_tid ? (u64)&tid : 0,
			       .set_tid_size = same_tid};

	return ck_clone3(&a, sizeof a, new_thread, t);
}

/*
 * Record 0 is the thread that made the checkpoint; it comes back as the main thread of the new process. When it was not
 * the main thread then, only the ids differ: which thread is "main" does not matter to the C library.
 */
int ck_bring_back_threads(void)
{
	struct ck_tables *t = &ck.tables;
	bool same = true;

	ready = go = 0;
	t->threads[0].pad = (u32)raw_gettid();
	for (u32 i = 1; i < t->n_threads; i++) {
		u8 *stack = ck.scratch.stash + i * RAW_PAGE;
		long tid = same ? start(&t->threads[i], stack, true) : -1;

		if (tid < 0) {
			same = tid == -17; /* EEXIST: only this one is taken */
			tid = start(&t->threads[i], stack, false);
		}
		if (tid < 0)
			return (int)tid;
	}
	for (u32 have = ready; have + 1 < t->n_threads; have = ready)
		raw_futex(&ready, FUTEX_WAIT, have, NULL);
	return 0;
}

void ck_let_threads_go(void)
{
	go = 1;
	raw_futex(&go, FUTEX_WAKE, 1 << 30, NULL);
}
