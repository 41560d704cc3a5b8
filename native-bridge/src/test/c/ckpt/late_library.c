// SPDX-License-Identifier: Apache-2.0
// Fact: libraries can be loaded and unloaded after a restart.
#include "step.h"

#include <dlfcn.h>

int main(void)
{
	for (int step = 0; step < STEPS; step++) {
		void *h = dlopen(step & 1 ? "libutil.so.1" : "libresolv.so.2", RTLD_NOW);

		checkpoint_here();
		printf("%d\n", h != NULL);
		dlclose(h);
	}
	return 0;
}
