// SPDX-License-Identifier: Apache-2.0
// Fact: a thousand separate mappings come back.
#include "step.h"

#include <sys/mman.h>

int main(void)
{
	char *p[1000];

	for (int i = 0; i < 1000; i++) {
		p[i] = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		mprotect(p[i] + 4096, 4096, PROT_NONE);
		p[i][0] = (char)i;
	}

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		long sum = 0;

		for (int i = 0; i < 1000; i++)
			sum += ++p[i][0];
		printf("%ld\n", sum);
	}
	return 0;
}
