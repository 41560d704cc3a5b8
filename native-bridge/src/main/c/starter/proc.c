/* SPDX-License-Identifier: Apache-2.0 */
#include "proc.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int st_read_file(int dirfd, const char *path, char *buf, size_t cap)
{
	int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, buf + len, cap - 1 - len)) > 0)
		len += (size_t)n;
	n = n < 0 ? -errno : (ssize_t)len;
	close(fd);
	buf[len] = '\0';
	return (int)n;
}

int st_write_file(int dirfd, const char *path, const char *text)
{
	int fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

int st_proc_stat(pid_t pid, struct st_stat *s)
{
	char path[32], buf[1024];
	unsigned long long utime, stime, cutime, cstime, start;
	long rss;
	const char *rest;
	int n;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	n = st_read_file(AT_FDCWD, path, buf, sizeof buf);
	if (n < 0)
		return n == -ENOENT ? -ESRCH : n;
	/*
	 * The name is in brackets and may hold anything, brackets and blanks too: go by the last
	 * one.
	 */
	rest = strrchr(buf, ')');
	if (!rest)
		return -ESRCH;
	n = sscanf(rest + 1,
		   " %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu %llu %*d %*d %d %*d "
		   "%llu %*u %ld",
		   &s->state, &s->ppid, &s->pgrp, &utime, &stime, &cutime, &cstime, &s->threads,
		   &start, &rss);
	if (n != 10)
		return -ESRCH;
	s->pid = pid;
	s->start_ticks = start;
	s->user_ticks = utime + cutime;
	s->system_ticks = stime + cstime;
	s->rss_bytes = rss > 0 ? (uint64_t)rss * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
	return 0;
}

/*
 * A process whose first thread has ended shows Z while its other threads run on; then each thread
 * is asked.
 */
static bool every_thread_is(pid_t pid, const char *states)
{
	char path[64], buf[1024];
	struct dirent *entry;
	bool all = true;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	dir = opendir(path);
	if (!dir)
		return true;
	while (all && (entry = readdir(dir))) {
		const char *rest;

		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof path, "%.20s/stat", entry->d_name);
		if (st_read_file(dirfd(dir), path, buf, sizeof buf) < 0)
			continue;
		rest = strrchr(buf, ')');
		if (rest && rest[1] && rest[2] != 'Z' && rest[2] != 'X' && !strchr(states, rest[2]))
			all = false;
	}
	closedir(dir);
	return all;
}

bool st_proc_is_stopped(const struct st_stat *s)
{
	if (s->state == 'Z' && s->threads > 1)
		return every_thread_is(s->pid, "Tt");
	return s->state == 'T' || s->state == 't';
}

bool st_proc_is_dead(const struct st_stat *s)
{
	if (s->state == 'Z' && s->threads > 1)
		return every_thread_is(s->pid, "");
	return s->state == 'Z' || s->state == 'X' || s->state == 'x';
}

uint64_t st_proc_largest_rss_bytes(pid_t pid)
{
	char path[32], buf[4096];
	const char *line;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	if (st_read_file(AT_FDCWD, path, buf, sizeof buf) < 0)
		return 0;
	line = strstr(buf, "\nVmHWM:");
	return line ? strtoull(line + strlen("\nVmHWM:"), NULL, 10) * 1024 : 0;
}

int st_pids_add(struct st_pids *list, pid_t pid)
{
	if (list->n == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 64;
		pid_t *more;

		if (cap > ST_PIDS_MAX)
			return -E2BIG;
		more = realloc(list->pid, cap * sizeof *more);
		if (!more)
			return -ENOMEM;
		list->pid = more;
		list->cap = cap;
	}
	list->pid[list->n++] = pid;
	return 0;
}

void st_pids_free(struct st_pids *list)
{
	free(list->pid);
	*list = (struct st_pids){ 0 };
}

/* Read piece by piece, because a family may be large. */
int st_add_numbers(int fd, struct st_pids *out)
{
	char buf[4096];
	off_t at = 0;
	pid_t pid = 0;
	int err = 0;
	ssize_t n;

	while (!err && (n = pread(fd, buf, sizeof buf, at)) > 0) {
		for (ssize_t i = 0; i < n && !err; i++) {
			if (isdigit((unsigned char)buf[i])) {
				pid = pid * 10 + (buf[i] - '0');
			} else if (pid) {
				err = st_pids_add(out, pid);
				pid = 0;
			}
		}
		at += n;
	}
	if (pid && !err)
		err = st_pids_add(out, pid);
	return err ? err : n < 0 ? -errno : 0;
}

static int children_of_thread(int dirfd, const char *path, struct st_pids *out)
{
	int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = st_add_numbers(fd, out);
	close(fd);
	return err == -ESRCH ? 0 : err; /* it has just ended */
}

int st_proc_children(const struct st_stat *s, struct st_pids *out)
{
	char path[64];
	struct dirent *entry;
	DIR *dir;
	int err = 0;

	if (s->threads == 1) {
		snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)s->pid, (int)s->pid);
		err = children_of_thread(AT_FDCWD, path, out);
		return err == -ENOENT ? 0 : err;
	}
	snprintf(path, sizeof path, "/proc/%d/task", (int)s->pid);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while (!err && (entry = readdir(dir))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof path, "%.20s/children", entry->d_name);
		err = children_of_thread(dirfd(dir), path, out);
		if (err == -ENOENT)
			err = 0;
	}
	closedir(dir);
	return err;
}

int st_proc_all(struct st_pids *out)
{
	struct dirent *entry;
	DIR *dir = opendir("/proc");
	int err = 0;

	if (!dir)
		return -errno;
	while (!err && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			err = st_pids_add(out, (pid_t)strtol(entry->d_name, NULL, 10));
	closedir(dir);
	return err;
}

void st_boot_id(char out[40])
{
	int n = st_read_file(AT_FDCWD, "/proc/sys/kernel/random/boot_id", out, 40);

	out[n > 36 ? 36 : n > 0 ? n : 0] = '\0';
}

static uint64_t ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

int64_t st_time_of_day_ns(void)
{
	return (int64_t)ns(CLOCK_REALTIME);
}

uint64_t st_boot_time_ns(void)
{
	return ns(CLOCK_BOOTTIME);
}

uint64_t st_ticks_to_us(uint64_t ticks)
{
	return ticks * 1000000u / (uint64_t)sysconf(_SC_CLK_TCK);
}
