// SPDX-License-Identifier: Apache-2.0
// Shared by lazy.c (what becomes of memory that is mapped from the image) and lazy_stop.c (stopping the program for it).
#ifndef CK_LAZY_H
#define CK_LAZY_H

#include "ckpt.h"

/* A system call that a stopped thread is in, which waits for its event to be read. */
struct ck_waiting {
	u64 number, args[3];
};

enum ck_stopped {
	CK_ALL_STOPPED,
	CK_SOME_ELSEWHERE, /* those that have not stopped do not wait for an event; they may run, and write */
	CK_UNKNOWN,	   /* nothing is known, and all run */
};

/* lazy_stop.c; waiting: CK_MAX_THREADS */
enum ck_stopped ck_pause_others(int uffd, s64 patience_ms, struct ck_waiting *waiting, u32 *n_waiting);
enum ck_stopped ck_pause_served(int uffd, s64 patience_ms, struct ck_waiting *waiting, u32 *n_waiting);
void ck_release_others(void);

#endif
