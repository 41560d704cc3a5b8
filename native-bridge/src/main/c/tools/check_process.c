// SPDX-License-Identifier: Apache-2.0
// Whether a running process can be checkpointed as it is now: what /proc says about its memory, descriptors, children
// and signals. The library looks again at every checkpoint; this is for asking beforehand. Context: normal.
#include "own_fds.h"
#include "tools.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#define BIT(sig) (1ULL << ((sig) - 1))

static FILE *proc(int pid, const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
	return fopen(path, "re");
}

static bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

/* Memory that is not the process's alone and no file's. Returns whether the library is there. */
static bool check_maps(struct ch_findings *f, int pid)
{
	char line[PATH_MAX + 200];
	FILE *file = proc(pid, "maps");
	bool library = false;

	while (file && fgets(line, sizeof line, file)) {
		const char *path = strchr(line, '/'), *inode = strstr(line, "anon_inode:");

		line[strcspn(line, "\n")] = 0;
		if (inode && !path)
			path = inode;
		if (!path)
			continue;
		library |= strstr(path, "/libroostckpt.so") != NULL;
		if (inode || starts(path, "/[aio]") || starts(path, "/SYSV") || starts(path, "/secretmem"))
			ch_add(f, CH_OBSTACLE, "", "it has memory that cannot be brought back: %s", path);
		else if (starts(path, "/dev/") && !starts(path, "/dev/shm/") && !starts(path, "/dev/zero") &&
			 !starts(path, "/dev/hugepages/"))
			ch_add(f, CH_OBSTACLE, "end its use of the device", "it has mapped memory of a device: %s", path);
	}
	if (file)
		fclose(file);
	return library;
}

static bool is_queue(int pid, int fd)
{
	char path[64];
	struct statfs fs;

	snprintf(path, sizeof path, "/proc/%d/fd/%d", pid, fd);
	return statfs(path, &fs) == 0 && fs.f_type == MQUEUE_MAGIC;
}

/* The least number that the library gives its own descriptors in a process. */
static int least_own_fd(int pid)
{
	static const char name[] = "Max open files";
	FILE *file = proc(pid, "limits");
	unsigned long long limit = OWN_FD + 1;
	char line[256];

	while (file && fgets(line, sizeof line, file))
		if (starts(line, name))
			limit = strtoull(line + sizeof name - 1, NULL, 10);
	if (file)
		fclose(file);
	return own_fd_within(limit ? limit : OWN_FD + 1); /* 0: unlimited */
}

static void check_descriptor(struct ch_findings *f, int pid, int fd, const char *link)
{
	static const char *const kept[] = {"[eventfd]", "[timerfd]", "[signalfd]", "[eventpoll]"};
	bool good = !starts(link, "anon_inode:");

	if (starts(link, "socket:") && fd > 2)
		ch_add(f, CH_DELAY, "it is taken when the connection closes", "a socket is open: descriptor %d", fd);
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		good |= strstr(link, kept[i]) != NULL;
	good |= (strstr(link, "inotify") || strstr(link, "[userfaultfd]")) && fd >= least_own_fd(pid);
	if (!strcmp(link, "/dev/ptmx") || !strcmp(link, "/dev/pts/ptmx") || is_queue(pid, fd))
		good = false;
	if (!good)
		ch_add(f, CH_OBSTACLE, "close it", "descriptor %d cannot be brought back: %s", fd,
		       link + (starts(link, "anon_inode:") ? strlen("anon_inode:") : 0));
}

static int check_descriptors(struct ch_findings *f, int pid)
{
	char path[64], link[PATH_MAX];
	struct dirent *e;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/fd", pid);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while ((e = readdir(dir)) != NULL) {
		ssize_t n = readlinkat(dirfd(dir), e->d_name, link, sizeof link - 1);

		if (n <= 0)
			continue;
		link[n] = 0;
		check_descriptor(f, pid, atoi(e->d_name), link);
	}
	closedir(dir);
	return 0;
}

