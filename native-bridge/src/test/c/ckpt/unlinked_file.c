// SPDX-License-Identifier: Apache-2.0
// Fact: a file without a name travels in the image.
#include "step.h"

int main(void)
{
	FILE *t = tmpfile();
	char line[64];

	for (int step = 0; step < STEPS; step++) {
		fprintf(t, "temporary %d\n", step);
		fflush(t);
		checkpoint_here();
	}
	rewind(t);
	while (fgets(line, sizeof line, t))
		fputs(line, stdout);
	return 0;
}
