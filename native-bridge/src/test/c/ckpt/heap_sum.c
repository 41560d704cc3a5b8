// SPDX-License-Identifier: Apache-2.0
// Fact: the heap, the stack and floating point registers are what they were. Prints a line per step.
#include "step.h"

#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	unsigned char *heap = malloc(3 << 20);
	char deep[20000];
	double x = 1;
	unsigned long sum = 0;

	memset(heap, 7, 3 << 20);
	memset(deep, 3, sizeof deep);
	for (int step = 0; step < STEPS; step++) {
		for (int i = 0; i < 20000; i++)
			x = x * 1.00001 + 0.25;
		heap[step * 4099] ^= (unsigned char)step;
		deep[step * 97] = (char)step;
		checkpoint_here();
		printf("step %d x %.15g\n", step, x);
	}
	for (int i = 0; i < 3 << 20; i++)
		sum = sum * 31 + heap[i];
	for (size_t i = 0; i < sizeof deep; i++)
		sum += (unsigned char)deep[i];
	printf("sum %lu args %d %s\n", sum, argc, argc > 1 ? argv[1] : "-");
	return 3;
}
