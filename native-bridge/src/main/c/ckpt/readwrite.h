// SPDX-License-Identifier: Apache-2.0
// See wrap_open.c.
#ifndef CK_READWRITE_H
#define CK_READWRITE_H

extern int ck_inotify_fd;
void ck_readwrite_look(void);
void ck_readwrite_again(void);

#endif
