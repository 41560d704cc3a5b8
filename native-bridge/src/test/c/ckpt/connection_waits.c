// SPDX-License-Identifier: Apache-2.0
// Fact: a checkpoint waits for an open connection and is made inside its close.
#include "step.h"

#include <sys/socket.h>

int main(void)
{
	for (int step = 0; step < STEPS; step++) {
		int s = socket(AF_INET, SOCK_STREAM, 0);

		checkpoint_here();
		printf("talking %d\n", step);
		fflush(stdout);
		close(s);
	}
	return 0;
}
