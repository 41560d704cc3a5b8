// SPDX-License-Identifier: Apache-2.0
// Fact: the rounding mode of floating point stays as it was set.
#include "step.h"

#include <fenv.h>

int main(void)
{
	volatile double one = 1, three = 3;
	const int modes[] = {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO, FE_TONEAREST, FE_UPWARD};

	fesetround(FE_UPWARD);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		printf("%.17g %.17g\n", one / three, -one / three);
		fesetround(modes[step - 1]);
	}
	return 0;
}
