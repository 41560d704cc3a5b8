// SPDX-License-Identifier: Apache-2.0
// Fact: user-level threads: a checkpoint while running on a stack in a static array.
#include "step.h"

#include <ucontext.h>

static char stacks[2][65536];
static ucontext_t mainc, c[2];

static void body(int me)
{
	for (int step = 0; step < 3; step++) {
		printf("fibre %d step %d\n", me, step);
		checkpoint_here();
		swapcontext(&c[me], step == 2 ? &mainc : &c[1 - me]);
	}
}

int main(void)
{
	for (int i = 0; i < 2; i++) {
		getcontext(&c[i]);
		c[i].uc_stack.ss_sp = stacks[i];
		c[i].uc_stack.ss_size = sizeof stacks[i];
		c[i].uc_link = &mainc;
		makecontext(&c[i], (void (*)(void))body, 1, i);
	}
	swapcontext(&mainc, &c[0]);
	printf("main\n");
	return 0;
}
