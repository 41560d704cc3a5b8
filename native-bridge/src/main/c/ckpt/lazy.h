// SPDX-License-Identifier: Apache-2.0
// Shared by lazy.c (what becomes of memory that is mapped from the image) and lazy_stop.c (stopping the program for it).
#ifndef CK_LAZY_H
#define CK_LAZY_H

#include "ckpt.h"

/* A system call that a stopped thread is in, which waits for its event to be read. */
struct ck_waiting {
	u64 number, args[3];
};

#define CK_WAITING 64

/* lazy_stop.c */
bool ck_pause_others(int uffd, s64 patience_ms, struct ck_waiting *waiting, u32 *n_waiting);
void ck_release_others(void);

#endif
