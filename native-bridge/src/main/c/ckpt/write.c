// SPDX-License-Identifier: Apache-2.0
// The way of bytes into an image: appended into bounce buffers, summed while they are in the cache, written by a second
// thread. Writing the program's pages directly would be slower after a fork: O_DIRECT pins its source, and pinning a page
// that is shared with the parent copies it first. The buffers cost a few MiB and are only touched while an image is made.
// Context: forked child, or signal handler when the image is written in place.
#include "ckpt.h"

#include "crc32c.h"

#include <linux/falloc.h>
#include <linux/futex.h>

#define O_DIRECT_FLAG 040000
#define SUM_STEP (4UL * RI_BLOCK)

enum { FREE, FULL };

static struct {
	int fd;
	bool kept; /* bytes stay in the stash for now */
	bool direct, threaded, summing;
	volatile u32 state[CK_BUFFERS];
	u32 length[CK_BUFFERS];
	u32 current;
	u64 fill, summed; /* bytes in the current buffer; how many of them are in sums */
	u64 offset;	  /* of the next byte put */
	u32 n_sums;
	volatile u32 thread, last;
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

/* condor_slow_ckpt: as many KB a second. */
static long write_buffer(u32 i)
{
	long r = write_all(ck.scratch.buffers[i], out.length[i]);

	if (r == 0 && condor_slow_ckpt > 0)
		raw_sleep_ms((s64)out.length[i] * 1000 / 1024 / condor_slow_ckpt);
	return r;
}

static void writing_thread(void *unused)
{
	u32 i = 0;

	(void)unused;
	for (;;) {
		while (out.state[i] != FULL) {
			if (out.last)
				return;
			raw_futex(&out.state[i], FUTEX_WAIT, FREE, NULL);
		}
		if (!out.error) {
			long r = write_buffer(i);

			if (r < 0)
				out.error = (s32)r;
		}
		__atomic_store_n(&out.state[i], FREE, __ATOMIC_RELEASE);
		raw_futex(&out.state[i], FUTEX_WAKE, 1, NULL);
		i = (i + 1) % CK_BUFFERS;
	}
}

static void start_thread(void)
{
	/* VM FS FILES SIGHAND THREAD SYSVSEM PARENT_SETTID-less CHILD_CLEARTID */
	u64 flags = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000 | 0x200000;
	long tid;

	out.thread = 1;
	tid = ck_clone_thread(flags, ck.scratch.writer_stack_top, &out.thread, writing_thread, NULL);
	out.threaded = tid > 0;
	if (!out.threaded)
		out.thread = 0;
}

static void sum_current(u64 upto)
{
	u64 blocks = (upto - out.summed) / RI_BLOCK;

	if (!out.summing || !blocks)
		return;
	if (out.n_sums + blocks > ck.scratch.sums_room) {
		out.error = -27;
		return;
	}
	crc32c_blocks(ck.scratch.sums + out.n_sums, ck.scratch.buffers[out.current] + out.summed, RI_BLOCK, blocks);
	out.n_sums += (u32)blocks;
	out.summed += blocks * RI_BLOCK;
}

static int hand_over(void)
{
	u32 i = out.current;

	sum_current(out.fill);
	out.length[i] = (u32)out.fill;
	if (!out.threaded && out.fill == CK_BUFFER_BYTES)
		start_thread();
	if (!out.threaded) {
		long r = write_buffer(i);

		if (r < 0)
			out.error = (s32)r;
	} else {
		__atomic_store_n(&out.state[i], FULL, __ATOMIC_RELEASE);
		raw_futex(&out.state[i], FUTEX_WAKE, 1, NULL);
		i = (i + 1) % CK_BUFFERS;
		while (__atomic_load_n(&out.state[i], __ATOMIC_ACQUIRE) != FREE)
			raw_futex(&out.state[i], FUTEX_WAIT, FULL, NULL);
		out.current = i;
	}
	out.fill = out.summed = 0;
	return out.error;
}

/*
 * What is put from now on is kept in memory, as if it followed the image's head, until ck_out_open(); then
 * ck_out_kept() puts it. -ENOSPC when it is too much.
 */
void ck_out_keep(void)
{
	out.kept = true;
	out.fill = 0;
	out.offset = RI_PAGE;
	out.error = 0;
}

int ck_out_kept(void)
{
	return ck_out_put(ck.scratch.stash, ck.track.kept_bytes);
}

int ck_out_open(int fd, bool direct)
{
	out.kept = false;
	out.fd = fd;
	out.direct = direct;
	out.threaded = false;
	out.summing = true;
	out.current = out.n_sums = out.last = 0;
	out.thread = 0;
	out.fill = out.summed = out.offset = 0;
	out.error = 0;
	for (int i = 0; i < CK_BUFFERS; i++)
		out.state[i] = FREE;
	return 0;
}

u64 ck_out_offset(void)
{
	return out.offset;
}

/* Room in the current buffer to fill directly; ck_out_commit() then takes it. */
void *ck_out_room(u64 *bytes)
{
	*bytes = (out.kept ? CK_STASH_BYTES : CK_BUFFER_BYTES) - out.fill;
	if (out.kept)
		return ck.scratch.stash + out.fill;
	return ck.scratch.buffers[out.current] + out.fill;
}

int ck_out_commit(u64 bytes)
{
	out.fill += bytes;
	out.offset += bytes;
	if (out.kept) {
		ck.track.kept_bytes = out.fill;
		return out.fill == CK_STASH_BYTES ? -28 : 0;
	}
	if (out.fill - out.summed >= SUM_STEP)
		sum_current(out.fill);
	return out.fill == CK_BUFFER_BYTES ? hand_over() : out.error;
}

int ck_out_put(const void *data, u64 bytes)
{
	const u8 *p = data;

	while (bytes) {
		u64 room;
		void *to = ck_out_room(&room);
		int r;

		if (room > bytes)
			room = bytes;
		if (p) {
			raw_copy(to, p, room);
			p += room;
		} else {
			raw_zero(to, room);
		}
		r = ck_out_commit(room);
		if (r < 0)
			return r;
		bytes -= room;
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
	sum_current(out.fill);
	if (out.fill > out.summed) {
		if (out.n_sums + 1 > ck.scratch.sums_room)
			return -27;
		ck.scratch.sums[out.n_sums++] = crc32c(
			0, ck.scratch.buffers[out.current] + out.summed, out.fill - out.summed);
	}
	out.summing = false;
	*n_sums = out.n_sums;
	return out.error;
}

/* Writes what is left and waits for the writing thread. The image is a whole number of pages, so O_DIRECT may stay. */
int ck_out_end(void)
{
	if (out.fill)
		hand_over();
	if (out.threaded) {
		/* The thread empties the buffers in order; the one after the last full one tells it to end. */
		for (u32 i = 0; i < CK_BUFFERS; i++)
			while (__atomic_load_n(&out.state[i], __ATOMIC_ACQUIRE) != FREE)
				raw_futex(&out.state[i], FUTEX_WAIT, FULL, NULL);
		out.last = 1;
		for (u32 i = 0; i < CK_BUFFERS; i++)
			raw_futex(&out.state[i], FUTEX_WAKE, 1, NULL);
		while (out.thread) {
			struct raw_time tick = {0, 2000000};
			u32 tid = out.thread;

			for (u32 i = 0; i < CK_BUFFERS; i++)
				raw_futex(&out.state[i], FUTEX_WAKE, 1, NULL);
			if (tid)
				raw_futex(&out.thread, FUTEX_WAIT, tid, &tick);
		}
	}
	return out.error;
}
