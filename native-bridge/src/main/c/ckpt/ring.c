// SPDX-License-Identifier: Apache-2.0
// The memory through which an image goes from the thread that gathers it to the one that writes it: slots, each for one
// step of the image. Most are in huge pages, for few requests to the disk. Fresh memory can be slow: a host that takes
// free memory back from its machines provides 2 MiB in the time in which the disk writes 8. So the first steps go through
// a few slots of small pages, which the kernel mostly has at hand. When the disk turns out to be the slower one a thread
// touches the large slots, in time that nobody else needs, and as soon as there are some only they are used.
// Context: as write.c.
#include "ckpt.h"

#include "beside.h"

#define HUGE_BYTES (2UL << 20)
#define LARGE (CK_RING_LARGE_BYTES / CK_STEP) /* slots; the small pages' are behind them */
#define SMALL (CK_RING_SMALL_BYTES / CK_STEP)
#define STEPS 128 /* more than there are slots */

_Static_assert(LARGE + SMALL <= STEPS && CK_RING_LARGE_BYTES % HUGE_BYTES == 0, "every step in the ring is known");

static struct {
	u8 slot_of[STEPS];	    /* by step */
	u64 free_at[LARGE + SMALL]; /* how much of the image has to be written until the slot is free */
	volatile u32 touched;	    /* of the large slots */
	volatile bool all;	    /* touched or not */
	volatile u32 thread, enough;
	bool began;
} ring;

u8 *ck_ring_at(u64 offset)
{
	return ck.scratch.ring + ring.slot_of[offset / CK_STEP % STEPS] * CK_STEP + offset % CK_STEP;
}

/* What is in the memory stays: it may be in use. */
static void touch_large(void *unused)
{
	static const s32 priority;

	(void)unused;
	if (ck_in_copy())
		RAW_SYS3(__NR_sched_setscheduler, 0, 5 /* SCHED_IDLE */, &priority);
	for (u64 at = 0; at < CK_RING_LARGE_BYTES && !ring.enough; at += RAW_PAGE) {
		__atomic_fetch_or(ck.scratch.ring + at, 0, __ATOMIC_RELAXED);
		if ((at + RAW_PAGE) % HUGE_BYTES == 0)
			__atomic_store_n(&ring.touched, (u32)((at + RAW_PAGE) / CK_STEP), __ATOMIC_RELEASE);
	}
}

/* No slot is free when so much of the image has been put. The thread may get no time at all. */
static void widen(u64 offset)
{
	if (!ring.began) {
		ring.began = true;
		ring.all = !beside_begin(&ring.thread, ck.scratch.ring_stack_top, touch_large, NULL);
	} else if (!ring.touched && offset >= CK_RING_LARGE_BYTES) {
		ring.all = true;
	}
}

/* How many slots are in use. */
static u32 width(u32 *first)
{
	u32 touched = ring.all ? LARGE : __atomic_load_n(&ring.touched, __ATOMIC_ACQUIRE);

	*first = touched ? 0 : LARGE;
	return touched ? touched : SMALL;
}

/*
 * A slot for the step that begins at offset, when so much of the image was written: behind the last one if it can be.
 * False when none is free.
 */
bool ck_ring_take(u64 offset, u64 written)
{
	u32 first, n = width(&first);
	u64 step = offset / CK_STEP;
	u32 slot = step ? ring.slot_of[(step - 1) % STEPS] + 1u : first;

	for (u32 i = 0; i < n; i++, slot++) {
		if (slot < first || slot >= first + n)
			slot = first;
		if (ring.free_at[slot] <= written) {
			ring.free_at[slot] = offset + CK_STEP;
			ring.slot_of[step % STEPS] = (u8)slot;
			return true;
		}
	}
	widen(offset);
	return false;
}

/*
 * How many of the `most` bytes from offset on can be written at once. Half of the ring at most: the other half is filled
 * meanwhile. Context: the thread that writes.
 */
u64 ck_ring_piece(u64 offset, u64 most)
{
	u32 first;
	u64 half = width(&first) / 2 * CK_STEP, bytes = CK_STEP - offset % CK_STEP;

	if (most > half)
		most = half;
	while (bytes < most && ck_ring_at(offset + bytes) == ck_ring_at(offset) + bytes)
		bytes += CK_STEP;
	return bytes < most ? bytes : most;
}

/* An empty ring. */
void ck_ring_begin(void)
{
	raw_zero(&ring, sizeof ring);
	RAW_SYS3(__NR_madvise, ck.scratch.ring, CK_RING_LARGE_BYTES, 14 /* MADV_HUGEPAGE */);
	RAW_SYS3(__NR_madvise, ck.scratch.ring + CK_RING_LARGE_BYTES, CK_RING_SMALL_BYTES, 15 /* MADV_NOHUGEPAGE */);
}

/* Nothing is touched any more, unless this process ends soon: then nobody waits for a thread that has no time. */
void ck_ring_end(void)
{
	ring.enough = 1;
	if (!ck_in_copy())
		beside_end(&ring.thread);
}

/* Its memory goes back to the system. */
void ck_ring_free(void)
{
	RAW_SYS3(__NR_madvise, ck.scratch.ring, CK_RING_LARGE_BYTES + CK_RING_SMALL_BYTES, 4 /* MADV_DONTNEED */);
}