/* Those of a container, for instance, which a restart has, too. */
static int own_filters(void)
{
	FILE *file = fopen("/proc/self/status", "re");
	char line[256];
	int n = 0;

	while (file && fgets(line, sizeof line, file))
		if (starts(line, "Seccomp_filters:"))
			n = atoi(strchr(line, ':') + 1);
	if (file)
		fclose(file);
	return n;
}

static void check_status(struct ch_findings *f, int pid)
{
	FILE *file = proc(pid, "status");
	char line[256];

	while (file && fgets(line, sizeof line, file)) {
		const char *value = strchr(line, ':') ? strchr(line, ':') + 1 : line;

		if (starts(line, "SigBlk:")) {
			unsigned long long blocked = strtoull(value, NULL, 16);

			if (blocked & (BIT(SIGUSR2) | BIT(SIGTSTP)))
				ch_add(f, CH_DELAY, "it is taken when the program lets the signal in again",
				       "it has blocked SIGUSR2 or SIGTSTP by a system call of its own");
		} else if (starts(line, "Seccomp_filters:") && atoi(value) > own_filters()) {
			ch_add(f, CH_OBSTACLE, "run it without the filter", "its system calls are filtered (seccomp)");
		} else if (starts(line, "TracerPid:") && atoi(value) > 0) {
			ch_add(f, CH_NOTE, "", "a debugger is attached to it: it sees the library's signals");
		} else if (starts(line, "State:") && strpbrk(value, "TtZX")) {
			bool ended = strpbrk(value, "ZX") != NULL;

			ch_add(f, ended ? CH_OBSTACLE : CH_DELAY, ended ? "" : "send it SIGCONT", "%s",
			       ended ? "it has ended" : "it is stopped");
		} else if (starts(line, "Threads:") && atoi(value) > 4096) {
			ch_add(f, CH_OBSTACLE, "", "it has more than 4096 threads");
		} else if (starts(line, "x86_Thread_features:") && strstr(value, "shstk")) {
			ch_add(f, CH_OBSTACLE, "start it with GLIBC_TUNABLES=glibc.cpu.hwcaps=-SHSTK", "it has a shadow stack");
		}
	}
	if (file)
		fclose(file);
}

static void check_children(struct ch_findings *f, int pid)
{
	char path[64], children[200];
	struct dirent *e;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/task", pid);
	dir = opendir(path);
	while (dir && (e = readdir(dir)) != NULL) {
		FILE *file;

		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		snprintf(path, sizeof path, "task/%.20s/children", e->d_name);
		file = proc(pid, path);
		if (file && fgets(children, sizeof children, file)) {
			children[strcspn(children, "\n")] = 0;
			ch_add(f, CH_DELAY, "it is taken when they have ended", "it has child processes: %s", children);
		}
		if (file)
			fclose(file);
	}
	if (dir)
		closedir(dir);
}

void ch_process(struct ch_findings *f, int pid)
{
	char exe[64], path[PATH_MAX];
	struct stat st;
	bool loaded;

	snprintf(exe, sizeof exe, "/proc/%d", pid);
	if (pid <= 0 || stat(exe, &st)) {
		ch_add(f, CH_OBSTACLE, "", "there is no such process");
		return;
	}
	if (geteuid() && st.st_uid != geteuid()) {
		ch_add(f, CH_OBSTACLE, "ask as its owner, or as root", "it is another user's");
		return;
	}
	snprintf(exe, sizeof exe, "/proc/%d/exe", pid);
	loaded = check_maps(f, pid) || (realpath(exe, path) && ch_is_linked(exe));
	if (!loaded)
		ch_add(f, CH_OBSTACLE, "start it with roost-checkpoint, or link it with condor_compile",
		       "it was started without the checkpoint library, which cannot be added to a running program");
	check_status(f, pid);
	if (check_descriptors(f, pid))
		ch_add(f, CH_NOTE, "ask as its owner, or as root", "its descriptors cannot be looked at");
	check_children(f, pid);
}
