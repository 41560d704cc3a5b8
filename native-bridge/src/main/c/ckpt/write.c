// SPDX-License-Identifier: Apache-2.0
// The way of bytes into an image: appended into a ring of memory, summed while they are in the cache, written by a second
// thread. Writing the program's pages directly would be slower after a fork: O_DIRECT pins its source, and pinning a page
// that is shared with the parent copies it first. The ring costs a few MiB and is only touched while an image is made.
// The thread takes what there is, little at first, so that the disk works while the ring's memory is touched for the
// first time, and pieces of CK_PIECE_BYTES as soon as the disk is the slower one.
// Context: forked child, or signal handler when the image is written in place.
#include "ckpt.h"

#include "crc32c.h"

#include <linux/futex.h>
#include <linux/sched.h>
#include <linux/sched/types.h>

#define O_DIRECT_FLAG 040000
#define SLICE_NS 100000
#define STEP (4UL * RI_BLOCK) /* so much is summed and given to the thread at a time */

_Static_assert(CK_RING_BYTES % STEP == 0 && CK_RING_BYTES % CK_PIECE_BYTES == 0, "no piece and no block is split");

static struct {
	int fd;
	bool kept; /* bytes stay in the stash for now */
	bool direct, threaded, summing;
	u64 offset, summed; /* bytes put; how many of them are in sums */
	u32 n_sums;
	volatile u32 given, written; /* pages: what the thread may write, and has written (futex) */
	volatile u32 news;	     /* futex: something was given, or it is the last */
	volatile u32 thread, last;
	void (*meanwhile)(void);
	volatile s32 error;
} out;

static u8 *ring_at(u64 offset)
{
	return ck.scratch.ring + offset % CK_RING_BYTES;
}

static u32 least(u64 a, u64 b)
{
	return (u32)(a < b ? a : b);
}

/* All bytes or an error: short writes go on, and a file system that refuses O_DIRECT after all is written normally. */
static long write_all(const u8 *p, u64 n)
{
	while (n) {
		long r = raw_write(out.fd, p, n);

		if (r == -4)
			continue;
		if (r == -22 && out.direct) {
			long flags = raw_fcntl(out.fd, 3 /* F_GETFL */, 0);

			out.direct = false;
			if (flags >= 0 && raw_fcntl(out.fd, 4, flags & ~O_DIRECT_FLAG) >= 0)
				continue;
		}
		if (r < 0)
			return r;
		if (r == 0)
			return -5;
		p += r;
		n -= (u64)r;
		if (out.direct && (r & 511)) {
			/* A short direct write leaves the rest unaligned. */
			long flags = raw_fcntl(out.fd, 3, 0);

			out.direct = false;
			raw_fcntl(out.fd, 4, flags & ~O_DIRECT_FLAG);
		}
	}
	return 0;
}

/* One piece of what was given. condor_slow_ckpt: as many KB a second. */
static void write_piece(void)
{
	u64 at = (u64)out.written * RI_PAGE;
	u32 bytes = least(((u64)out.given - out.written) * RI_PAGE,
			  least(CK_PIECE_BYTES, CK_RING_BYTES - at % CK_RING_BYTES));
	long r = out.error ? 0 : write_all(ring_at(at), bytes);

	if (r < 0)
		out.error = (s32)r;
	else if (condor_slow_ckpt > 0)
		raw_sleep_ms((s64)bytes * 1000 / 1024 / condor_slow_ckpt);
	__atomic_store_n(&out.written, out.written + bytes / (u32)RI_PAGE, __ATOMIC_RELEASE);
}

/*
 * For a thread that writes: mostly it only tells the disk its next piece, and should run soon when it is ready, though
 * others compute. For the copy of a program: it goes on beside, often on the same processor, and should not stand still
 * for whole slices of the copy. Short slices do that, and ask for no larger share (Linux 6.12; ignored before).
 */
void ck_ask_for_short_slices(void)
{
	struct sched_attr a;

	if (RAW_SYS4(__NR_sched_getattr, 0, &a, sizeof a, 0) ||
	    (a.sched_policy != SCHED_NORMAL && a.sched_policy != SCHED_BATCH))
		return;
	a.sched_runtime = SLICE_NS;
	RAW_SYS3(__NR_sched_setattr, 0, &a, 0);
}

static void writing_thread(void *unused)
{
	(void)unused;
	ck_ask_for_short_slices();
	for (;;) {
		u32 seen = __atomic_load_n(&out.news, __ATOMIC_ACQUIRE);
		u32 last = __atomic_load_n(&out.last, __ATOMIC_ACQUIRE); /* before what was given is looked at */

		if (out.written != out.given) {
			write_piece();
			raw_futex(&out.written, FUTEX_WAKE, 1, NULL);
		} else if (last) {
			return;
		} else {
			raw_futex(&out.news, FUTEX_WAIT, seen, NULL);
		}
	}
}

/*
 * The disk has nothing to do until the writing thread has had the processor. On this one nobody would take it away from
 * us before the next tick of the clock, which is milliseconds away.
 */
static void let_thread_run(void)
{
	RAW_SYS1(__NR_sched_yield, 0);
}

static void give_pages(void)
{
	__atomic_store_n(&out.given, (u32)(out.offset / RI_PAGE), __ATOMIC_RELEASE);
}

