// SPDX-License-Identifier: Apache-2.0
// Fact: a file opened for appending is appended to.
#include "step.h"

#include <fcntl.h>

int main(void)
{
	int fd = open("file", O_WRONLY | O_CREAT | O_APPEND, 0600);
	char text[100] = "";

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		dprintf(fd, "%d,", step);
	}
	close(fd);
	fd = open("file", O_RDONLY);
	if (read(fd, text, sizeof text - 1) < 0)
		return 1;
	puts(text);
	return 0;
}
