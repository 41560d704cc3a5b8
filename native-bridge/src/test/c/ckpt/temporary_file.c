// SPDX-License-Identifier: Apache-2.0
// Fact: a file without a name keeps its content and goes on.
#include "step.h"

int main(void)
{
	FILE *f = tmpfile();

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		long size;

		fprintf(f, "number %d;", step);
		fflush(f);
		fseek(f, 0, SEEK_END);
		size = ftell(f);
		printf("%ld\n", size);
	}
	rewind(f);
	for (int c; (c = getc(f)) != EOF;)
		putchar(c);
	return 0;
}
