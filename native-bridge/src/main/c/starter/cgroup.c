/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FREEZE_WAIT_MS = 100 };

/* True if the comma-separated list has the word. */
static bool listed(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += len)
		if ((at == list || at[-1] == ',') && (at[len] == ',' || at[len] == '\0'))
			return true;
	return false;
}

/*
 * Where a hierarchy is mounted: the version 2 one if controller is NULL, else that controller's of
 * version 1.
 */
static int mount_point(const char *controller, char *out, size_t cap)
{
	char line[1024], where[512], type[64], options[512];
	FILE *f = fopen("/proc/self/mounts", "re");
	int err = -ENOENT;

	if (!f)
		return -errno;
	while (err && fgets(line, sizeof line, f)) {
		if (sscanf(line, "%*s %511s %63s %511s", where, type, options) != 3)
			continue;
		if (controller ? !strcmp(type, "cgroup") && listed(options, controller)
			       : !strcmp(type, "cgroup2"))
			err = snprintf(out, cap, "%s", where) < (int)cap ? 0 : -ENAMETOOLONG;
	}
	fclose(f);
	return err;
}

/* Appends this process's own place in that hierarchy. */
static int own_place(const char *controller, char *out, size_t cap)
{
	char line[1024];
	FILE *f = fopen("/proc/self/cgroup", "re");
	int err = -ENOENT;

	if (!f)
		return -errno;
	while (err && fgets(line, sizeof line, f)) {
		char *list = strchr(line, ':');
		char *place = list ? strchr(list + 1, ':') : NULL;
		size_t len = strlen(out);

		if (!place)
			continue;
		line[strcspn(line, "\n")] = '\0';
		*place++ = '\0';
		if (controller ? listed(list + 1, controller) : list[1] == '\0')
			err = snprintf(out + len, cap - len, "%s", place) < (int)(cap - len)
				      ? 0
				      : -ENAMETOOLONG;
	}
	fclose(f);
	return err;
}

static enum st_cgroup_kind kind_of(int dir)
{
	if (faccessat(dir, "cgroup.freeze", W_OK, 0) == 0)
		return ST_CGROUP_V2;
	if (faccessat(dir, "freezer.state", W_OK, 0) == 0)
		return ST_CGROUP_V1_FREEZER;
	return ST_CGROUP_NONE;
}

/*
 * Removes the empty groups of starters that were killed and could not: nobody else knows of them.
 */
static void sweep(const char *parent)
{
	DIR *dir = opendir(parent);
	struct dirent *entry;
	int pid;

	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (sscanf(entry->d_name, "roost-job-%d-", &pid) == 1 && kill(pid, 0) != 0 &&
		    errno == ESRCH)
			/* refused while anybody is in it */
			unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR);
	closedir(dir);
}

