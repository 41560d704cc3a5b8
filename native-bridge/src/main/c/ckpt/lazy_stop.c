// SPDX-License-Identifier: Apache-2.0
// Short stops of the program while its memory is brought back: each thread is interrupted as for a checkpoint, and waits
// in its handler. A thread that is inside a system call which waits for its event to be read counts as stopped, because
// the signal has been sent: it comes to its handler before it comes to the program.
// Never overlaps with the stop of a checkpoint, which begins only when all memory is back.
// Context: ck_lazy_pause() any, the rest the filler's thread.
#include "lazy.h"

#include <linux/futex.h>
#include <poll.h>

struct entry {
	u64 ino, off;
	u16 length;
	u8 type;
	char name[];
};

/* Odd: the program is to stop. */
static volatile u32 stop;
/* Threads that have stopped: the value of `stop` they saw and their id, so that a late one of an earlier stop is known. */
static volatile u64 stopped[CK_MAX_THREADS];
static volatile u32 n_stopped;

void ck_lazy_pause(void)
{
	u32 now = stop, at;

	if (!(now & 1))
		return;
	at = __atomic_fetch_add(&n_stopped, 1, __ATOMIC_SEQ_CST);
	if (at < CK_MAX_THREADS)
		__atomic_store_n(&stopped[at], (u64)now << 32 | (u32)raw_gettid(), __ATOMIC_SEQ_CST);
	raw_futex(&n_stopped, FUTEX_WAKE, 1, NULL);
	while (stop == now)
		raw_futex(&stop, FUTEX_WAIT, now, NULL);
}

static bool has_stopped(int tid)
{
	u64 wanted = (u64)stop << 32 | (u32)tid;
	u32 n = n_stopped;

	for (u32 i = 0; i < n && i < CK_MAX_THREADS; i++)
		if (stopped[i] == wanted)
			return true;
	return false;
}

/* What a thread that has not stopped is doing. */
enum doing {
	UNKNOWN,   /* it runs, and might be about to wait for us; its handler comes soon */
	WAITS,	   /* for its event to be read, and comes to its handler next */
	WAITS_ON,  /* the same, but our signal is held back, as by the C library in a thread that ends */
	ELSEWHERE, /* in another system call, or it holds our signal back */
};

/* Kernels that hide what a thread waits for say 0. */
static bool waits_for_event(int tid)
{
	char text[64];

	return ck_thread_facts(tid, "/wchan", text, sizeof text) > 0 && (text[0] == '0' || raw_starts(text, "userfaultfd_"));
}

/* The system call of a thread that sleeps: "28 0x7f.. 0x1000 0x4 ... sp pc", or "-1 sp pc" when it is in none. */
static enum doing look_at(int tid, struct ck_waiting *w)
{
	/* mmap munmap brk mremap madvise shmat process_madvise: none writes into the program's memory. */
	static const u32 calls[] = {9, 11, 12, 25, 28, 30, 440};
	char text[256];
	const char *s = text;
	bool one_of_them = false;

	if (ck_thread_facts(tid, "/syscall", text, sizeof text) <= 0 || (*s != '-' && (*s < '0' || *s > '9')))
		return ck_thread_blocks(tid) ? ELSEWHERE : UNKNOWN;
	if (*s == '-')
		return ELSEWHERE;
	w->number = raw_number(&s, 10);
	for (u32 i = 0; i < 3; i++) {
		while (*s && *s != 'x')
			s++;
		s += *s == 'x';
		w->args[i] = raw_number(&s, 16);
	}
	for (u32 i = 0; i < RAW_COUNT(calls); i++)
		one_of_them |= w->number == calls[i];
	if (!one_of_them)
		return ELSEWHERE;
	if (!waits_for_event(tid))
		return UNKNOWN;
	return ck_thread_blocks(tid) ? WAITS_ON : WAITS;
}

static bool readable(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};
	struct raw_time none = {0, 0};

	return RAW_SYS5(__NR_ppoll, &p, 1, &none, 0, 8) == 1;
}

/* Asks every thread that has not stopped, and counts what they are doing instead. */
static enum ck_stopped look(int dir, int uffd, bool slow, struct ck_waiting *waiting, u32 *n_waiting)
{
	static char buf[32768]; /* the filler's alone */
	enum ck_stopped all = CK_ALL_STOPPED;
	bool event = readable(uffd);
	long n;

	*n_waiting = 0;
	raw_lseek(dir, 0, 0);
	while ((n = RAW_SYS3(__NR_getdents64, dir, buf, sizeof buf)) > 0)
		for (long at = 0; at < n;) {
			struct entry *e = (struct entry *)(void *)(buf + at);
			const char *s = e->name;
			int tid = (int)raw_number(&s, 10);
			enum doing what;

			at += e->length;
			if (tid <= 0 || tid == (int)ck_filler || has_stopped(tid) || (slow && ck_thread_ended(tid)))
				continue;
			ck_ask(tid);
			/* Looking costs more than asking: only if somebody waits, or it takes long. */
			what = (event || slow) && *n_waiting < CK_MAX_THREADS ? look_at(tid, &waiting[*n_waiting]) : UNKNOWN;
			*n_waiting += what == WAITS || what == WAITS_ON;
			if (what == UNKNOWN)
				all = CK_UNKNOWN;
			else if (what != WAITS && all == CK_ALL_STOPPED)
				all = CK_SOME_ELSEWHERE;
		}
	return all;
}

/*
 * Waits for all threads but the caller to stop. CK_UNKNOWN: not within the time given, and then they run on. A look that
 * finds nobody running is proof, because who has stopped before it began cannot have made new threads since.
 */
static enum ck_stopped wait_for_stops(int uffd, s64 patience_ms, struct ck_waiting *waiting, u32 *n_waiting)
{
	struct raw_time tick = {0, 200000}, begin, now;
	s64 waited = 0;
	int dir = raw_open("/proc/self/task", 0200000 | 02000000, 0);
	enum ck_stopped all = CK_UNKNOWN;

	raw_clock(1, &begin);
	while (dir >= 0) {
		u32 have = n_stopped;

		all = look(dir, uffd, waited > 2, waiting, n_waiting);
		if (all != CK_ALL_STOPPED)
			raw_futex(&n_stopped, FUTEX_WAIT, have, &tick);
		raw_clock(1, &now);
		waited = (now.sec - begin.sec) * 1000 + (now.nsec - begin.nsec) / 1000000;
		if (all == CK_ALL_STOPPED || waited >= patience_ms)
			break;
	}
	if (dir >= 0)
		raw_close(dir);
	if (all == CK_UNKNOWN)
		ck_release_others();
	return all;
}

enum ck_stopped ck_pause_others(int uffd, s64 patience_ms, struct ck_waiting *waiting, u32 *n_waiting)
{
	n_stopped = 0;
	__atomic_add_fetch(&stop, 1, __ATOMIC_SEQ_CST);
	return wait_for_stops(uffd, patience_ms, waiting, n_waiting);
}

/* After events were read: those that waited for it come to their handlers, and the kernel writes to their stacks. */
enum ck_stopped ck_pause_served(int uffd, s64 patience_ms, struct ck_waiting *waiting, u32 *n_waiting)
{
	return wait_for_stops(uffd, patience_ms, waiting, n_waiting);
}

void ck_release_others(void)
{
	__atomic_add_fetch(&stop, 1, __ATOMIC_SEQ_CST);
	raw_futex(&stop, FUTEX_WAKE, 1 << 30, NULL);
}
