// SPDX-License-Identifier: Apache-2.0
// Fact: memory that a forked copy does not get (MADV_DONTFORK) or gets wiped (MADV_WIPEONFORK) is in the image, which the
// program's own process then writes; afterwards it is scheduled as before.
#include "step.h"

#include <sched.h>
#include <sys/mman.h>

#define WORDS (20UL << 17) /* more than the library writes at once */

static unsigned long word(unsigned long i)
{
	i *= 0x9e3779b97f4a7c15UL;
	return i ^ i >> 29;
}

int main(void)
{
	unsigned long *a = mmap(NULL, WORDS * sizeof *a, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *b = mmap(NULL, 16384, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (unsigned long i = 0; i < WORDS; i++)
		a[i] = word(i);
	strcpy(b, "wiped on fork");
	madvise(a, WORDS * sizeof *a, MADV_DONTFORK);
	madvise(b, 4096, MADV_WIPEONFORK);
	for (int step = 0; step < STEPS; step++) {
		unsigned long wrong = 0;

		checkpoint_here();
		for (unsigned long i = 0; i < WORDS; i++)
			wrong += a[i] != word(i);
		printf("%lu words of those not forked are wrong, %s, policy %d\n", wrong, b, sched_getscheduler(0));
	}
	return 0;
}
