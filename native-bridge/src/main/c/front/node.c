/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roost start, node and stop: what must be done from outside the node. Normal context.
 */
#include "front.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The node's first line on its ready descriptor when all is well; anything else is why not. */
static const char READY[] = "ready";

static void say(const char *a, long number, const char *b)
{
	char line[256];
	struct text t;

	text_init(&t, line, sizeof(line));
	text_add(&t, a);
	text_add_number(&t, number);
	text_add(&t, b);
	write_all(STDOUT_FILENO, line, t.used);
}

static volatile sig_atomic_t starting;

/* AS-safe: kill, _exit. Who interrupts a start does not want a node. */
static void give_up(int signo)
{
	kill((pid_t)starting, SIGTERM);
	_exit(128 + signo);
}

/* In the child: leaves the terminal, keeps the working directory (paths may be relative to it). */
static int become_daemon(struct front *f, int ready)
{
	int null = open("/dev/null", O_RDWR);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (setsid() < 0 || null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(ready, STDOUT_FILENO) < 0 ||
	    dup2(ready, STDERR_FILENO) < 0)
		return 1;
	if (null > STDERR_FILENO)
		close(null);
	return jvm_node(f, ready);
}

/* Reads until the first line says "ready" or the node is gone: the bytes read, 0 when ready. */
static size_t wait_for_ready(int fd, char *said, size_t size)
{
	size_t used = 0;

	for (;;) {
		ssize_t n = read(fd, said + used, size - used);
		char *line = said, *end;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return used;
		used += (size_t)n;
		/* A JVM may print a warning of its own before the node says anything. */
		while ((end = memchr(line, '\n', (size_t)(said + used - line)))) {
			if ((size_t)(end - line) >= sizeof(READY) - 1 &&
			    memcmp(line, READY, sizeof(READY) - 1) == 0)
				return 0;
			line = end + 1;
		}
		if (used == size) { /* keep what came last: that is where the reason is */
			memmove(said, said + size / 2, size - size / 2);
			used = size - size / 2;
		}
	}
}

/* Waits for the end of a process that is not a child; nothing to wait for is fine. */
static void wait_for_end(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd gone = {.fd = fd, .events = POLLIN};

	if (fd >= 0) {
		while (poll(&gone, 1, -1) < 0 && errno == EINTR)
			;
		close(fd);
		return;
	}
	/* Before Linux 5.3, or a pid of another user where that is not allowed. */
	while (errno != ESRCH && (kill(pid, 0) == 0 || errno == EPERM)) {
		struct timespec pause = {.tv_nsec = 10000000};

		nanosleep(&pause, NULL);
		errno = 0;
	}
}

int node_start(struct front *f)
{
	static char said[65536];
	int pipe_fd[2], fd, status;
	size_t length;
	pid_t child;

	if (!getcwd(said, sizeof(said)) && chdir("/") < 0) /* Java would not begin in one that is gone */
		return 1;
	if (cache_find(f) == 0 && (fd = socket_connect(f->socket)) >= 0) {
		pid_t node = socket_peer(fd);
		int answers = session_answers(f, fd);

		if (answers == -ETIMEDOUT) {
			complain(f, "there is a node, but it does not answer; is it stopped or very busy?",
				 NULL);
			return 1;
		}
		if (answers) {
			say("roost: the node is running already, pid ", node, "\n");
			return 0;
		}
		close(fd);
		wait_for_end(node); /* it is on its way out, and holds the node's directory until then */
	}
	if (jvm_check(f))
		return 1;
	if (pipe2(pipe_fd, 0) < 0 || (child = fork()) < 0) {
		complain(f, "cannot start a process: ", strerror(errno), NULL);
		return 1;
	}
	if (child == 0) {
		close(pipe_fd[0]);
		_exit(become_daemon(f, pipe_fd[1]));
	}
	close(pipe_fd[1]);
	starting = child;
	signal(SIGINT, give_up);
	signal(SIGTERM, give_up);
	signal(SIGHUP, give_up);
	length = wait_for_ready(pipe_fd[0], said, sizeof(said));
	if (length == 0) {
		say("roost: the node is ready, pid ", child, "\n");
		return 0;
	}
	write_all(STDERR_FILENO, said, length);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return 1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int node_foreground(struct front *f)
{
	return jvm_node(f, -1);
}

/* The node answers that it will stop; the command is done when it has. */
int node_stop(struct front *f)
{
	int fd = socket_connect(f->socket), status;
	pid_t node;

	if (fd < 0)
		return SESSION_NO_NODE;
	node = socket_peer(fd);
	close(fd);
	status = session_run(f);
	if (status == 0 && node > 0)
		wait_for_end(node);
	return status;
}
