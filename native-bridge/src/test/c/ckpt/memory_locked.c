// SPDX-License-Identifier: Apache-2.0
// Fact: locked memory is locked again.
#include "step.h"

#include <sys/mman.h>

int main(void)
{
	char *p = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char line[128];

	memset(p, 1, 16384);
	mlock(p, 16384);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		FILE *f = fopen("/proc/self/status", "r");

		while (fgets(line, sizeof line, f))
			if (strncmp(line, "VmLck", 5) == 0)
				printf("%d\n", atoi(line + 6));
		fclose(f);
	}
	return 0;
}
