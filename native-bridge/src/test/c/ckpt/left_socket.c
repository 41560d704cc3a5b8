// SPDX-License-Identifier: Apache-2.0
// Fact: an end of a pair of sockets whose other end is closed is no conversation, and says the same after a restart.
#include "step.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>

int main(void)
{
	char byte;
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) || dup2(ends[0], 40) != 40)
		return 1;
	close(ends[0]);
	close(ends[1]);
	fcntl(40, F_SETFD, FD_CLOEXEC);
	for (int step = 0; step < STEPS; step++) {
		checkpoint_here();
		printf("%zd", read(40, &byte, 1));
		printf(" %zd", write(40, &byte, 1));
		printf(" %s %d %d\n", strerror(errno), (fcntl(40, F_GETFL) & O_NONBLOCK) != 0, fcntl(40, F_GETFD));
	}
	return 4;
}
