// SPDX-License-Identifier: Apache-2.0
// Fact: a pipe to oneself keeps what is in it, its size and its O_NONBLOCK.
#include "step.h"

#include <errno.h>
#include <fcntl.h>

int main(void)
{
	int p[2];
	char b[64];

	if (pipe2(p, O_NONBLOCK))
		return 1;
	fcntl(p[1], F_SETPIPE_SZ, 1 << 20);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		ssize_t n = read(p[0], b, sizeof b);

		printf("%zd %d %d %.*s\n", n, n < 0 && errno == EAGAIN, fcntl(p[0], F_GETPIPE_SZ), n > 0 ? (int)n : 0, b);
		if (step & 1)
			dprintf(p[1], "left by step %d", step);
	}
	return 0;
}
