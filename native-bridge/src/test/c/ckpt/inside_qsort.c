// SPDX-License-Identifier: Apache-2.0
// Fact: a checkpoint in a comparison that qsort calls: sorting goes on.
#include "step.h"

static int calls;

static int compare(const void *a, const void *b)
{
	if (++calls == 50)
		checkpoint_here();
	return *(const int *)a - *(const int *)b;
}

int main(void)
{
	int v[40];

	for (int step = 1; step <= STEPS; step++) {
		for (int i = 0; i < 40; i++)
			v[i] = i * 17 * step % 41;
		calls = 0;
		qsort(v, 40, sizeof *v, compare);
		for (int i = 0; i < 40; i++)
			printf("%d ", v[i]);
		putchar('\n');
	}
	return 0;
}
