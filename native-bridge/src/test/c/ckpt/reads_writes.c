// SPDX-License-Identifier: Apache-2.0
// Fact: none of its own; behaviour.sh counts the warnings: one file is only written through O_RDWR, one is really both.
// "unlinked": one that is both, but has no name any more; its content is in the image.
// "many": 150 files that are only written, and then 120 that are both.
#include "step.h"

#include <fcntl.h>
#include <stdbool.h>

static int use(const char *name, int i, bool both)
{
	char path[40], b[4];
	int fd;

	snprintf(path, sizeof path, "%s%d", name, i);
	fd = open(path, (both ? O_RDWR : O_WRONLY) | O_CREAT, 0644);
	if (write(fd, "abc", 3) != 3 || (both && (lseek(fd, 0, SEEK_SET) || read(fd, b, 3) != 3)))
		return -1;
	return close(fd) || unlink(path);
}

static int unlinked(void)
{
	int fd = open("unlinked", O_RDWR | O_CREAT, 0600);
	char b[4];

	return unlink("unlinked") || write(fd, "abc", 3) != 3 || pread(fd, b, 3, 0) != 3 || close(fd);
}

static int many(void)
{
	for (int i = 0; i < 150; i++)
		if (use("w", i, false))
			return 1;
	for (int i = 0; i < 120; i++)
		if (use("b", i, true))
			return 1;
	return 0;
}

int main(int argc, char **argv)
{
	char b[4];

	if (argc > 1 && !strcmp(argv[1], "many"))
		return many();
	if (argc > 1 && !strcmp(argv[1], "unlinked"))
		return unlinked();

	for (int round = 0; round < 2; round++) {
		int only = open("only_written", O_RDWR | O_CREAT | O_TRUNC, 0644), both = open("both", O_RDWR | O_CREAT, 0644);

		checkpoint_here();
		if (write(only, "abc", 3) != 3 || write(both, "abc", 3) != 3 || lseek(both, 0, SEEK_SET) || read(both, b, 3) != 3)
			return 1;
		close(only);
		close(both);
	}
	return 0;
}
