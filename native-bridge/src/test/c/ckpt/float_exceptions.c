// SPDX-License-Identifier: Apache-2.0
// Fact: floating point exception flags stay raised.
#include "step.h"

#include <fenv.h>

int main(void)
{
	volatile double zero = 0, one = 1;

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		printf("%d%d%d\n", !!fetestexcept(FE_DIVBYZERO), !!fetestexcept(FE_INVALID), !!fetestexcept(FE_INEXACT));
		if (step == 1)
			one = one / zero;
		if (step == 2)
			one = zero * one;
		if (step == 3)
			feclearexcept(FE_DIVBYZERO);
	}
	return 0;
}
