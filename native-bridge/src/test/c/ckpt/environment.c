// SPDX-License-Identifier: Apache-2.0
// Fact: arguments and environment, also changed ones.
#include "step.h"

int main(int argc, char **argv)
{
	(void)argc;
	for (int step = 0; step < STEPS; step++) {
		char v[32];

		snprintf(v, sizeof v, "value%d", step);
		setenv("CHANGED", v, 1);
		checkpoint_here();
		printf("%s %s %d\n", getenv("CHANGED"), strrchr(argv[0], '/'), getenv("HOME") != NULL);
	}
	return 0;
}
