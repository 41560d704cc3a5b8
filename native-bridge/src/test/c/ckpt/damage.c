// SPDX-License-Identifier: Apache-2.0
// Test aid: damage IMAGE RESTORER STEP: truncates a copy of a whole image to every STEP-th length, and flips a bit of
// every STEP-th byte, one at a time. The reader must refuse each of them, and the restorer must end by SIGKILL before the
// program has written anything. Prints what was accepted. Exit: 0 all refused, 1 not, 2 the whole image is not good.
#include "image_read.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char path[4096];
static const char *restorer;
static int copy, output, failures;

static int readable(void)
{
	struct im_image m;
	int good = im_open(&m, path) == 0 && im_verify(&m) == 0;

	im_close(&m);
	return good;
}

/* The restorer's status; its output goes to a file in memory, which is then empty again. */
static int restart(long *written)
{
	char *argv[] = {"roost-restart", path, NULL}, *envp[] = {NULL};
	posix_spawn_file_actions_t actions;
	struct stat st;
	int status = 0;
	pid_t child;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, output, 1);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&child, restorer, &actions, NULL, argv, envp)) {
		perror(restorer);
		exit(2);
	}
	posix_spawn_file_actions_destroy(&actions);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	fstat(output, &st);
	*written = (long)st.st_size;
	if (st.st_size && (ftruncate(output, 0) || lseek(output, 0, SEEK_SET)))
		exit(2);
	return status;
}

static void refused(const char *how, long at)
{
	long written;
	int good = readable(), status = restart(&written);

	if (good)
		printf("FAIL %s %ld: roost-image finds nothing\n", how, at);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL || written)
		printf("FAIL %s %ld: the restorer ends with status %x, %ld bytes written\n", how, at, (unsigned)status, written);
	failures += good || !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL || written;
}

static unsigned char *whole(const char *name, long *bytes)
{
	int in = open(name, O_RDONLY);
	struct stat st;
	void *p;

	if (in < 0 || fstat(in, &st))
		return NULL;
	*bytes = st.st_size;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, in, 0);
	close(in);
	return p == MAP_FAILED ? NULL : p;
}

int main(int argc, char **argv)
{
	long bytes = 0, step = argc > 3 ? atol(argv[3]) : 0, tried = 0, written = 0;
	unsigned char *good = step > 0 ? whole(argv[1], &bytes) : NULL;
	int status;

	if (!good)
		return 2;
	restorer = argv[2];
	snprintf(path, sizeof path, "%s.damaged", argv[1]);
	copy = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	output = memfd_create("output", MFD_CLOEXEC);
	if (copy < 0 || output < 0 || write(copy, good, (size_t)bytes) != bytes || !readable())
		return 2;
	status = restart(&written);
	if (WIFSIGNALED(status) || !written)
		return 2;
	for (long n = 0; n < bytes; n += step, tried++) {
		unsigned char flipped = (unsigned char)(good[n] ^ 1 << n % 8);

		if (pwrite(copy, &flipped, 1, n) != 1)
			return 2;
		refused("byte", n);
		if (pwrite(copy, good + n, 1, n) != 1)
			return 2;
	}
	for (long n = bytes - 1; n >= 0; n -= step, tried++) {
		if (ftruncate(copy, n))
			return 2;
		refused("length", n);
	}
	unlink(path);
	printf("damage: %ld bytes, %ld damaged images, %d failures\n", bytes, tried, failures);
	return failures > 0;
}
