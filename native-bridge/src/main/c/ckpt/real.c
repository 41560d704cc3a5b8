// SPDX-License-Identifier: Apache-2.0
// The C library's own functions behind our wrappers. Context: normal.
#include "real.h"

#include "ckpt.h"

int ck_real_sigaction(int sig, const struct sigaction *act, struct sigaction *old)
{
	return CK_REAL(sigaction)(sig, act, old);
}
