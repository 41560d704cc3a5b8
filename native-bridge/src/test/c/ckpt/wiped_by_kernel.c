// SPDX-License-Identifier: Apache-2.0
// Fact: memory marked MADV_WIPEONFORK or MADV_DONTFORK by a system call the library does not see is in the image.
#include "step.h"

#include <sys/mman.h>
#include <sys/syscall.h>

int main(void)
{
	char *a = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *b = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	strcpy(a, "wiped on fork");
	strcpy(b, "not forked");
	for (int step = 0; step < STEPS; step++) {
		if (step == 1)
			syscall(SYS_madvise, a, 4096, MADV_WIPEONFORK);
		if (step == 3)
			syscall(SYS_madvise, b, 4096, MADV_DONTFORK);
		checkpoint_here();
		printf("%s, %s\n", a, b);
	}
	return 0;
}
