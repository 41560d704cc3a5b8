// SPDX-License-Identifier: Apache-2.0
// Fact: pairs of sockets both of whose ends are the program's come back: what waits in them both ways, their type and
// flags, what is shared by dup and watched by epoll. Event loops wake themselves so.
#include "step.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static char big[50000];

static void say(int fd)
{
	char text[64] = "";
	ssize_t n = read(fd, text, sizeof text - 1);
	int type = 0;
	socklen_t bytes = sizeof type;

	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &bytes);
	printf("[%zd %s] type %d nonblock %d cloexec %d\n", n, text, type, (fcntl(fd, F_GETFL) & O_NONBLOCK) != 0,
	       fcntl(fd, F_GETFD));
}

int main(void)
{
	int stream[2], records[2], many[2], e = epoll_create1(0), copy;
	struct epoll_event ev = {.events = EPOLLIN, .data.u32 = 77};

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, stream) ||
	    syscall(SYS_socketpair, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, records) ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, many))
		return 1;
	copy = dup(stream[0]);
	epoll_ctl(e, EPOLL_CTL_ADD, stream[0], &ev);
	for (int step = 0; step < STEPS; step++) {
		size_t got = 0;

		if (write(stream[1], "one", 3) != 3 || write(stream[1], "two", 3) != 3 || write(copy, "back", 4) != 4 ||
		    write(many[0], big, sizeof big) != sizeof big)
			return 2;
		checkpoint_here();
		memset(&ev, 0, sizeof ev);
		printf("%d %u\n", epoll_wait(e, &ev, 1, 0), ev.data.u32);
		say(copy);
		say(stream[0]); /* nothing, and it does not wait */
		say(stream[1]);
		for (ssize_t n; got < sizeof big && (n = read(many[1], big, sizeof big)) > 0;)
			got += (size_t)n;
		printf("%zu\n", got);
		if (write(records[0], "abc", 3) != 3 || write(records[0], "de", 2) != 2)
			return 3;
		say(records[1]);
		say(records[1]);
		fflush(stdout);
	}
	return 4;
}