/* It finds something to do. */
static void start_thread(void)
{
	/* VM FS FILES SIGHAND THREAD SYSVSEM PARENT_SETTID-less CHILD_CLEARTID */
	u64 flags = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000 | 0x200000;
	long tid;

	give_pages();
	out.thread = 1;
	tid = ck_clone_thread(flags, ck.scratch.writer_stack_top, &out.thread, writing_thread, NULL);
	out.threaded = tid > 0;
	if (out.threaded)
		let_thread_run();
	else
		out.thread = 0;
}

static void tell_thread(void)
{
	__atomic_add_fetch(&out.news, 1, __ATOMIC_RELEASE);
	if (raw_futex(&out.news, FUTEX_WAKE, 1, NULL) > 0)
		let_thread_run();
}

/* Whole blocks; they do not reach over the end of the ring. */
static void sum_blocks(void)
{
	u64 blocks = (out.offset - out.summed) / RI_BLOCK;

	if (!out.summing || !blocks)
		return;
	if (out.n_sums + blocks > ck.scratch.sums_room) {
		out.error = -27;
		return;
	}
	crc32c_blocks(ck.scratch.sums + out.n_sums, ring_at(out.summed), RI_BLOCK, blocks);
	out.n_sums += (u32)blocks;
	out.summed += blocks * RI_BLOCK;
}

/* All whole pages are the thread's. When there is none, they are written here. */
static void give(void)
{
	give_pages();
	if (out.threaded)
		tell_thread();
	else
		while (out.written != out.given)
			write_piece();
}

static u64 room(void)
{
	return CK_RING_BYTES - (out.offset - (u64)__atomic_load_n(&out.written, __ATOMIC_ACQUIRE) * RI_PAGE);
}

/*
 * What is put from now on is kept in memory, as if it followed the image's head, until ck_out_open(); then
 * ck_out_kept() puts it. -ENOSPC when it is too much.
 */
void ck_out_keep(void)
{
	out.kept = true;
	out.offset = RI_PAGE;
	ck.track.kept_bytes = 0;
	out.error = 0;
}

int ck_out_kept(void)
{
	return ck_out_put(ck.scratch.stash, ck.track.kept_bytes);
}

/* meanwhile() is called once, when there is no room because the disk is the slower one; or never. */
void ck_out_open(int fd, bool direct, void (*meanwhile)(void))
{
	out.kept = false;
	out.fd = fd;
	out.direct = direct;
	out.threaded = false;
	out.summing = true;
	out.meanwhile = meanwhile;
	out.offset = out.summed = 0;
	out.n_sums = out.given = out.written = out.news = out.thread = out.last = 0;
	out.error = 0;
}

u64 ck_out_offset(void)
{
	return out.offset;
}

/* Room to fill directly, at most up to where bytes are summed next; ck_out_commit() then takes it. */
void *ck_out_room(u64 *bytes)
{
	if (out.kept) {
		*bytes = CK_STASH_BYTES - ck.track.kept_bytes;
		return ck.scratch.stash + ck.track.kept_bytes;
	}
	*bytes = least(room(), STEP - out.offset % STEP);
	return ring_at(out.offset);
}

int ck_out_commit(u64 bytes)
{
	out.offset += bytes;
	if (out.kept) {
		ck.track.kept_bytes += bytes;
		return ck.track.kept_bytes == CK_STASH_BYTES ? -28 : 0;
	}
	if (out.offset % STEP == 0) {
		sum_blocks();
		if (!out.threaded)
			start_thread();
		give();
	}
	if (!room() && out.meanwhile) {
		out.meanwhile();
		out.meanwhile = NULL;
	}
	for (u32 seen = out.written; !room(); seen = out.written)
		raw_futex(&out.written, FUTEX_WAIT, seen, NULL);
	return out.error;
}

int ck_out_put(const void *data, u64 bytes)
{
	const u8 *p = data;

	while (bytes) {
		u64 n;
		void *to = ck_out_room(&n);
		int r;

		if (n > bytes)
			n = bytes;
		if (p) {
			raw_copy(to, p, n);
			p += n;
		} else {
			raw_zero(to, n);
		}
		r = ck_out_commit(n);
		if (r < 0)
			return r;
		bytes -= n;
	}
	return out.error;
}

/* Zero bytes. */
int ck_out_hole(u64 bytes)
{
	return ck_out_put(NULL, bytes);
}

/* Ends the summed part of the image: what follows is covered by sums in the foot. The last block may be short. */
int ck_out_sums(u32 *n_sums)
{
	sum_blocks();
	if (out.offset > out.summed) {
		if (out.n_sums + 1 > ck.scratch.sums_room)
			return -27;
		ck.scratch.sums[out.n_sums++] = crc32c(0, ring_at(out.summed), out.offset - out.summed);
	}
	out.summing = false;
	*n_sums = out.n_sums;
	return out.error;
}

/* Writes what is left and waits for the writing thread. The image is a whole number of pages, so O_DIRECT may stay. */
int ck_out_end(void)
{
	give();
	__atomic_store_n(&out.last, 1, __ATOMIC_RELEASE);
	if (out.threaded)
		tell_thread();
	for (u32 tid; (tid = out.thread) != 0;)
		raw_futex(&out.thread, FUTEX_WAIT, tid, NULL);
	return out.error;
}
