/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_front FRONT: runs the front against nodes that do not behave. FRONT is built with less patience
 * than users get. Each test is a process of its own with a time limit, and has two
 * children: the node, and the command.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "front_protocol.h"

enum { LIMIT_S = 60, OUTPUT = 1 << 20, PIPE = 4096 };

static const char *front;
static char dir[64], path[96];

static _Noreturn void die(int line, const char *what)
{
	fprintf(stderr, "%s:%d: %s does not hold (errno %d)\n", __FILE__, line, what, errno);
	exit(1);
}
#define CHECK(condition) ((condition) ? (void)0 : die(__LINE__, #condition))

/* --- the node's side */

static int listening(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	CHECK(fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0 && listen(fd, 4) == 0);
	return fd;
}

static void read_all(int fd, void *data, size_t size)
{
	char *p = data;

	while (size > 0) {
		ssize_t n = read(fd, p, size);

		CHECK(n > 0);
		p += n;
		size -= (size_t)n;
	}
}

static void write_all(int fd, const void *data, size_t size)
{
	const char *p = data;

	while (size > 0) {
		ssize_t n = write(fd, p, size);

		CHECK(n > 0);
		p += n;
		size -= (size_t)n;
	}
}

/* Accepts a connection and reads its HELLO. */
static int accept_command(int listener)
{
	static unsigned char hello[FRONT_HELLO_MAX];
	unsigned char head[FRONT_HEADER];
	int fd = accept(listener, NULL, NULL);
	uint32_t length;

	CHECK(fd >= 0);
	read_all(fd, head, sizeof(head));
	length = (uint32_t)head[0] | (uint32_t)head[1] << 8 | (uint32_t)head[2] << 16;
	CHECK(head[4] == FRONT_HELLO && length <= sizeof(hello));
	read_all(fd, hello, length);
	return fd;
}

static void send_frame(int fd, uint8_t type, uint8_t stream, const void *payload, uint32_t length)
{
	unsigned char head[FRONT_HEADER] = {(unsigned char)length, (unsigned char)(length >> 8),
					    (unsigned char)(length >> 16), 0, type, 0, stream, 0};

	write_all(fd, head, sizeof(head));
	write_all(fd, payload, length);
}

static void send_exit(int fd, unsigned char status)
{
	unsigned char payload[4] = {status};

	send_frame(fd, FRONT_EXIT, 0, payload, sizeof(payload));
}

/* In a child, which ends with the test. */
static void node(int listener, void (*behave)(int))
{
	if (fork() == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		behave(listener);
		_exit(0);
	}
	close(listener);
}

/* --- the user's side */

struct command {
	pid_t pid;
	int out, err;
};

static struct command command(int out_flags)
{
	struct command c;
	int out[2], err[2];

	CHECK(pipe2(out, O_CLOEXEC) == 0 && pipe2(err, O_CLOEXEC) == 0);
	CHECK(fcntl(out[1], F_SETPIPE_SZ, PIPE) == PIPE);
	CHECK(fcntl(out[1], F_SETFL, O_WRONLY | out_flags) == 0);
	c.pid = fork();
	CHECK(c.pid >= 0);
	if (c.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(out[1], STDOUT_FILENO);
		dup2(err[1], STDERR_FILENO);
		execl(front, "roost", "--at-socket", path, "condor_status", NULL);
		_exit(127);
	}
	close(out[1]);
	close(err[1]);
	c.out = out[0];
	c.err = err[0];
	return c;
}

/* All that can be read; the length. */
static size_t drain(int fd, char *text, size_t size)
{
	size_t used = 0;
	ssize_t n;

	while ((n = read(fd, text + used, size - 1 - used)) > 0)
		used += (size_t)n;
	CHECK(n == 0);
	text[used] = '\0';
	return used;
}

