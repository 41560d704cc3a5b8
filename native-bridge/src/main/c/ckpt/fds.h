// SPDX-License-Identifier: Apache-2.0
// Shared by the files that know descriptors: files.c (gather), files_back.c (bring back), communicate.c (may it be cut?).
#ifndef CK_FDS_H
#define CK_FDS_H

#include "ckpt.h"

/* ri_fd.aux by kind:
 *	INHERITED  [0] its number when the program started [1] the lower descriptor it then shared with, + 1, or 0
 *	EVENTFD    [0] count [1] semaphore
 *	TIMERFD    [0] clock [1] left ns [2] interval ns [3] expirations not read yet
 *	SIGNALFD   [0] mask
 *	PIPE       [0] capacity; content: data_off is a reference into the strings
 *	SOCKET_PAIR  [0] inode of the other end [1] type [2] room for sending; content as that of pipes
 */
int ck_gather_table(void);
bool ck_fds_talking(struct raw_text *t);
void ck_bring_back_locks(void);

/* socket_pairs.c */
void ck_find_pairs(void);
int ck_pair_content(struct ri_fd *f);
struct ri_fd *ck_other_end(const struct ri_fd *f);
long ck_make_pair(const struct ri_fd *f, const struct ri_fd *other, int ends[2]);
void ck_pairs_again(void);

/* fd_sharing.c */
void ck_sharing_begin(void);
const struct ri_fd *ck_find_shared(const struct ri_fd *f);

#endif
