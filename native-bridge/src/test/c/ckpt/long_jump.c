// SPDX-License-Identifier: Apache-2.0
// Fact: setjmp and longjmp across a checkpoint; the pointer guard fits.
#include "step.h"

#include <setjmp.h>

static jmp_buf out;

static void inner(int step)
{
	checkpoint_here();
	longjmp(out, step + 1);
}

int main(void)
{
	for (volatile int step = 0; step < STEPS; step++) {
		int r = setjmp(out);

		if (r == 0)
			inner(step);
		printf("back with %d\n", r);
	}
	return 0;
}
