// SPDX-License-Identifier: Apache-2.0
// Fact: a program that has registered for memory barriers of its other threads (liburcu, .NET) may still ask for them.
#include "step.h"

#include <errno.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>

static void barrier(int which)
{
	int r = (int)syscall(SYS_membarrier, which, 0, 0);

	printf("%d %s\n", r, r ? strerror(errno) : "");
}

int main(void)
{
	syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0);
	for (int step = 0; step < STEPS; step++) {
		checkpoint_here();
		barrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
		fflush(stdout);
	}
	return 0;
}
