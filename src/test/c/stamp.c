// SPDX-License-Identifier: Apache-2.0
/*
 * stamp FILE [MILLISECONDS]: writes when it began to FILE, waits, and writes when it ended; both as
 * CLOCK_MONOTONIC nanoseconds, one a line. The benchmarks' job: its first instruction and its end
 * can be told to the microsecond.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void stamp(int fd)
{
	char line[32];
	int n = snprintf(line, sizeof(line), "%lld\n", (long long)now_ns());

	if (write(fd, line, (size_t)n) != n)
		_exit(1);
}

int main(int argc, char **argv)
{
	int64_t begin = now_ns();
	char line[32];
	int fd, n;

	if (argc < 2)
		return 2;
	fd = open(argv[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return 1;
	n = snprintf(line, sizeof(line), "%lld\n", (long long)begin);
	if (write(fd, line, (size_t)n) != n)
		return 1;
	if (argc > 2)
		usleep((useconds_t)atoi(argv[2]) * 1000);
	stamp(fd);
	_exit(0);
}
