// SPDX-License-Identifier: Apache-2.0
/*
 * stopwatch: measures from outside what the benchmarks need to the microsecond. Every time that it
 * prints is CLOCK_MONOTONIC nanoseconds.
 *
 *	stopwatch run COUNT -- COMMAND...	a line "begin end status" for each run
 *	stopwatch watch PID STATES -- COMMAND..	runs the command and watches a process: a line
 *		"begin end status t1 t2 ..." with the moment at which it was first seen in each state of
 *		STATES, one after the other; T is stopped, R stands for running or sleeping
 *	stopwatch append COUNT FILE		4 KiB appended and fdatasync'ed: "begin end 0" for each
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { WATCH_SECONDS = 20, WATCH_EVERY_NS = 50000, BLOCK = 4096 };

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static pid_t start(char **command)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, command[0], &actions, NULL, command, environ)) {
		perror(command[0]);
		exit(1);
	}
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static int finish(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int run(int count, char **command)
{
	while (count-- > 0) {
		int64_t begin = now_ns();
		int status = finish(start(command));

		printf("%lld %lld %d\n", (long long)begin, (long long)now_ns(), status);
	}
	return 0;
}

static char state_of(int fd)
{
	char text[512];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);
	char *end;

	if (n <= 0)
		return '-';
	text[n] = '\0';
	end = strrchr(text, ')');
	return end && end[1] == ' ' ? end[2] : '-';
}

static int is(char state, char wanted)
{
	return wanted == 'R' ? state == 'R' || state == 'S' || state == 'D' : state == wanted;
}

/* Between two looks: to look without a pause would take a processor from those that are watched. */
static void pause_shortly(void)
{
	struct timespec t = { .tv_nsec = WATCH_EVERY_NS };

	nanosleep(&t, NULL);
}

static int watch(const char *pid, const char *states, char **command)
{
	int64_t seen[16], begin, end = 0;
	size_t wanted = strlen(states), found = 0;
	int fd, status = -1, reaped;
	char path[64];
	pid_t child;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || wanted > sizeof(seen) / sizeof(seen[0])) {
		perror(path);
		return 1;
	}
	prctl(PR_SET_TIMERSLACK, 1);
	begin = now_ns();
	child = start(command);
	while ((found < wanted || status < 0) && now_ns() - begin < WATCH_SECONDS * 1000000000LL) {
		if (found < wanted && is(state_of(fd), states[found]))
			seen[found++] = now_ns();
		if (found < wanted || status < 0)
			pause_shortly();
		if (status < 0 && waitpid(child, &reaped, WNOHANG) == child) {
			end = now_ns();
			status = WIFEXITED(reaped) ? WEXITSTATUS(reaped) : 128 + WTERMSIG(reaped);
		}
	}
	printf("%lld %lld %d", (long long)begin, (long long)end, status);
	for (size_t i = 0; i < found; i++)
		printf(" %lld", (long long)seen[i]);
	printf("\n");
	return found == wanted && status >= 0 ? 0 : 1;
}

static int append(int count, const char *file)
{
	static char block[BLOCK];
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0) {
		perror(file);
		return 1;
	}
	while (count-- > 0) {
		int64_t begin = now_ns();

		if (write(fd, block, sizeof(block)) != sizeof(block) || fdatasync(fd)) {
			perror(file);
			return 1;
		}
		printf("%lld %lld 0\n", (long long)begin, (long long)now_ns());
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 4 && !strcmp(argv[1], "run") && !strcmp(argv[3], "--"))
		return run(atoi(argv[2]), argv + 4);
	if (argc > 5 && !strcmp(argv[1], "watch") && !strcmp(argv[4], "--"))
		return watch(argv[2], argv[3], argv + 5);
	if (argc == 4 && !strcmp(argv[1], "append"))
		return append(atoi(argv[2]), argv[3]);
	fprintf(stderr, "usage: stopwatch run|watch|append ...\n");
	return 2;
}
