// SPDX-License-Identifier: Apache-2.0
// Fact: computing in extended precision goes on to the last bit.
#include "step.h"

int main(void)
{
	long double x = 1;

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		for (int i = 1; i < 100; i++)
			x = x * (1 + 1.0L / (i * step)) / 1.5L + 0.1L;
		printf("%.20Lg\n", x);
	}
	return 0;
}
