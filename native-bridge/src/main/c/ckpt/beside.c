// SPDX-License-Identifier: Apache-2.0
// Threads of the library's own, while an image is made. They share everything with the one that gathers it.
// Context: as write.c.
#include "ckpt.h"

#include <linux/futex.h>

/* False: there is none. *tid is its id until it has left its stack. */
bool ck_beside_begin(volatile u32 *tid, u8 *stack_top, void (*fn)(void *))
{
	/* VM FS FILES SIGHAND THREAD SYSVSEM CHILD_CLEARTID */
	u64 flags = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000 | 0x200000;

	*tid = 1;
	if (ck_clone_thread(flags, stack_top, tid, fn, NULL) > 0)
		return true;
	*tid = 0;
	return false;
}

void ck_beside_end(volatile u32 *tid)
{
	for (u32 now; (now = *tid) != 0;)
		raw_futex(tid, FUTEX_WAIT, now, NULL);
}
