// SPDX-License-Identifier: Apache-2.0
// Fact: after a restart brk, malloc, realloc of large blocks and deep recursion work.
#include "step.h"

static int deep(int n)
{
	volatile char pad[4096];

	pad[0] = (char)n;
	return n ? deep(n - 1) + pad[0] - (char)n + 1 : 0;
}

int main(void)
{
	char *big = malloc(1 << 20);
	char *start = sbrk(0);

	memset(big, 5, 1 << 20);
	for (int step = 1; step <= STEPS; step++) {
		char *small[100];
		long sum = 0;

		checkpoint_here();
		if (sbrk(100000) == (void *)-1)
			return 1;
		for (int i = 0; i < 100; i++)
			small[i] = strdup("some text");
		big = realloc(big, (size_t)(step + 1) << 20);
		memset(big + ((size_t)step << 20), step, 1 << 20);
		for (size_t i = 0; i < (size_t)(step + 1) << 20; i += 511)
			sum += big[i];
		for (int i = 0; i < 100; i++)
			free(small[i]);
		printf("sum %ld grew %d deep %d\n", sum, (char *)sbrk(0) - start >= 100000 * step, deep(1400));
	}
	free(big);
	return 0;
}
