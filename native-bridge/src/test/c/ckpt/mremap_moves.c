// SPDX-License-Identifier: Apache-2.0
// Fact: mremap moves and grows memory that came from an image.
#include "step.h"

#include <sys/mman.h>

int main(void)
{
	size_t size = 1 << 20;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	memset(p, 3, size);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		long sum = 0;

		p = mremap(p, size, size * 2, MREMAP_MAYMOVE);
		for (size_t i = 0; i < size * 2; i++)
			sum += p[i];
		printf("%zu %ld\n", size, sum);
		memset(p + size, step, size);
		size *= 2;
	}
	return 0;
}
