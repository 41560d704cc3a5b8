// SPDX-License-Identifier: Apache-2.0
// What C code of the capture path must know of x86_64's signal frames.
#ifndef CK_ARCH_X86_64_H
#define CK_ARCH_X86_64_H

#include "raw.h"

#include <ucontext.h>

/* Whether the frame's next instruction follows a system call instruction. */
static inline bool ck_behind_syscall(const ucontext_t *uc)
{
	const u8 *ip = (const u8 *)uc->uc_mcontext.gregs[REG_RIP];

	/* A restarted call: the address is that of the instruction itself. */
	return (((u64)ip & 4095) >= 2 && ip[-2] == 0x0f && ip[-1] == 0x05) || (ip[0] == 0x0f && ip[1] == 0x05);
}

#endif
