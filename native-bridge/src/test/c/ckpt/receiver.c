// SPDX-License-Identifier: Apache-2.0
// Test aid: listens on a free loopback port, writes the number to the file given first, accepts one connection, and
// becomes the command that follows with the connection as descriptor 9. As a starter does for migrate_from.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof a;
	int s = socket(AF_INET, SOCK_STREAM, 0), c;
	char tmp[4096];
	FILE *f;

	if (argc < 3 || bind(s, (struct sockaddr *)&a, sizeof a) || listen(s, 1) || getsockname(s, (struct sockaddr *)&a, &n))
		return 99;
	snprintf(tmp, sizeof tmp, "%s.tmp", argv[1]);
	f = fopen(tmp, "w");
	fprintf(f, "%d\n", ntohs(a.sin_port));
	fclose(f);
	rename(tmp, argv[1]);
	c = accept(s, NULL, NULL);
	close(s);
	dup2(c, 9);
	close(c);
	execvp(argv[2], argv + 2);
	return 98;
}
