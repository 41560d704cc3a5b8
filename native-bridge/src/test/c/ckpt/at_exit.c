// SPDX-License-Identifier: Apache-2.0
// Fact: functions registered with atexit before and after run once each, in reverse order.
#include "step.h"

static void first(void)
{
	puts("first");
}

static void second(void)
{
	puts("second");
}

int main(void)
{
	atexit(first);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		if (step == 3)
			atexit(second);
		puts("step");
	}
	return 0;
}
