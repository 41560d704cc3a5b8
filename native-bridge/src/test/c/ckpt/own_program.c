// SPDX-License-Identifier: Apache-2.0
// Fact: /proc/self/exe and /proc/PID/exe lead to the program: as a link, to be read, and to be run again.
#include "step.h"

#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

extern char **environ;

static char first[PATH_MAX];
static struct stat file;

static void look(void)
{
	char link[PATH_MAX] = "", real[PATH_MAX] = "", by_pid[64];
	char *child[] = {"child", "again", NULL};
	char cut[4] = "???";
	int status = 0, fd;
	struct stat st;
	pid_t pid;

	snprintf(by_pid, sizeof by_pid, "/proc/%s/exe", realpath("/proc/self", real) ? strrchr(real, '/') + 1 : "?");
	printf("%d", readlink("/proc/self/exe", link, sizeof link - 1) > 0 && !strcmp(link, first));
	memset(link, 0, sizeof link);
	printf(" %d", readlinkat(AT_FDCWD, by_pid, link, sizeof link - 1) > 0 && !strcmp(link, first));
	memset(link, 0, sizeof link);
	printf(" %d", syscall(SYS_readlink, "/proc/self/exe", link, sizeof link - 1) > 0 && !strcmp(link, first));
	printf(" %d", realpath("/proc/self/exe", real) && !strcmp(real, first));
	printf(" %zd", readlink("/proc/thread-self/exe", cut, 2));
	printf(" %d", !strncmp(cut, first, 2) && cut[2] == '?');
	fd = open("/proc/self/exe", O_RDONLY);
	printf(" %d\n", !fstat(fd, &st) && st.st_ino == file.st_ino);
	close(fd);
	fflush(stdout);
	posix_spawn(&pid, "/proc/self/exe", NULL, NULL, child, environ);
	waitpid(pid, &status, 0);
	printf("%d", WEXITSTATUS(status));
	pid = fork();
	if (pid == 0) {
		execv("/proc/self/exe", child);
		_exit(1);
	}
	waitpid(pid, &status, 0);
	printf(" %d\n", WEXITSTATUS(status));
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "again"))
		return 42;
	if (!realpath(argv[0], first) || stat(first, &file))
		return 1;
	for (int i = 0; i < STEPS; i++) {
		look();
		checkpoint_here();
	}
	return 0;
}
