// SPDX-License-Identifier: Apache-2.0
// Fact: a request while checkpoints are disabled is made when they are enabled again.
#include "step.h"

extern void _condor_ckpt_disable(void) __attribute__((weak));
extern void _condor_ckpt_enable(void) __attribute__((weak));

int main(void)
{
	for (int step = 0; step < STEPS; step++) {
		if (_condor_ckpt_disable)
			_condor_ckpt_disable();
		checkpoint_here();
		printf("step %d\n", step);
		fflush(stdout);
		if (_condor_ckpt_enable)
			_condor_ckpt_enable();
	}
	return 0;
}
