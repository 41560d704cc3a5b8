/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frame.h"
#include "proc.h"

#define EXIT_FILE "exit.rec"
#define EXIT_FILE_NEW "exit.rec.new"
#define PID_FILE "starter.pid"
#define PID_FILE_NEW "starter.pid.new"

_Static_assert(FRAME_HEADER_BYTES + 96 + 4 + TEXT_MAX <= EXIT_RECORD_BYTES,
	       "an end must fit into its record");

static int write_all(int fd, const void *data, size_t len)
{
	ssize_t n = pwrite(fd, data, len, 0);

	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -ENOSPC;
}

static int open_dir(const char *path, char *why, size_t cap)
{
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (dir < 0) {
		int err = -errno;

		snprintf(why, cap, "cannot open job directory '%s': %s (errno %d)", path,
			 strerror(-err), -err);
		return err;
	}
	if (fstat(dir, &st) == 0 && st.st_uid == geteuid() && !(st.st_mode & S_IWOTH))
		return dir;
	close(dir);
	snprintf(why, cap,
		 "job directory '%s' must belong to user %u and be writable by nobody else", path,
		 (unsigned)geteuid());
	return -EPERM;
}

int st_record_open(struct st_record *r, const char *dir, char *why, size_t cap)
{
	static const char zeros[EXIT_RECORD_BYTES];
	int err;

	*r = (struct st_record){ .dir = -1, .file = -1 };
	if (snprintf(r->dir_path, sizeof r->dir_path, "%s", dir) >= (int)sizeof r->dir_path) {
		snprintf(why, cap, "the path of the job directory is too long");
		return -ENAMETOOLONG;
	}
	r->dir = open_dir(dir, why, cap);
	if (r->dir < 0)
		return r->dir;
	r->file = openat(r->dir, EXIT_FILE, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	err = r->file < 0 ? -errno : write_all(r->file, zeros, sizeof zeros);
	if (!err)
		return 0;
	if (err == -EEXIST)
		snprintf(why, cap, "a job has been started in '%s' before", dir);
	else
		snprintf(why, cap, "cannot reserve the exit record in '%s': %s (errno %d)", dir,
			 strerror(-err), -err);
	if (err == -EEXIST) {
		st_record_close(r);
	} else {
		st_record_discard(r);
	}
	return err;
}

int st_record_publish(struct st_record *r, pid_t job, uint64_t job_ticks, const char *cgroup_path)
{
	char text[1024], boot[40];
	struct st_stat self;
	int fd, n, err = st_proc_stat(getpid(), &self);

	if (err)
		return err;
	st_boot_id(boot);
	n = snprintf(text, sizeof text,
		     "pid=%d\nstart_ticks=%llu\nboot_id=%s\njob_pid=%d\njob_start_ticks=%"
		     "llu\ncgroup=%s\nend=1\n",
		     (int)self.pid, (unsigned long long)self.start_ticks, boot, (int)job,
		     (unsigned long long)job_ticks, cgroup_path);
	fd = openat(r->dir, PID_FILE_NEW, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	err = write_all(fd, text, (size_t)n);
	close(fd);
	if (!err && linkat(r->dir, PID_FILE_NEW, r->dir, PID_FILE, 0) != 0)
		err = -errno;
	unlinkat(r->dir, PID_FILE_NEW, 0);
	return err;
}

int st_record_follow(struct st_record *r)
{
	struct stat mine, there;
	struct st_record moved;
	char why[PATH_MAX + 128];
	int err;

	if (stat(r->dir_path, &there) != 0)
		return -errno;
	if (fstat(r->dir, &mine) == 0 && mine.st_dev == there.st_dev && mine.st_ino == there.st_ino)
		return 0;
	err = st_record_open(&moved, r->dir_path, why, sizeof why);
	if (err)
		return err;
	st_record_close(r);
	*r = moved;
	return 1;
}

void st_record_settle(struct st_record *r)
{
	fdatasync(r->file);
	fsync(r->dir);
}

void st_end_put(struct st_writer *w, const struct st_end *end)
{
	st_put_u32(w, end->how);
	st_put_i32(w, end->value);
	st_put_u32(w, end->flags);
	st_put_i32(w, end->pid);
	st_put_u64(w, end->start_ticks);
	st_put_i64(w, end->began_ns);
	st_put_i64(w, end->ended_ns);
	st_put_u64(w, end->began_boot_ns);
	st_put_u64(w, end->ended_boot_ns);
	st_put_u64(w, end->user_us);
	st_put_u64(w, end->system_us);
	st_put_u64(w, end->largest_rss_bytes);
	st_put_u32(w, end->killed);
	st_put_str(w, end->text);
}

/*
 * Writes the reserved block. Writing to a file that was removed succeeds, so its links are looked
 * at afterwards.
 */
static int overwrite(struct st_record *r, const uint8_t *block, bool durably)
{
	struct stat st;
	int err = write_all(r->file, block, EXIT_RECORD_BYTES);

	if (err)
		return err;
	if (durably && fdatasync(r->file) != 0)
		return -errno;
	return fstat(r->file, &st) == 0 && st.st_nlink > 0 ? 0 : -ENOENT;
}

/* The reserved file has gone: a new one, in whatever is now at the directory's path. */
static int replace(struct st_record *r, const uint8_t *block)
{
	char why[PATH_MAX + 128];
	int err, file, dir = open_dir(r->dir_path, why, sizeof why);

	if (dir < 0)
		return dir;
	file = openat(dir, EXIT_FILE_NEW, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	err = file < 0 ? -errno : write_all(file, block, EXIT_RECORD_BYTES);
	if (!err && (fsync(file) != 0 || renameat(dir, EXIT_FILE_NEW, dir, EXIT_FILE) != 0 ||
		     fsync(dir) != 0))
		err = -errno;
	if (err) {
		if (file >= 0)
			close(file);
		close(dir);
		return err;
	}
	close(r->file);
	close(r->dir);
	r->file = file;
	r->dir = dir;
	return 0;
}

void st_end_block(uint8_t block[EXIT_RECORD_BYTES], const struct st_end *end)
{
	struct st_writer w;

	memset(block, 0, EXIT_RECORD_BYTES);
	st_frame_begin(&w, block, EXIT_RECORD_BYTES);
	st_end_put(&w, end);
	st_frame_seal(&w, FRAME_EXITED, 0);
}

void st_record_note(struct st_record *r, const struct st_end *end)
{
	uint8_t block[EXIT_RECORD_BYTES];

	st_end_block(block, end);
	r->err = overwrite(r, block, false);
}

void st_record_end(struct st_record *r, const struct st_end *end, bool anew)
{
	uint8_t block[EXIT_RECORD_BYTES];

	st_end_block(block, end);
	r->err = overwrite(r, block, true);
	if (r->err && (r->err != -ENOENT || anew))
		r->err = replace(r, block);
	r->on_disk = r->err == 0;
}

void st_record_close(struct st_record *r)
{
	if (r->file >= 0)
		close(r->file);
	if (r->dir >= 0)
		close(r->dir);
	r->file = r->dir = -1;
}

void st_record_discard(struct st_record *r)
{
	if (r->file >= 0)
		unlinkat(r->dir, EXIT_FILE, 0);
	st_record_close(r);
}
