// SPDX-License-Identifier: Apache-2.0
// Fact: a stream reads on where it was, pushed back character included.
#include "step.h"

int main(void)
{
	FILE *f = fopen("file", "w+");

	for (int i = 0; i < 3000; i++)
		fprintf(f, "line %d\n", i);
	rewind(f);
	ungetc('#', f);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		char line[32];

		printf("%s", fgets(line, sizeof line, f));
		printf("%ld\n", ftell(f));
		ungetc('#', f);
	}
	return 0;
}
