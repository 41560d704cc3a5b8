// SPDX-License-Identifier: Apache-2.0
// Counts for ever in a file: every few microseconds the count at the beginning of the file named as its argument grows
// by one, so a test can see that the program runs, and from where it went on. Ends when the file is removed. A second
// argument: so many KB of an image are written in a second.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern int condor_slow_ckpt __attribute__((weak));

int main(int argc, char **argv)
{
	int fd = argc > 1 ? open(argv[1], O_RDWR | O_CREAT, 0600) : -1;
	uint64_t count = 0;
	struct stat st;

	if (fd < 0) {
		perror("counter");
		return 1;
	}
	if (argc > 2)
		condor_slow_ckpt = atoi(argv[2]);
	for (;;) {
		count++;
		if (pwrite(fd, &count, sizeof count, 0) != (ssize_t)sizeof count)
			return 1;
		if (fstat(fd, &st) || st.st_nlink == 0)
			return 0;
		usleep(200);
	}
}
