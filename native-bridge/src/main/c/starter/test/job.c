/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job program of the starter's tests: each mode is one habit of real or hostile jobs. Ends by
 * itself in the end.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BOMB_MAX = 300, CHAIN_MAX = 2000000, LIFETIME_S = 60 };

static void touch(const char *path)
{
	close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
}

/* What a job finds when it starts, one fact a line. */
static int report(void)
{
	struct dirent *entry;
	struct rlimit cores;
	sigset_t mask;
	char cwd[4096];
	mode_t mode = umask(0);
	int blocked = 0, changed = 0, fds = 0, ngroups;
	gid_t groups[64];
	DIR *dir = opendir("/proc/self/fd");

	while (dir && (entry = readdir(dir)))
		fds += entry->d_name[0] != '.' && atoi(entry->d_name) != dirfd(dir);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int sig = 1; sig <= SIGRTMAX; sig++) {
		struct sigaction action;

		blocked += sigismember(&mask, sig) == 1;
		changed += sigaction(sig, NULL, &action) == 0 && action.sa_handler != SIG_DFL;
	}
	getrlimit(RLIMIT_CORE, &cores);
	ngroups = getgroups(64, groups);
	printf("session %d\nfds %d\nblocked %d\nchanged %d\numask %o\ncwd %s\nnnp %d\ncores %llu\n",
	       getsid(0) == getpid(), fds, blocked, changed, (unsigned)mode,
	       getcwd(cwd, sizeof cwd) ? cwd : "?", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0),
	       (unsigned long long)cores.rlim_cur);
	printf("uid %d\ngid %d\ngroups %d\nnice %d\nenv %s\n", (int)getuid(), (int)getgid(),
	       ngroups, getpriority(PRIO_PROCESS, 0), getenv("ONLY") ? getenv("ONLY") : "-");
	return 0;
}

/* Everybody forks until the family is full, then waits to be killed. */
static int bomb(void)
{
	atomic_int *count = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	while (atomic_fetch_add(count, 1) < BOMB_MAX)
		fork();
	sleep(LIFETIME_S);
	return 0;
}

/*
 * Each process forks the next, in a session of its own, and ends at once: nobody lives long enough
 * to be looked at.
 */
static int chain(void)
{
	touch("running");
	if (fork() != 0) {
		sleep(LIFETIME_S);
		return 0;
	}
	for (int i = 0; i < CHAIN_MAX; i++) {
		pid_t next = fork();

		if (next > 0)
			_exit(0);
		setsid();
	}
	return 0;
}

/* A shell script's way of working: one short child after another, each counted in a file. */
static int churn(void)
{
	int fd = open("count", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	for (int i = 0; i < CHAIN_MAX; i++) {
		pid_t child = fork();

		if (child == 0)
			_exit(write(fd, "x", 1) != 1);
		waitpid(child, NULL, 0);
	}
	return 0;
}

/* Three that hide: an orphan, one in another session, one below it. */
static int hide(void)
{
	if (fork() == 0) {
		if (fork() == 0) {
			setsid();
			if (fork() == 0) {
				touch("hidden");
				sleep(LIFETIME_S);
			}
			sleep(LIFETIME_S);
		}
		_exit(0);
	}
	wait(NULL);
	sleep(LIFETIME_S);
	return 0;
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";

	alarm(LIFETIME_S);
	if (!strcmp(mode, "exit"))
		return atoi(argv[2]);
	if (!strcmp(mode, "report"))
		return report();
	if (!strcmp(mode, "bomb"))
		return bomb();
	if (!strcmp(mode, "chain"))
		return chain();
	if (!strcmp(mode, "churn"))
		return churn();
	if (!strcmp(mode, "hide"))
		return hide();
	if (!strcmp(mode, "sleep")) {
		touch("running");
		sleep(LIFETIME_S);
	}
	if (!strcmp(mode, "ignore")) {
		signal(SIGTERM, SIG_IGN);
		touch("running");
		for (;;)
			pause();
	}
	if (!strcmp(mode, "close")) {
		for (int fd = 0; fd < 3; fd++)
			close(fd);
		return 5;
	}
	if (!strcmp(mode, "leave")) { /* the main process ends and leaves somebody behind */
		if (fork() == 0) {
			setsid();
			touch("running");
			sleep(LIFETIME_S);
		}
		while (access("running", F_OK) != 0)
			usleep(1000);
		return 4;
	}
	return 99;
}
