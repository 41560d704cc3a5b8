// SPDX-License-Identifier: Apache-2.0
// The way of bytes into an image: appended into a ring of memory, summed while they are in the cache, written by a second
// thread. Writing the program's pages directly would be slower after a fork: O_DIRECT pins its source, and pinning a page
// that is shared with the parent copies it first. The ring costs a few MiB and is only touched while an image is made.
// The thread takes what there is, little at first, so that the disk works soon, and up to half of the ring as soon as the
// disk is the slower one.
// Context: forked child, or signal handler when the image is written in place.
#include "ckpt.h"

#include "beside.h"
#include "crc32c.h"

#include <linux/futex.h>
#include <linux/sched.h>
#include <linux/sched/types.h>

#define O_DIRECT_FLAG 040000
#define SLICE_NS 100000

static struct {
	int fd;
	bool kept; /* bytes stay in the stash for now */
	bool direct, threaded, summing, batch;
	u64 offset, summed; /* bytes put; how many of them are in sums */
	u32 n_sums;
	volatile u32 given, written; /* pages: what the thread may write, and has written (futex) */
	volatile u32 news;	     /* futex: something was given, or it is the last */
	volatile u32 thread, last;
	void (*meanwhile)(void);
	volatile s32 error;
} out;

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
	u32 given = __atomic_load_n(&out.given, __ATOMIC_ACQUIRE);
	u64 bytes = ck_ring_piece(at, ((u64)given - out.written) * RI_PAGE);
	long r = out.error ? 0 : write_all(ck_ring_at(at), bytes);

	if (r < 0)
		out.error = (s32)r;
	else if (condor_slow_ckpt > 0)
		raw_sleep_ms((s64)bytes * 1000 / 1024 / condor_slow_ckpt);
	__atomic_store_n(&out.written, out.written + (u32)(bytes / RI_PAGE), __ATOMIC_RELEASE);
}

/*
 * The writing thread mostly only tells the disk its next piece, and should run soon when it is ready, though others
 * compute. Short slices do that, and ask for no larger share (Linux 6.12; ignored before).
 */
static void ask_for_short_slices(void)
{
	struct sched_attr a;

	if (RAW_SYS4(__NR_sched_getattr, 0, &a, sizeof a, 0) ||
	    (a.sched_policy != SCHED_NORMAL && a.sched_policy != SCHED_BATCH))
		return;
	a.sched_runtime = SLICE_NS;
	RAW_SYS3(__NR_sched_setattr, 0, &a, 0);
}

/*
 * When there is room again the writing thread wakes the copying one, and then has to tell the disk its next piece. On
 * the same processor the woken one would take it away, until all the room is filled. One of the policy for long
 * computations does not: so the copying thread takes that, for as long as it copies.
 */
static bool change_policy(u32 from, u32 to)
{
	struct sched_attr a;

	if (RAW_SYS4(__NR_sched_getattr, 0, &a, sizeof a, 0) || a.sched_policy != from)
		return false;
	a.sched_policy = to;
	return RAW_SYS3(__NR_sched_setattr, 0, &a, 0) == 0;
}

static void writing_thread(void *unused)
{
	(void)unused;
	ask_for_short_slices();
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

static void tell_thread(void)
{
	__atomic_add_fetch(&out.news, 1, __ATOMIC_RELEASE);
	if (raw_futex(&out.news, FUTEX_WAKE, 1, NULL) > 0)
		let_thread_run();
}

static void start_thread(void)
{
	out.threaded = beside_begin(&out.thread, ck.scratch.writer_stack_top, writing_thread, NULL);
	if (!out.threaded)
		return;
	out.batch = change_policy(SCHED_NORMAL, SCHED_BATCH);
	let_thread_run();
}

/* Whole blocks of one step. */
static void sum_blocks(void)
{
	u64 blocks = (out.offset - out.summed) / RI_BLOCK;

	if (!out.summing || !blocks)
		return;
	if (out.n_sums + blocks > ck.scratch.sums_room) {
		out.error = -27;
		return;
	}
	crc32c_blocks(ck.scratch.sums + out.n_sums, ck_ring_at(out.summed), RI_BLOCK, blocks);
	out.n_sums += (u32)blocks;
	out.summed += blocks * RI_BLOCK;
}

/* All whole pages may be written. */
static void give(void)
{
	__atomic_store_n(&out.given, (u32)(out.offset / RI_PAGE), __ATOMIC_RELEASE);
}

/* When there is no thread, they are written here. */
static void write_given(void)
{
	while (out.written != out.given)
		write_piece();
}

/* A place for the next step; waits for the disk when it is the slower one. */
static void take_slot(void)
{
	for (;;) {
		u32 written = __atomic_load_n(&out.written, __ATOMIC_ACQUIRE);

		if (ck_ring_take(out.offset, (u64)written * RI_PAGE))
			return;
		if (out.meanwhile && out.offset >= CK_RING_LARGE_BYTES) {
			out.meanwhile();
			out.meanwhile = NULL;
		}
		raw_futex(&out.written, FUTEX_WAIT, written, NULL);
	}
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

/* meanwhile() is called once, when the disk is the slower one and has been for a while; or never. */
void ck_out_open(int fd, bool direct, void (*meanwhile)(void))
{
	out.kept = false;
	out.fd = fd;
	out.direct = direct;
	out.threaded = out.batch = false;
	out.summing = true;
	out.meanwhile = meanwhile;
	out.offset = out.summed = 0;
	out.n_sums = out.given = out.written = out.news = out.thread = out.last = 0;
	out.error = 0;
	ck_ring_begin();
	take_slot();
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
	*bytes = CK_STEP - out.offset % CK_STEP;
	return ck_ring_at(out.offset);
}

int ck_out_commit(u64 bytes)
{
	out.offset += bytes;
	if (out.kept) {
		ck.track.kept_bytes += bytes;
		return ck.track.kept_bytes == CK_STASH_BYTES ? -28 : 0;
	}
	if (bytes && out.offset % CK_STEP == 0) {
		sum_blocks();
		give();
		if (out.threaded)
			tell_thread();
		else
			start_thread();
		if (!out.threaded)
			write_given();
		take_slot();
	}
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
		ck.scratch.sums[out.n_sums++] = crc32c(0, ck_ring_at(out.summed), out.offset - out.summed);
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
	else
		write_given();
	beside_end(&out.thread);
	ck_ring_end();
	if (out.batch)
		change_policy(SCHED_BATCH, SCHED_NORMAL);
	return out.error;
}
