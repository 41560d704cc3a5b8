// SPDX-License-Identifier: Apache-2.0
// close: a checkpoint that had to wait for a connection is made when it closes. Context: normal.
#include "ckpt.h"
#include "readwrite.h"
#include "real.h"

#include <errno.h>
#include <unistd.h>

CK_EXPORT int CK_WRAP(close)(int fd)
{
	int r;

	if (unlikely(ck_readwrite_owns(fd) && ck.active)) {
		errno = EBADF; /* a program that closes everything: this one is not its own */
		return -1;
	}
	r = CK_REAL(close)(fd);
	if (unlikely(ck_inotify_fd[CK_READ] >= 0 || ck_inotify_fd[CK_WRITTEN] >= 0)) {
		int saved = errno;

		ck_readwrite_look();
		errno = saved;
	}
	if (unlikely(ck.deferred)) {
		int saved = errno;

		ck_retry();
		errno = saved;
	}
	return r;
}
