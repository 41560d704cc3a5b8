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

static bool slurp_task(int tid, const char *name, char *text, u64 room)
{
	char path[64];
	struct raw_text t;

	rt_init(&t, path, sizeof path);
	rt_str(&t, "/proc/self/task/");
	rt_num(&t, tid);
	rt_str(&t, name);
	return raw_slurp(path, text, room) > 0;
}

/* A thread that waits in a system call: "28 0x7f.. 0x1000 0x4 ... sp pc". Kernels that hide what it waits for say 0. */
static bool in_call(int tid, struct ck_waiting *w)
{
	/* mmap munmap brk mremap madvise shmat process_madvise: none writes into the program's memory. */
	static const u32 calls[] = {9, 11, 12, 25, 28, 30, 440};
	char text[256];
	const char *s = text;

	if (!slurp_task(tid, "/wchan", text, sizeof text) || (text[0] != '0' && !raw_starts(text, "userfaultfd_")))
		return false;
	if (!slurp_task(tid, "/syscall", text, sizeof text) || *s < '0' || *s > '9')
		return false;
	w->number = raw_number(&s, 10);
	for (u32 i = 0; i < 3; i++) {
		while (*s && *s != 'x')
			s++;
		s += *s == 'x';
		w->args[i] = raw_number(&s, 16);
	}
	for (u32 i = 0; i < RAW_COUNT(calls); i++)
		if (w->number == calls[i])
			return true;
	return false;
}

static bool readable(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};
	struct raw_time none = {0, 0};

	return RAW_SYS5(__NR_ppoll, &p, 1, &none, 0, 8) == 1;
}

/* Asks every thread that has not stopped. Returns how many are neither stopped nor waiting for us. */
static u32 look(int dir, int uffd, bool slow, struct ck_waiting *waiting, u32 *n_waiting)
{
	static char buf[32768]; /* the filler's alone */
	u32 running = 0;
	long n;

	*n_waiting = 0;
	raw_lseek(dir, 0, 0);
	while ((n = RAW_SYS3(__NR_getdents64, dir, buf, sizeof buf)) > 0)
		for (long at = 0; at < n;) {
			struct entry *e = (struct entry *)(void *)(buf + at);
			const char *s = e->name;
			int tid = (int)raw_number(&s, 10);

			at += e->length;
			if (tid <= 0 || tid == (int)ck_filler || has_stopped(tid) || (slow && ck_thread_ended(tid)))
				continue;
			ck_ask(tid);
			if (*n_waiting < CK_WAITING && readable(uffd) && in_call(tid, &waiting[*n_waiting]))
				++*n_waiting;
			else
				running++;
		}
	return running;
}

/*
 * Stops all threads but the caller. false: not within the time given, and then they run on. A look that finds nobody
 * running is proof, because who has stopped before it began cannot have made new threads since.
 */
bool ck_pause_others(int uffd, s64 patience_ms, struct ck_waiting *waiting, u32 *n_waiting)
{
	struct raw_time tick = {0, 200000}, begin, now;
	s64 waited = 0;
	int dir = raw_open("/proc/self/task", 0200000 | 02000000, 0);
	bool all = false;

	if (dir < 0)
		return false;
	n_stopped = 0;
	__atomic_add_fetch(&stop, 1, __ATOMIC_SEQ_CST);
	raw_clock(1, &begin);
	do {
		u32 have = n_stopped;

		all = look(dir, uffd, waited > 2, waiting, n_waiting) == 0;
		if (!all)
			raw_futex(&n_stopped, FUTEX_WAIT, have, &tick);
		raw_clock(1, &now);
		waited = (now.sec - begin.sec) * 1000 + (now.nsec - begin.nsec) / 1000000;
	} while (!all && waited < patience_ms);
	raw_close(dir);
	if (!all)
		ck_release_others();
	return all;
}

void ck_release_others(void)
{
	__atomic_add_fetch(&stop, 1, __ATOMIC_SEQ_CST);
	raw_futex(&stop, FUTEX_WAKE, 1 << 30, NULL);
}
