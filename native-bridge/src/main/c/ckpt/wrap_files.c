// SPDX-License-Identifier: Apache-2.0
// close: a checkpoint that had to wait for a connection is made when it closes. Context: normal.
#include "ckpt.h"
#include "real.h"

#include <errno.h>
#include <unistd.h>

CK_EXPORT int CK_WRAP(close)(int fd)
{
	int r = CK_REAL(close)(fd);

	if (unlikely(ck.deferred)) {
		int saved = errno;

		ck_retry();
		errno = saved;
	}
	return r;
}
