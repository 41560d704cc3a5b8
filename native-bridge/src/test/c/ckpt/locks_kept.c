// SPDX-License-Identifier: Apache-2.0
// Fact: flock, fcntl and open-file-description locks are held after a restart.
#include "step.h"

#include <fcntl.h>
#include <sys/file.h>

int main(void)
{
	int fl = open("fl", O_RDWR | O_CREAT, 0644), px = open("px", O_RDWR | O_CREAT, 0644),
	    od = open("od", O_RDWR | O_CREAT, 0644);
	struct flock l = {.l_type = F_WRLCK, .l_start = 10, .l_len = 5}, q;

	flock(fl, LOCK_EX);
	fcntl(px, F_SETLK, &l);
	fcntl(od, F_OFD_SETLK, &l);
	for (int step = 0; step < STEPS; step++) {
		int other, r;

		checkpoint_here();
		other = open("fl", O_RDWR);
		r = flock(other, LOCK_EX | LOCK_NB);
		close(other);
		other = open("od", O_RDWR);
		q = l;
		q.l_pid = 0;
		fcntl(other, F_OFD_GETLK, &q);
		close(other);
		printf("flock %d ofd %d %ld+%ld\n", r, q.l_type == F_WRLCK, (long)q.l_start, (long)q.l_len);
		other = open("px", O_RDWR);
		q = l;
		q.l_pid = 0;
		fcntl(other, F_OFD_GETLK, &q);
		printf("posix %d\n", q.l_type == F_WRLCK);
		/* closing any descriptor of a file drops POSIX locks: leave it open */
	}
	return 0;
}
