// SPDX-License-Identifier: Apache-2.0
// Fact: close-on-exec and O_NONBLOCK stay as they were set.
#include "step.h"

#include <fcntl.h>

int main(void)
{
	int a = open("/dev/zero", O_RDONLY | O_CLOEXEC), b = open("/dev/zero", O_RDONLY);

	fcntl(b, F_SETFL, O_NONBLOCK);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		printf("%d %d %d %d\n", fcntl(a, F_GETFD), !!(fcntl(a, F_GETFL) & O_NONBLOCK), fcntl(b, F_GETFD),
		       !!(fcntl(b, F_GETFL) & O_NONBLOCK));
		fcntl(a, F_SETFL, step & 1 ? O_NONBLOCK : 0);
		fcntl(b, F_SETFD, step & 1);
	}
	return 0;
}
