// SPDX-License-Identifier: Apache-2.0
// Fact: memory given back with MADV_DONTNEED reads as zero, not as what the image holds.
#include "step.h"

#include <sys/mman.h>

int main(void)
{
	char *p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		printf("%d ", p[500000]);
		madvise(p, 1 << 20, MADV_DONTNEED);
		printf("%d ", p[500000]);
		memset(p, step, 1 << 20);
		printf("%d\n", p[500000]);
	}
	return 0;
}
