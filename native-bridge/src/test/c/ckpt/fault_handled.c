// SPDX-License-Identifier: Apache-2.0
// Fact: a handler for SIGSEGV catches a write to a read-only page, and makes it writable.
#include "step.h"

#include <signal.h>
#include <sys/mman.h>

static char *page;
static volatile int faults;

static void on_fault(int sig)
{
	(void)sig;
	faults++;
	mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

int main(void)
{
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	signal(SIGSEGV, on_fault);
	mprotect(page, 4096, PROT_READ);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		page[0] = (char)step;
		printf("%d faults %d\n", page[0], faults);
		mprotect(page, 4096, PROT_READ);
	}
	return 0;
}
