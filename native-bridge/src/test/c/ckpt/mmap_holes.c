// SPDX-License-Identifier: Apache-2.0
// Fact: what was unmapped stays unmapped, and the pages around it stay.
#include "step.h"

#include <errno.h>
#include <sys/mman.h>

int main(void)
{
	char *p = mmap(NULL, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char in;

	memset(p, 7, 16 * 4096);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		munmap(p + step * 2 * 4096, 4096);
		for (int i = 0; i < 16; i++)
			printf("%d", mincore(p + i * 4096, 4096, &in) == 0 ? p[i * 4096] : errno == ENOMEM ? 0 : 9);
		putchar('\n');
	}
	return 0;
}
