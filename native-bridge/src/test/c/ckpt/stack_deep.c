// SPDX-License-Identifier: Apache-2.0
// Fact: a megabyte of stack in thousands of frames comes back.
#include "step.h"

static long deep(int n, int step)
{
	volatile long local[32];
	long below;

	for (int i = 0; i < 32; i++)
		local[i] = n * 7 + i + step;
	if (!n) {
		checkpoint_here();
		return 1;
	}
	below = deep(n - 1, step);
	for (int i = 0; i < 32; i++)
		below = below * 3 + local[i];
	return below;
}

int main(void)
{
	for (int step = 1; step <= STEPS; step++)
		printf("%ld\n", deep(4000, step));
	return 0;
}
