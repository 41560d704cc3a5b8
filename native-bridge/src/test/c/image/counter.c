// SPDX-License-Identifier: Apache-2.0
// Counts for ever in a file: every few microseconds the count at the beginning of the file named as its argument grows
// by one, so a test can see that the program runs, and from where it went on. Ends when the file is removed.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int fd = argc > 1 ? open(argv[1], O_RDWR | O_CREAT, 0600) : -1;
	uint64_t count = 0;
	struct stat st;

	if (fd < 0) {
		perror("counter");
		return 1;
	}
	for (;;) {
		count++;
		if (pwrite(fd, &count, sizeof count, 0) != (ssize_t)sizeof count)
			return 1;
		if (fstat(fd, &st) || st.st_nlink == 0)
			return 0;
		usleep(200);
	}
}
