// SPDX-License-Identifier: Apache-2.0
// Fact: what is written to a shared mapping arrives in the file.
#include "step.h"

#include <fcntl.h>
#include <sys/mman.h>

int main(void)
{
	int fd = open("file", O_RDWR | O_CREAT, 0600);
	char *p, text[8] = "";

	if (ftruncate(fd, 4096))
		return 1;
	p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		p[step - 1] = (char)('a' + step);
		if (pread(fd, text, sizeof text - 1, 0) < 0)
			return 1;
		printf("%s\n", text);
	}
	return 0;
}