static int status_of(const struct command *c)
{
	int status;

	CHECK(waitpid(c->pid, &status, 0) == c->pid && WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* --- the tests */

static void say_nothing(int listener)
{
	(void)listener;
	for (;;)
		pause();
}

static void a_node_that_accepts_and_never_answers_is_given_up(void)
{
	char said[1024];
	struct command c;

	node(listening(), say_nothing);
	c = command(0);
	drain(c.err, said, sizeof(said));
	CHECK(status_of(&c) == 1);
	CHECK(strstr(said, "the node does not answer; is it stopped or very busy?"));
}

/* Keeps one command waiting until it has asked whether anybody is there, twice. */
static void be_slow(int listener)
{
	int fd = accept_command(listener);

	for (int i = 0; i < 2; i++)
		send_exit(accept_command(listener), 0);
	send_frame(fd, FRONT_WRITE, STDOUT_FILENO, "done\n", 5);
	send_exit(fd, 3);
}

static void a_command_may_take_long_while_its_node_answers_others(void)
{
	char said[64];
	struct command c;

	node(listening(), be_slow);
	c = command(0);
	drain(c.out, said, sizeof(said));
	CHECK(status_of(&c) == 3);
	CHECK(strcmp(said, "done\n") == 0);
}

static void go_away(int listener)
{
	close(accept_command(listener));
}

static void a_node_that_goes_away_is_told_and_what_may_have_been_done(void)
{
	char said[1024];
	struct command c;

	node(listening(), go_away);
	c = command(0);
	drain(c.err, said, sizeof(said));
	CHECK(status_of(&c) == 1);
	CHECK(strstr(said, "the node went away before the command ended; it may or may not have been done"));
}

static void say_much(int listener)
{
	static char chunk[FRONT_CHUNK];
	int fd = accept_command(listener);

	for (uint32_t sent = 0; sent < OUTPUT; sent += sizeof(chunk)) {
		memset(chunk, 'a' + (int)(sent / sizeof(chunk)), sizeof(chunk));
		send_frame(fd, FRONT_WRITE, STDOUT_FILENO, chunk, sizeof(chunk));
	}
	send_exit(fd, 0);
}

/* ssh and others leave it so for everybody who has the same terminal or pipe. */
static void output_that_does_not_block_is_written_to_its_end(void)
{
	static char said[OUTPUT + 1];
	struct command c;
	int waiting = 0;

	node(listening(), say_much);
	c = command(O_NONBLOCK);
	while (waiting < PIPE) { /* full: the next write has no room */
		CHECK(ioctl(c.out, FIONREAD, &waiting) == 0);
		poll(NULL, 0, 1);
	}
	CHECK(drain(c.out, said, sizeof(said)) == OUTPUT);
	for (size_t i = 0; i < OUTPUT; i++)
		CHECK(said[i] == 'a' + (int)(i / FRONT_CHUNK));
	CHECK(status_of(&c) == 0);
}

static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
#define TEST(name) {#name, name}
	TEST(a_node_that_accepts_and_never_answers_is_given_up),
	TEST(a_command_may_take_long_while_its_node_answers_others),
	TEST(a_node_that_goes_away_is_told_and_what_may_have_been_done),
	TEST(output_that_does_not_block_is_written_to_its_end),
};

int main(int argc, char **argv)
{
	int failures = 0;

	if (argc != 2) {
		fprintf(stderr, "usage: test_front FRONT\n");
		return 2;
	}
	front = argv[1];
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		int status;
		pid_t pid;

		strcpy(dir, "/tmp/roost-front.XXXXXX");
		CHECK(mkdtemp(dir));
		snprintf(path, sizeof(path), "%s/cli.sock", dir);
		pid = fork();
		if (pid == 0) {
			alarm(LIMIT_S);
			tests[i].run();
			exit(0);
		}
		CHECK(waitpid(pid, &status, 0) == pid);
		unlink(path);
		rmdir(dir);
		if (status != 0) {
			failures++;
			fprintf(stderr, "FAILED: %s (status %#x)\n", tests[i].name, (unsigned)status);
		}
	}
	printf("test_front: %zu tests, %d failures\n", sizeof(tests) / sizeof(tests[0]), failures);
	return failures != 0;
}
