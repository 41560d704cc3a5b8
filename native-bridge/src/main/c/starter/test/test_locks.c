/* SPDX-License-Identifier: Apache-2.0 */
/* No job runs twice at once: the lock that a starter holds for it. Listed in test_starter.c. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client.h"
#include "frame.h"

static const struct options with_group = { .flags = LAUNCH_NO_NEW_PRIVS };

static bool is_locked(const char *path)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	int fd = open(path, O_RDWR | O_CLOEXEC);

	CHECK(fd >= 0 && fcntl(fd, F_GETLK, &whole) == 0);
	close(fd);
	return whole.l_type != F_UNLCK;
}

void a_locked_job_does_not_start_a_second_time(void)
{
	struct options o = with_group;
	char path[300], text[TEXT_MAX + 1];
	struct job first, second;
	struct st_end end;
	struct answer *a;

	snprintf(path, sizeof path, "%s/lock", test_dir);
	o.lock = path;
	start(&first, &o, "sleep", NULL);
	CHECK(is_locked(path));
	starter_begin(&second);
	a = launch(&second, &o, "exit", "3");
	CHECK(a->type == FRAME_ERROR && st_get_i32(&a->in) == EWOULDBLOCK);
	read_text(&a->in, text, sizeof text);
	CHECK(strstr(text, "an earlier run of the job still lives"));

	ask(&first, FRAME_KILL_FAMILY);
	await_exit(&first, &end);
	/* The first starter still waits for its node, but nothing of the job lives any more. */
	CHECK(!is_locked(path));
	CHECK(launch(&second, &o, "exit", "3")->type == FRAME_STARTED);
	await_exit(&second, &end);
	CHECK(end.how == END_EXITED && end.value == 3);
	finish_job(&first);
	finish_job(&second);
}

void a_lock_is_free_when_its_starter_was_killed(void)
{
	struct options o = with_group;
	char path[300];
	struct job j;

	snprintf(path, sizeof path, "%s/lock-of-the-killed", test_dir);
	o.lock = path;
	start(&j, &o, "sleep", NULL);
	CHECK(is_locked(path) && kill(j.starter, SIGKILL) == 0);
	await_gone(j.pid);
	CHECK(!is_locked(path));
	close(j.fd);
}

void a_lock_that_is_no_file_is_refused(void)
{
	struct options o = with_group;
	char path[300];
	struct job j;

	snprintf(path, sizeof path, "%s/link", test_dir);
	CHECK(symlink("elsewhere", path) == 0 || errno == EEXIST);
	o.lock = path;
	starter_begin(&j);
	CHECK(launch(&j, &o, "exit", "3")->type == FRAME_ERROR);
	o.lock = test_dir;
	CHECK(launch(&j, &o, "exit", "3")->type == FRAME_ERROR);
	close(j.fd);
	await_gone(j.starter);
}
