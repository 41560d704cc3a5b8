// SPDX-License-Identifier: Apache-2.0
// Fact: pages written, then made read-only or inaccessible, are as written; and their protection is as it was.
#include "changes.h"

#include <setjmp.h>

static sigjmp_buf back;

static void caught(int sig)
{
	siglongjmp(back, sig);
}

int main(void)
{
	uint64_t *p = filled(1), *q = filled(2);
	volatile int faults = 0;

	signal(SIGSEGV, caught);
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t *at = q + (size_t)round * 70 * WORDS;

		write_some(p, round);
		at[7] = mix((uint64_t)round);
		mprotect(at, 40 * 4096, round % 2 ? PROT_READ : PROT_NONE);
		next_round(round, sum_of(p, (size_t)PAGES * WORDS));
		if (sigsetjmp(back, 1) == 0)
			*(volatile uint64_t *)at = 1;
		else
			faults++;
		mprotect(at, 40 * 4096, PROT_READ | PROT_WRITE);
		next_round(round, sum_of(q, (size_t)PAGES * WORDS) + (uint64_t)faults);
	}
	at_the_end(sum_of(q, (size_t)PAGES * WORDS));
	return 0;
}
