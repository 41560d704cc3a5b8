// SPDX-License-Identifier: Apache-2.0
// Fact: memory that a forked copy does not get (MADV_DONTFORK) or gets wiped (MADV_WIPEONFORK) is in the image.
#include "step.h"

#include <sys/mman.h>

int main(void)
{
	char *a = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *b = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	strcpy(a, "not forked");
	strcpy(b, "wiped on fork");
	madvise(a, 4096, MADV_DONTFORK);
	madvise(b, 4096, MADV_WIPEONFORK);
	for (int step = 0; step < STEPS; step++) {
		checkpoint_here();
		printf("%s, %s\n", a, b);
	}
	return 0;
}
