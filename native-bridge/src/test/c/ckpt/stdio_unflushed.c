// SPDX-License-Identifier: Apache-2.0
// Fact: what stands unwritten in a buffer is written once.
#include "step.h"

int main(void)
{
	static char buffer[1 << 16];

	setvbuf(stdout, buffer, _IOFBF, sizeof buffer);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		printf("step %d\n", step);
	}
	return 0;
}
