// SPDX-License-Identifier: Apache-2.0
// Threads that no C library knows: they share everything with the one that begins them, and are waited for by a word that
// the kernel clears. Context: no libc.
#ifndef BESIDE_H
#define BESIDE_H

#include "raw.h"

#include <linux/futex.h>

/* clone_<arch>.h: a thread that runs fn(arg) and ends; its id, or a negative errno. */
long raw_clone_thread(u64 flags, u8 *stack_top, volatile u32 *clear_tid, void (*fn)(void *), void *arg)
	__attribute__((visibility("hidden")));

/* False: there is none. *tid is its id until it has left its stack. */
static inline bool beside_begin(volatile u32 *tid, u8 *stack_top, void (*fn)(void *), void *arg)
{
	/* VM FS FILES SIGHAND THREAD SYSVSEM CHILD_CLEARTID */
	u64 flags = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000 | 0x200000;

	*tid = 1;
	if (raw_clone_thread(flags, stack_top, tid, fn, arg) > 0)
		return true;
	*tid = 0;
	return false;
}

static inline void beside_end(volatile u32 *tid)
{
	for (u32 now; (now = *tid) != 0;)
		raw_futex(tid, FUTEX_WAIT, now, NULL);
}

#endif