static bool make_in(struct st_cgroup *cg, const char *parent)
{
	if (snprintf(cg->path, sizeof cg->path, "%s/roost-job-%d-%llx", parent, (int)getpid(),
		     (unsigned long long)st_boot_time_ns()) >= (int)sizeof cg->path)
		return false;
	if (mkdir(cg->path, 0755) != 0)
		return false;
	sweep(parent);
	cg->dir = open(cg->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (cg->dir >= 0) {
		cg->kind = kind_of(cg->dir);
		cg->procs = openat(cg->dir, "cgroup.procs", O_RDWR | O_CLOEXEC);
		if (cg->kind != ST_CGROUP_NONE && cg->procs >= 0)
			return true;
		if (cg->procs >= 0)
			close(cg->procs);
		close(cg->dir);
		cg->kind = ST_CGROUP_NONE;
	}
	rmdir(cg->path);
	return false;
}

void st_cgroup_make(struct st_cgroup *cg, const char *parent)
{
	static const char *const hierarchies[] = { NULL, "freezer" };
	char place[400];

	*cg = (struct st_cgroup){ .kind = ST_CGROUP_NONE, .dir = -1, .procs = -1 };
	if (parent[0]) {
		make_in(cg, parent);
		return;
	}
	for (size_t i = 0; i < sizeof hierarchies / sizeof *hierarchies; i++)
		if (mount_point(hierarchies[i], place, sizeof place) == 0 &&
		    own_place(hierarchies[i], place, sizeof place) == 0 && make_in(cg, place))
			return;
}

void st_cgroup_remove(struct st_cgroup *cg)
{
	if (cg->kind == ST_CGROUP_NONE)
		return;
	close(cg->procs);
	close(cg->dir);
	rmdir(cg->path);
	*cg = (struct st_cgroup){ .kind = ST_CGROUP_NONE, .dir = -1, .procs = -1 };
}

/* cgroup.events says `frozen 1` and wakes pollers whenever it changes. */
static int wait_v2(int dir, const char *want)
{
	uint64_t until = st_boot_time_ns() + FREEZE_WAIT_MS * 1000000ull;
	int fd = openat(dir, "cgroup.events", O_RDONLY | O_CLOEXEC);
	int err = -ETIMEDOUT;

	if (fd < 0)
		return -errno;
	do {
		struct pollfd p = { .fd = fd, .events = POLLPRI };
		char text[256];
		ssize_t n = pread(fd, text, sizeof text - 1, 0);

		text[n > 0 ? n : 0] = '\0';
		if (strstr(text, want)) {
			err = 0;
			break;
		}
		poll(&p, 1, 5);
	} while (st_boot_time_ns() < until);
	close(fd);
	return err;
}

/*
 * Version 1 has no notice; and a freeze that met a forking process is only finished by asking
 * again.
 */
static int wait_v1(int dir, const char *want)
{
	uint64_t until = st_boot_time_ns() + FREEZE_WAIT_MS * 1000000ull;
	const struct timespec pause = { .tv_nsec = 200000 };
	char text[64];

	do {
		if (st_read_file(dir, "freezer.state", text, sizeof text) > 0 &&
		    !strncmp(text, want, strlen(want)))
			return 0;
		nanosleep(&pause, NULL);
	} while (st_boot_time_ns() < until);
	return -ETIMEDOUT;
}

int st_cgroup_freeze(const struct st_cgroup *cg, bool on)
{
	int err;

	switch (cg->kind) {
	case ST_CGROUP_V2:
		err = st_write_file(cg->dir, "cgroup.freeze", on ? "1" : "0");
		return err ? err : wait_v2(cg->dir, on ? "frozen 1" : "frozen 0");
	case ST_CGROUP_V1_FREEZER:
		err = st_write_file(cg->dir, "freezer.state", on ? "FROZEN" : "THAWED");
		return err ? err : wait_v1(cg->dir, on ? "FROZEN" : "THAWED");
	default:
		return -ENOSYS;
	}
}

int st_cgroup_kill(const struct st_cgroup *cg)
{
	int err;

	if (cg->kind != ST_CGROUP_V2)
		return -ENOSYS;
	err = st_write_file(cg->dir, "cgroup.kill", "1");
	return err == -ENOENT ? -ENOSYS : err;
}

int st_cgroup_members(const struct st_cgroup *cg, struct st_pids *out)
{
	return cg->kind == ST_CGROUP_NONE ? 0 : st_add_numbers(cg->procs, out);
}

int st_cgroup_cpu(const struct st_cgroup *cg, uint64_t *user_us, uint64_t *system_us)
{
	char text[1024];
	const char *user, *system;

	if (cg->kind != ST_CGROUP_V2 || st_read_file(cg->dir, "cpu.stat", text, sizeof text) < 0)
		return -ENOSYS;
	user = strstr(text, "user_usec ");
	system = strstr(text, "system_usec ");
	if (!user || !system)
		return -ENOSYS;
	*user_us = strtoull(user + strlen("user_usec "), NULL, 10);
	*system_us = strtoull(system + strlen("system_usec "), NULL, 10);
	return 0;
}
