// SPDX-License-Identifier: Apache-2.0
// Fact: memory advised to be in huge pages keeps its content.
#include "step.h"

#include <sys/mman.h>

int main(void)
{
	size_t size = 8 << 20;
	unsigned *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	madvise(p, size, MADV_HUGEPAGE);
	for (size_t i = 0; i < size / sizeof *p; i++)
		p[i] = (unsigned)i * 2654435761u;

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		unsigned sum = 0;

		for (size_t i = 0; i < size / sizeof *p; i++)
			sum = sum * 31 + p[i];
		p[step * 1000] = (unsigned)step;
		printf("%u\n", sum);
	}
	return 0;
}
