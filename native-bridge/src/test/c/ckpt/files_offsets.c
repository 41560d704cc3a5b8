// SPDX-License-Identifier: Apache-2.0
// Fact: open files keep offset, flags, number, and sharing through dup.
#include "step.h"

#include <fcntl.h>

int main(void)
{
	char buf[8] = "";
	int fd = open("data", O_RDWR | O_CREAT | O_TRUNC, 0644), shared, own, high, ap;

	for (int i = 0; i < 200; i++)
		if (write(fd, "0123456789", 10) != 10)
			return 1;
	lseek(fd, 3, SEEK_SET);
	shared = dup(fd);
	own = open("data", O_RDONLY | O_CLOEXEC);
	high = fcntl(own, F_DUPFD, 300);
	ap = open("log", O_WRONLY | O_CREAT | O_APPEND | O_TRUNC, 0600);
	for (int step = 0; step < STEPS; step++) {
		checkpoint_here();
		if (read(shared, buf, 4) != 4 || read(high, buf + 4, 3) != 3)
			return 2;
		dprintf(ap, "step %d\n", step);
		printf("%.7s fd %ld shared %ld own %ld cloexec %d/%d flags %x %x\n", buf, (long)lseek(fd, 0, SEEK_CUR),
		       (long)lseek(shared, 0, SEEK_CUR), (long)lseek(own, 0, SEEK_CUR), fcntl(own, F_GETFD),
		       fcntl(high, F_GETFD), (unsigned)fcntl(ap, F_GETFL), (unsigned)fcntl(fd, F_GETFL));
		if (step == 1)
			fcntl(fd, F_SETFL, O_NONBLOCK);
	}
	printf("next %d log %ld\n", open("/dev/null", O_RDONLY), (long)lseek(ap, 0, SEEK_END));
	return 0;
}
