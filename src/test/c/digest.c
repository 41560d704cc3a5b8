// SPDX-License-Identifier: Apache-2.0
/*
 * digest GATE APPENDED WRITTEN LAST: computes a digest over many steps, in rounds. It goes as far as the number in the
 * file GATE says, and waits there; after round LAST it prints the digest and ends. Every round depends on all before it
 * and leaves a line in APPENDED (opened with O_APPEND), one in WRITTEN (not), and one in the buffer of standard output.
 * So a round that was left out, done twice, or half done, shows in all three.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS (64 * 1024)
#define STEPS 20000

static uint64_t words[WORDS];

static void __attribute__((noreturn)) fail(const char *what)
{
	perror(what);
	exit(1);
}

static long gate(const char *name)
{
	char text[32] = {0};
	int fd = open(name, O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof text - 1) < 0)
		fail(name);
	close(fd);
	return atol(text);
}

static int open_output(const char *name, int flag)
{
	int fd = open(name, O_WRONLY | O_CREAT | flag, 0644);

	if (fd < 0)
		fail(name);
	return fd;
}

static void say(int fd, const char *line, size_t length)
{
	if (write(fd, line, length) != (ssize_t)length)
		fail("write");
}

int main(int argc, char **argv)
{
	uint64_t digest = 14695981039346656037u;
	int appended, written;
	long last;

	if (argc != 5) {
		fprintf(stderr, "usage: digest GATE APPENDED WRITTEN LAST\n");
		return 2;
	}
	appended = open_output(argv[2], O_APPEND);
	written = open_output(argv[3], 0);
	last = atol(argv[4]);
	for (long round = 1; round <= last; round++) {
		char line[64];
		int length;

		while (gate(argv[1]) < round)
			usleep(1000);
		for (int step = 0; step < STEPS; step++) {
			uint64_t *word = &words[digest % WORDS];

			digest = (digest ^ *word ^ (uint64_t)step) * 1099511628211u;
			*word += digest;
		}
		length = snprintf(line, sizeof line, "%ld %016llx\n", round, (unsigned long long)digest);
		say(appended, line, (size_t)length);
		say(written, line, (size_t)length);
		fputs(line, stdout);
	}
	printf("digest %016llx\n", (unsigned long long)digest);
	return 0;
}
