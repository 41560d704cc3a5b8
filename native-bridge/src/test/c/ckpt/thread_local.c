// SPDX-License-Identifier: Apache-2.0
// Fact: thread-local variables, errno and atexit handlers of a single thread.
#include "step.h"

#include <errno.h>

static __thread int counter = 40;
static _Thread_local char name[100] = "tls";

static void at_end(void)
{
	printf("at exit %d\n", counter);
}

int main(void)
{
	atexit(at_end);
	for (int step = 0; step < STEPS; step++) {
		errno = 100 + step;
		checkpoint_here();
		printf("%d %d %s\n", errno, counter++, name);
		name[0]++;
	}
	return 7;
}
