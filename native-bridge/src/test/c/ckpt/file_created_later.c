// SPDX-License-Identifier: Apache-2.0
// Fact: files opened and closed between checkpoints are no trouble.
#include "step.h"

int main(void)
{
	char name[16], text[16];

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		FILE *f;

		sprintf(name, "f%d", step);
		f = fopen(name, "w");
		fprintf(f, "%d", step * 7);
		fclose(f);
		f = fopen(name, "r");
		printf("%s\n", fgets(text, sizeof text, f));
		fclose(f);
		remove(name);
	}
	return 0;
}
