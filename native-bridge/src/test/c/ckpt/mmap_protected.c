// SPDX-License-Identifier: Apache-2.0
// Fact: memory without access keeps what is in it, and its protection.
#include "step.h"

#include <sys/mman.h>

int main(void)
{
	char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	strcpy(p, "hidden");
	mprotect(p, 8192, PROT_NONE);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		printf("step %d write into it: %zd\n", step, read(0, p, 0) == 0 ? write(1, p, 1) : 7);
		mprotect(p, 8192, PROT_READ | PROT_WRITE);
		printf("%s\n", p);
		p[5] = (char)('0' + step);
		fflush(stdout);
		mprotect(p, 8192, PROT_NONE);
	}
	return 0;
}
