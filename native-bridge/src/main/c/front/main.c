/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides what command this is, and where it runs: in the node, in a JVM of its own, or right here.
 * Started by users. Normal context.
 */
#include "front.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

/* Commands that need no node, so they are the same without one. */
static const char *const local_names[] = {
	"classad_eval", "classad_match", "condor_config_val", NULL,
};
static const char *const local_words[] = {
	"config", "demo", "help", "-h", "-help", "--help", NULL,
};

void text_init(struct text *t, char *buffer, size_t size)
{
	t->at = buffer;
	t->size = size;
	t->used = 0;
	t->overflow = 0;
	buffer[0] = '\0';
}

void text_add(struct text *t, const char *s)
{
	size_t length = strlen(s);

	if (t->overflow || length >= t->size - t->used) {
		t->overflow = 1;
		return;
	}
	memcpy(t->at + t->used, s, length + 1);
	t->used += length;
}

void text_add_number(struct text *t, long number)
{
	char digits[24];
	char *p = digits + sizeof(digits) - 1;
	unsigned long rest = number < 0 ? 0ul - (unsigned long)number : (unsigned long)number;

	*p = '\0';
	do
		*--p = (char)('0' + rest % 10);
	while (rest /= 10);
	if (number < 0)
		*--p = '-';
	text_add(t, p);
}

int write_all(int fd, const void *data, size_t size)
{
	const char *p = data;

	while (size > 0) {
		ssize_t n = write(fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN) { /* whoever shares this pipe has made it so */
			struct pollfd room = {.fd = fd, .events = POLLOUT};

			poll(&room, 1, -1);
			continue;
		}
		if (n < 0)
			return -errno;
		p += n;
		size -= (size_t)n;
	}
	return 0;
}

void complain(const struct front *f, ...)
{
	char line[2 * PATH_MAX];
	struct text t;
	const char *part;
	va_list parts;

	text_init(&t, line, sizeof(line) - 1);
	text_add(&t, f->name);
	text_add(&t, ": ");
	va_start(parts, f);
	while ((part = va_arg(parts, const char *)))
		text_add(&t, part);
	va_end(parts);
	line[t.used++] = '\n';
	write_all(STDERR_FILENO, line, t.used);
}

static int listed(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(word, *list) == 0)
			return 1;
	return 0;
}

/* Where bin, lib and etc are: two levels above this program's file. */
static int find_home(struct front *f)
{
	ssize_t n = readlink("/proc/self/exe", f->home, sizeof(f->home) - 1);
	int levels = 2;

	if (n < 0)
		return -errno;
	f->home[n] = '\0';
	while (levels-- > 0) {
		char *slash = strrchr(f->home, '/');

		if (!slash)
			return -ENOENT;
		*slash = '\0';
	}
	return 0;
}

/* Prints "roost <version>", the version being a file of the installation. */
static int version(struct front *f)
{
	char path[PATH_MAX], line[256] = "roost ";
	struct text t;
	ssize_t n;
	int fd;

	text_init(&t, path, sizeof(path));
	text_add(&t, f->home);
	text_add(&t, "/lib/version");
	fd = t.overflow ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, line + 6, sizeof(line) - 6);
	if (n <= 0) {
		complain(f, "the installation at ", f->home, " is incomplete: lib/version cannot be read", NULL);
		return 1;
	}
	return write_all(STDOUT_FILENO, line, (size_t)n + 6) ? 1 : 0;
}

/*
 * A descriptor below 3 that the user closed would be given to a socket or a file, and be written to as if it
 * were the user's. These can only fail, as they should.
 */
static int keep_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			return -errno;
	return 0;
}

static int in_the_node(struct front *f)
{
	if (cache_find(f) == 0) {
		int status = session_run(f);

		if (status != SESSION_NO_NODE)
			return status;
	}
	return jvm_engine(f, 1);
}

static int roost_command(struct front *f)
{
	const char *word = f->argc > 1 ? f->argv[1] : "help";

	/* The engine in a JVM found the socket and hands the command back: SOCKET NAME ARGUMENTS... */
	if (strcmp(word, "--at-socket") == 0 && f->argc > 3) {
		int status;

		strncpy(f->socket, f->argv[2], sizeof(f->socket) - 1);
		f->argv += 3;
		f->argc -= 3;
		f->name = f->argv[0];
		if (strcmp(f->name, "roost") == 0 && f->argc > 1 && strcmp(f->argv[1], "stop") == 0)
			return node_stop(f);
		status = session_run(f);
		if (status == SESSION_NO_NODE) {
			complain(f, "the node at ", f->socket, " went away", NULL);
			return 1;
		}
		return status;
	}
	if (strcmp(word, "--train") == 0)
		return jvm_train(f);
	if (strcmp(word, "version") == 0 || strcmp(word, "--version") == 0 || strcmp(word, "-version") == 0)
		return version(f);
	if (strcmp(word, "start") == 0 || strcmp(word, "node") == 0) {
		if (f->argc > 2) /* -help, or a mistake */
			return jvm_engine(f, 0);
		return strcmp(word, "start") == 0 ? node_start(f) : node_foreground(f);
	}
	if (strcmp(word, "stop") == 0 && cache_find(f) == 0) {
		int status = node_stop(f);

		return status != SESSION_NO_NODE ? status : jvm_engine(f, 1);
	}
	if (f->argc < 2 || listed(word, local_words))
		return jvm_engine(f, 0);
	return in_the_node(f);
}

int main(int argc, char **argv, char **envp)
{
	static struct front f;
	const char *slash;

	if (argc < 1)
		return 1;
	slash = strrchr(argv[0], '/');
	f.argc = argc;
	f.argv = argv;
	f.envp = envp;
	f.name = slash ? slash + 1 : argv[0];
	if (keep_standard_files() < 0)
		return 1;
	if (find_home(&f) < 0) {
		complain(&f, "cannot find out where it is installed: /proc is not mounted", NULL);
		return 1;
	}
	if (strcmp(f.name, "roost") == 0)
		return roost_command(&f);
	if (listed(f.name, local_names))
		return jvm_engine(&f, 0);
	return in_the_node(&f);
}
