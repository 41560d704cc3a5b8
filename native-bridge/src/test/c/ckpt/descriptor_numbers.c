// SPDX-License-Identifier: Apache-2.0
// Fact: descriptors keep their numbers, gaps and high ones included; the lowest free is given out.
#include "step.h"

#include <fcntl.h>

int main(void)
{
	int low = open("/dev/null", O_RDWR);

	dup2(low, low + 3);
	dup2(low, 500);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		int next = dup(low);

		printf("%d %d %d %d\n", fcntl(low, F_GETFD), fcntl(low + 2, F_GETFD), fcntl(500, F_GETFD), next - low);
		close(next);
	}
	return 0;
}
