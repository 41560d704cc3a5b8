// SPDX-License-Identifier: Apache-2.0
// Fact: blocks of every size hold what was put in, are freed and given out again.
#include "step.h"

int main(void)
{
	static char *block[2000];
	unsigned x = 1;

	memset(block, 0, sizeof block);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		unsigned sum = 0;

		for (int i = 0; i < 2000; i++) {
			size_t n = (size_t)i * (size_t)i / 50 + 1;

			x = x * 1103515245 + 12345;
			if (block[i])
				sum = sum * 31 + (unsigned char)block[i][n - 1];
			if (x >> 30 && block[i]) {
				free(block[i]);
				block[i] = NULL;
			} else if (!block[i]) {
				block[i] = malloc(n);
				memset(block[i], (int)(x >> 16), n);
			}
		}
		printf("%u\n", sum);
	}
	return 0;
}
