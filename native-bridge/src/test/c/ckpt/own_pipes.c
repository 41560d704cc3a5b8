// SPDX-License-Identifier: Apache-2.0
// Fact: pipes to itself with content, both ends, non-blocking flag.
#include "step.h"

#include <fcntl.h>

int main(void)
{
	int p[2], q[2], half[2];
	char buf[64];

	if (pipe(p) || pipe2(q, O_NONBLOCK | O_CLOEXEC) || pipe(half))
		return 1;
	if (write(half[1], "left behind", 11) != 11)
		return 2;
	close(half[1]);
	for (int step = 0; step < STEPS; step++) {
		ssize_t n;

		dprintf(p[1], "message %d", step);
		dprintf(q[1], "%d", step);
		checkpoint_here();
		n = read(p[0], buf, sizeof buf);
		printf("%.*s flags %x %x cloexec %d\n", (int)n, buf, (unsigned)fcntl(p[0], F_GETFL) & 0xfff,
		       (unsigned)fcntl(q[0], F_GETFL) & 0xfff, fcntl(q[1], F_GETFD));
	}
	printf("%zd %zd %zd\n", read(q[0], buf, sizeof buf), read(half[0], buf, sizeof buf), read(half[0], buf, 1));
	return 0;
}
