// SPDX-License-Identifier: Apache-2.0
/*
 * witness FILE TEXT: looks at every process with TEXT in its command line before it does anything
 * else, and once more before anything else when it is continued by SIGCONT; then it ends. Each look
 * appends a line to FILE with the state letter of each of those processes. The test's COD job: it
 * tells how the slot's batch job stood at its own first instruction.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROCESSES_MAX = 1000 };

/* Reads a file of /proc as one string, NUL bytes turned into blanks; empty if it is gone. */
static void read_text(const char *pid, const char *name, char *text, size_t cap)
{
	char path[300];
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof path, "/proc/%s/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, text, cap - 1);
		close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
	for (ssize_t i = 0; i < n; i++)
		if (text[i] == '\0')
			text[i] = ' ';
}

/* The states of all processes with this text, as one string. */
static void look(const char *wanted, char *states)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	size_t n = 0;

	if (!proc)
		exit(1);
	while ((entry = readdir(proc))) {
		char text[4096];
		const char *end;

		if (!isdigit((unsigned char)entry->d_name[0]) || atoi(entry->d_name) == getpid())
			continue;
		read_text(entry->d_name, "cmdline", text, sizeof text);
		if (!strstr(text, wanted))
			continue;
		read_text(entry->d_name, "stat", text, sizeof text);
		end = strrchr(text, ')');
		if (end && n < PROCESSES_MAX)
			states[n++] = end[2];
	}
	closedir(proc);
	states[n++] = '\n';
	states[n] = '\0';
}

static void append(const char *file, const char *line)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (fd < 0 || write(fd, line, strlen(line)) != (ssize_t)strlen(line))
		exit(1);
	close(fd);
}

int main(int argc, char **argv)
{
	static char states[PROCESSES_MAX + 2];
	sigset_t continued;
	int sig;

	if (argc != 3)
		return 2;
	look(argv[2], states);
	sigemptyset(&continued);
	sigaddset(&continued, SIGCONT);
	sigprocmask(SIG_BLOCK, &continued, NULL);
	append(argv[1], states);
	sigwait(&continued, &sig);
	look(argv[2], states);
	append(argv[1], states);
	return 0;
}
