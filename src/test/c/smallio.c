// SPDX-License-Identifier: Apache-2.0
/*
 * smallio COUNT FILE: does nothing but COUNT small reads and writes, and prints the CPU time that they took in
 * nanoseconds. CPU and not wall time, so that what else the machine does hardly matters.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int main(int argc, char **argv)
{
	char bytes[16] = "sixteen bytes..";
	int64_t begin;
	int fd;

	if (argc != 3)
		return 2;
	fd = open(argv[2], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return 1;
	begin = cpu_ns();
	for (int i = atoi(argv[1]); i > 0; i--) {
		if (lseek(fd, i % 256 * 16, SEEK_SET) < 0 || write(fd, bytes, sizeof(bytes)) != sizeof(bytes) ||
		    lseek(fd, -16, SEEK_CUR) < 0 || read(fd, bytes, sizeof(bytes)) != sizeof(bytes))
			return 1;
	}
	printf("%lld\n", (long long)(cpu_ns() - begin));
	return 0;
}
