// SPDX-License-Identifier: Apache-2.0
// See wrap_open.c.
#ifndef CK_READWRITE_H
#define CK_READWRITE_H

#include <stdbool.h>

enum { CK_READ, CK_WRITTEN, CK_USES };

extern int ck_inotify_fd[CK_USES];

/* Whether this descriptor is one of the library's own. */
static inline bool ck_readwrite_owns(int fd)
{
	return fd >= 0 && (fd == ck_inotify_fd[CK_READ] || fd == ck_inotify_fd[CK_WRITTEN]);
}

void ck_readwrite_look(void);
void ck_readwrite_again(void);

#endif
