/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lock of a job that may be started by several nodes: held from before its launch until its
 * family is gone. It is an open file description lock, so the kernel gives it back however this
 * process ends, a shared file system keeps it among all machines, and a node that looks whether it
 * is held (with a record lock of its own) takes part. The job does not inherit it: it dies with its
 * starter.
 *
 * The locked file says how the last run ended: nothing while one lives, its exit record before the
 * lock is given back. So whoever gets the lock next knows whether there is anything left to be run,
 * even if the node that had the run is gone for good. Normal context.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "starter.h"

enum {
	TRIES = 50, /* a node that only looks holds the lock for a moment */
	WAIT_NS = 4 * 1000 * 1000,
};

static int take(int fd)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	const struct timespec wait = { .tv_nsec = WAIT_NS };

	for (int i = 0; i < TRIES; i++) {
		if (fcntl(fd, F_OFD_SETLK, &whole) == 0)
			return 0;
		if (errno != EAGAIN && errno != EACCES)
			return -errno;
		nanosleep(&wait, NULL);
	}
	return -EWOULDBLOCK;
}

/* The room is taken beforehand, as a full disk must not cost the end; without it, it only might. */
static int begin_record(int fd)
{
	static const uint8_t zeros[EXIT_RECORD_BYTES];

	if (ftruncate(fd, 0) != 0)
		return -errno;
	if (pwrite(fd, zeros, sizeof zeros, 0) < 0 && errno != ENOSPC && errno != EDQUOT)
		return -errno;
	return 0;
}

void st_unlock(int fd, const struct st_end *end)
{
	uint8_t block[EXIT_RECORD_BYTES];

	/* If that fails, the run counts as lost should its node be gone, and is run again. */
	if (end) {
		st_end_block(block, end);
		if (pwrite(fd, block, sizeof block, 0) == sizeof block)
			fdatasync(fd);
	}
	close(fd);
}

int st_lock(const char *path, char *why, size_t cap)
{
	struct stat st;
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	int err = fd < 0 ? -errno : 0;

	if (!err && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)))
		err = -EINVAL;
	if (!err)
		err = take(fd);
	if (!err)
		err = begin_record(fd);
	if (!err)
		return fd;
	if (err == -EWOULDBLOCK)
		snprintf(why, cap, "an earlier run of the job still lives: '%s' is locked", path);
	else
		snprintf(why, cap, "cannot lock '%s': %s (errno %d)", path, strerror(-err), -err);
	if (fd >= 0)
		close(fd);
	return err;
}
