// SPDX-License-Identifier: Apache-2.0
// Fact: errno is not changed by a checkpoint.
#include "step.h"

#include <errno.h>

int main(void)
{
	errno = 77;

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		printf("%d\n", errno);
		errno = 77 + step;
	}
	return 0;
}
