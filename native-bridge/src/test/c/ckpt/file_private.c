// SPDX-License-Identifier: Apache-2.0
// Fact: a private mapping of a file keeps the program's changes, and shows the file elsewhere.
#include "step.h"

#include <fcntl.h>
#include <sys/mman.h>

int main(void)
{
	int fd = open("file", O_RDWR | O_CREAT, 0600);
	char text[12288], *p;

	memset(text, 'f', sizeof text);
	if (write(fd, text, sizeof text) < 0)
		return 1;
	p = mmap(NULL, sizeof text, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	close(fd);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		p[4096 + step] = (char)('0' + step);
		printf("%c%.8s%c\n", p[0], p + 4096, p[8192]);
	}
	return 0;
}
