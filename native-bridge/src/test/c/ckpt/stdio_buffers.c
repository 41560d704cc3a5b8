// SPDX-License-Identifier: Apache-2.0
// Fact: what stdio has buffered is written exactly once; locale and ungetc survive.
#include "step.h"

#include <locale.h>

int main(void)
{
	FILE *out = fopen("buffered", "w"), *in;
	char line[64];

	setlocale(LC_ALL, "C.UTF-8");
	for (int step = 0; step < STEPS; step++) {
		fprintf(out, "line %d %.3f\n", step, step / 3.0);
		printf("stdout %d %'d\n", step, 1234567 * step);
		checkpoint_here();
	}
	fclose(out);
	in = fopen("buffered", "r");
	while (fgets(line, sizeof line, in))
		fputs(line, stdout);
	return 0;
}
