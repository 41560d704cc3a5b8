/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Has a node run the command: sends it what the user typed and where, then does what the node asks
 * (print, open this file, read that one) with the user's own rights until it says how it ended. The
 * protocol is in include/front_protocol.h. Normal context.
 */
#include "front.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "front_protocol.h"

#define HELLO_HEAD 24
#define RESULT_HEAD (FRONT_HEADER + 16)

#define PAUSE_FIRST_MS 20
#define PAUSE_MOST_MS 640
#define PATIENCE_MS 20000
#ifndef SILENCE_S /* the tests do not wait so long */
#define SILENCE_S 20 /* as HTCondor's tools wait for an answer; until the node is asked whether it is there */
#define PROBE_S 10
#endif

struct session {
	struct front *front;
	int socket;
	struct {
		int fd, error, opened;
	} file[FRONT_FILES_MAX];
	unsigned char *hello; /* in, or of its own where it is larger */
	size_t hello_size;
	size_t start, end; /* what of in is unread */
	unsigned char in[2 * (FRONT_HEADER + FRONT_CHUNK)];
	unsigned char out[RESULT_HEAD + FRONT_HEADER + FRONT_CHUNK];
};

struct frame {
	uint32_t length;
	uint8_t type, flags;
	uint16_t stream;
	char *payload; /* one byte more may be written behind it */
};

static void put16(unsigned char *p, uint32_t v)
{
	p[0] = (unsigned char)v;
	p[1] = (unsigned char)(v >> 8);
}

static void put32(unsigned char *p, uint32_t v)
{
	put16(p, v);
	put16(p + 2, v >> 16);
}

static uint32_t get32(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put_header(unsigned char *p, size_t length, int type, int flags, unsigned stream)
{
	put32(p, (uint32_t)length);
	p[4] = (unsigned char)type;
	p[5] = (unsigned char)flags;
	put16(p + 6, stream);
}

/* A path that is too long for a socket address is reached through its directory's descriptor. */
int socket_connect(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *slash = strrchr(path, '/');
	char directory[PATH_MAX];
	struct text t;
	int dir = -1, fd, rc = 0;

	text_init(&t, address.sun_path, sizeof(address.sun_path));
	text_add(&t, path);
	if (t.overflow) {
		if (!slash || slash == path || (size_t)(slash - path) >= sizeof(directory))
			return -ENAMETOOLONG;
		memcpy(directory, path, (size_t)(slash - path));
		directory[slash - path] = '\0';
		dir = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (dir < 0)
			return -errno;
		text_init(&t, address.sun_path, sizeof(address.sun_path));
		text_add(&t, "/proc/self/fd/");
		text_add_number(&t, dir);
		text_add(&t, slash);
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (t.overflow)
		rc = -ENAMETOOLONG;
	else if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		rc = -errno;
	if (dir >= 0)
		close(dir);
	if (rc < 0 && fd >= 0)
		close(fd);
	return rc < 0 ? rc : fd;
}

pid_t socket_peer(int fd)
{
	struct ucred peer;
	socklen_t size = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 ? 0 : peer.pid;
}

/* As write_all, but a node that went away is an error to look at and not a signal to die of. */
static int send_all(const struct session *s, const void *data, size_t size)
{
	const char *p = data;

	while (size > 0) {
		ssize_t n = send(s->socket, p, size, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		p += n;
		size -= (size_t)n;
	}
	return 0;
}

static void terminal(uint32_t *flags, uint32_t *columns)
{
	struct winsize size;

	for (int fd = 0; fd < 3; fd++) {
		struct stat st;

		/* Most often it is a file or a pipe, and fstat tells so more cheaply than isatty. */
		if (fstat(fd, &st) < 0 || !S_ISCHR(st.st_mode) || ioctl(fd, TIOCGWINSZ, &size) < 0)
			continue;
		*flags |= 1u << fd;
		if (fd == STDOUT_FILENO)
			*columns = size.ws_col > 0 ? size.ws_col : 80; /* nobody told it */
	}
}

/*
 * Before the node is called: it looks at once for what the front has to say, and would have to look again. 0 or negative
 * errno.
 */
static int make_hello(struct session *s, struct front *f)
{
	uint32_t flags = 0, columns = 0, environment = 0;
	char cwd[PATH_MAX];
	size_t size = HELLO_HEAD;
	unsigned char *p;
	mode_t mask = umask(077);

	s->front = f;
	s->hello = s->in;

	umask(mask);
	terminal(&flags, &columns);
	if (!getcwd(cwd, sizeof(cwd)))
		cwd[0] = '\0'; /* it is gone; most commands need none */
	size += strlen(cwd) + 1;
	for (int i = 0; i < f->argc; i++)
		size += strlen(i ? f->argv[i] : f->name) + 1;
	for (; f->envp[environment]; environment++)
		size += strlen(f->envp[environment]) + 1;
	if (size > FRONT_HELLO_MAX)
		return -E2BIG;
	if (size + FRONT_HEADER > sizeof(s->in) && !(s->hello = malloc(size + FRONT_HEADER)))
		return -ENOMEM;

	s->hello_size = size + FRONT_HEADER;
	put_header(s->hello, size, FRONT_HELLO, 0, 0);
	p = s->hello + FRONT_HEADER;
	put32(p, FRONT_MAGIC);
	put16(p + 4, FRONT_VERSION);
	put16(p + 6, flags);
	put16(p + 8, columns);
	put16(p + 10, mask);
	put32(p + 12, (uint32_t)f->argc);
	put32(p + 16, environment);
	put32(p + 20, geteuid());
	p = (unsigned char *)stpcpy((char *)p + HELLO_HEAD, cwd) + 1;
	for (int i = 0; i < f->argc; i++)
		p = (unsigned char *)stpcpy((char *)p, i ? f->argv[i] : f->name) + 1;
	for (char **e = f->envp; *e; e++)
		p = (unsigned char *)stpcpy((char *)p, *e) + 1;
	return 0;
}

static int send_hello(struct session *s, int fd)
{
	int rc;

	s->socket = fd;
	s->start = s->end = 0;
	rc = send_all(s, s->hello, s->hello_size);
	if (s->hello != s->in)
		free(s->hello);
	return rc;
}

/* Waits for the next frame: 1, 0 when the node is gone, or negative errno. */
static int next_frame(struct session *s, struct frame *frame)
{
	for (;;) {
		size_t have = s->end - s->start;
		unsigned char *p = s->in + s->start;
		ssize_t n;

		if (have >= FRONT_HEADER) {
			frame->length = get32(p);
			frame->type = p[4];
			frame->flags = p[5];
			frame->stream = (uint16_t)(p[6] | p[7] << 8);
			frame->payload = (char *)p + FRONT_HEADER;
			if (frame->length > FRONT_CHUNK)
				return -EPROTO;
			if (have >= FRONT_HEADER + frame->length) {
				s->start += FRONT_HEADER + frame->length;
				return 1;
			}
		}
		if (s->start > 0) {
			memmove(s->in, p, have);
			s->start = 0;
			s->end = have;
		}
		n = read(s->socket, s->in + s->end, sizeof(s->in) - 1 - s->end);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 && errno != ECONNRESET ? -errno : 0;
		s->end += (size_t)n;
	}
}

static void put_result(unsigned char *head, unsigned stream, int error, uint32_t flags,
		       uint64_t size, size_t length)
{
	put_header(head, RESULT_HEAD - FRONT_HEADER + length, FRONT_RESULT, 0, stream);
	put32(head + 8, (uint32_t)error);
	put32(head + 12, flags);
	put32(head + 16, (uint32_t)size);
	put32(head + 20, (uint32_t)(size >> 32));
}

static int send_result(struct session *s, unsigned stream, int error, uint32_t flags, uint64_t size,
		       const char *text, size_t length)
{
	unsigned char head[RESULT_HEAD];
	int rc;

	if (error)
		length = strlen(text = strerror(error));
	put_result(head, stream, error, flags, size, length);
	rc = send_all(s, head, sizeof(head));
	return rc < 0 ? rc : send_all(s, text, length);
}

static int done(struct session *s, unsigned stream, int error)
{
	return send_result(s, stream, error, 0, 0, "", 0);
}

/* A user at a terminal may take long to type; a node that went away meanwhile must not go unseen. */
static int wait_readable(const struct session *s, int fd)
{
	struct pollfd ready[2] = {{.fd = fd, .events = POLLIN}, {.fd = s->socket, .events = POLLIN}};

	while (poll(ready, 2, -1) < 0)
		if (errno != EINTR)
			return -errno;
	return ready[1].revents ? -ECONNRESET : 0;
}

/* Bytes of a stream, after those that the buffer begins with: one piece wakes the node once. */
static int answer_read(struct session *s, size_t before, unsigned stream, size_t limit)
{
	unsigned char *data = s->out + before;
	int fd = s->file[stream].fd, flags = 0, rc;
	struct stat st;
	ssize_t n = fstat(fd, &st);

	if (n == 0 && !S_ISREG(st.st_mode)) {
		rc = wait_readable(s, fd);
		if (rc < 0)
			return rc;
	}
	if (n == 0)
		do
			n = read(fd, data + FRONT_HEADER,
				 limit < FRONT_CHUNK ? limit : FRONT_CHUNK);
		while (n < 0 && errno == EINTR);
	if (n < 0) {
		int error = errno;

		rc = send_all(s, s->out, before);
		return rc < 0 ? rc : done(s, stream, error);
	}
	/* Says that a small file is at its end at once, so that nobody has to ask again. */
	if (n == 0 || (S_ISREG(st.st_mode) && lseek(fd, 0, SEEK_CUR) == st.st_size))
		flags = FRONT_LAST;
	if (flags == FRONT_LAST && stream > STDERR_FILENO) {
		close(fd);
		s->file[stream].opened = 0;
	}
	put_header(data, (size_t)n, FRONT_DATA, flags, stream);
	return send_all(s, s->out, before + FRONT_HEADER + (size_t)n);
}

static int answer_open(struct session *s, unsigned stream, const char *path, int for_writing)
{
	int how = for_writing ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY;
	int fd = open(path, how | O_CLOEXEC | O_NOCTTY, 0666);
	struct stat st;

	if (fd >= 0 && !for_writing && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		errno = EISDIR;
		fd = -1;
	}
	if (fd < 0)
		return done(s, stream, errno);
	s->file[stream].fd = fd;
	s->file[stream].error = 0;
	s->file[stream].opened = 1;
	if (for_writing)
		return done(s, stream, 0);
	put_result(s->out, stream, 0, 0, 0, 0);
	return answer_read(s, RESULT_HEAD, stream, FRONT_CHUNK);
}

static int answer_close(struct session *s, unsigned stream)
{
	int error = s->file[stream].error;

	if (s->file[stream].opened && close(s->file[stream].fd) < 0 && !error)
		error = errno;
	s->file[stream].opened = 0;
	return done(s, stream, error);
}

static int answer_facts(struct session *s, const char *path)
{
	struct stat st;
	uint32_t flags = 0;

	if (stat(path, &st) < 0)
		return done(s, 0, errno);
	if (S_ISREG(st.st_mode))
		flags |= FRONT_IS_REGULAR;
	if (S_ISDIR(st.st_mode))
		flags |= FRONT_IS_DIRECTORY;
	if (access(path, X_OK) == 0)
		flags |= FRONT_IS_EXECUTABLE;
	return send_result(s, 0, 0, flags, (uint64_t)st.st_size, "", 0);
}

static int answer_list(struct session *s, const char *path)
{
	DIR *dir = opendir(path);
	char *names = dir ? malloc(FRONT_LIST_MAX) : NULL;
	size_t used = 0;
	int error = names ? 0 : errno, rc;
	struct dirent *entry;

	while (!error && (errno = 0, entry = readdir(dir))) {
		size_t length = strlen(entry->d_name) + 1;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (length > FRONT_LIST_MAX - used) {
			error = EOVERFLOW;
			break;
		}
		memcpy(names + used, entry->d_name, length);
		used += length;
	}
	if (names && !error)
		error = errno;
	rc = send_result(s, 0, error, 0, used, names, used);
	free(names);
	if (dir)
		closedir(dir);
	return rc;
}

/* Output that cannot be written ends the command; a file's error is told when it is closed. */
static int print(struct session *s, const struct frame *frame)
{
	unsigned stream = frame->stream;
	int rc;

	if (s->file[stream].error)
		return 0;
	rc = write_all(s->file[stream].fd, frame->payload, frame->length);
	if (rc < 0 && stream == STDOUT_FILENO)
		complain(s->front, "write error: ", strerror(-rc), NULL);
	if (rc < 0)
		s->file[stream].error = -rc;
	return rc < 0 && stream <= STDERR_FILENO ? rc : 0;
}

/* Does what one frame asks: 0, or negative errno. The payload may be changed. */
static int obey(struct session *s, const struct frame *frame)
{
	unsigned stream = frame->stream;

	if (stream >= FRONT_FILES_MAX)
		return -EPROTO;
	frame->payload[frame->length] = '\0';
	switch (frame->type) {
	case FRONT_OPEN_READ:
	case FRONT_OPEN_WRITE:
		if (s->file[stream].opened)
			return -EPROTO;
		return answer_open(s, stream, frame->payload, frame->type == FRONT_OPEN_WRITE);
	case FRONT_FACTS:
		return answer_facts(s, frame->payload);
	case FRONT_LIST:
		return answer_list(s, frame->payload);
	default:
		break;
	}
	if (!s->file[stream].opened)
		return -EPROTO;
	switch (frame->type) {
	case FRONT_WRITE:
		return print(s, frame);
	case FRONT_READ:
		if (frame->length != 4)
			return -EPROTO;
		return answer_read(s, 0, stream,
				   get32((unsigned char *)frame->payload));
	case FRONT_CLOSE:
		return answer_close(s, stream);
	default:
		return -EPROTO;
	}
}

/*
 * Called when the node has been silent for a while: some commands take long, but a node that is stopped, or
 * stuck, answers no new connection either.
 */
static int still_there(const struct front *f)
{
	int fd = socket_connect(f->socket), answers;

	if (fd < 0)
		return 1; /* gone, which the next read tells */
	answers = session_answers(f, fd);
	close(fd);
	return answers != -ETIMEDOUT;
}

static int session_over(struct session *s, int fd)
{
	struct front *f = s->front;
	struct timeval silence = {.tv_sec = SILENCE_S};
	struct frame frame = {0};
	int rc;

	for (int i = 0; i < 3; i++) {
		s->file[i].fd = i;
		s->file[i].opened = 1;
	}
	rc = send_hello(s, fd);
	/* A node that refuses closes early; what it said may still be there to be read. */
	if (rc < 0 && rc != -EPIPE && rc != -ECONNRESET) {
		complain(f, "cannot hand the command to the node: ", strerror(-rc), NULL);
		return 1;
	}
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof(silence));
	while ((rc = next_frame(s, &frame)) > 0 || (rc == -EAGAIN && still_there(f))) {
		if (rc < 0)
			continue;
		if (frame.type == FRONT_EXIT && frame.flags & FRONT_NOT_BEGUN)
			return SESSION_NOT_BEGUN;
		if (frame.type == FRONT_EXIT && frame.length == 4)
			return (int)(get32((unsigned char *)frame.payload) & 0xff);
		/* obey ends the payload with a NUL: the byte after it begins the next frame. */
		char after = frame.payload[frame.length];

		rc = obey(s, &frame);
		frame.payload[frame.length] = after;
		if (rc < 0)
			break;
	}
	if (rc == -EAGAIN)
		complain(f, "the node does not answer; is it stopped or very busy? The command may still be done",
			 NULL);
	else if (rc == 0 || rc == -EPIPE || rc == -ECONNRESET)
		complain(f, "the node went away before the command ended; it may or may not have been done",
			 NULL);
	else if (!s->file[STDOUT_FILENO].error)
		complain(f, "the session with the node failed: ", strerror(-rc), NULL);
	return 1;
}

int session_answers(const struct front *f, int fd)
{
	static char *command[] = {"roost", "version", NULL};
	static struct session s;
	struct frame frame = {0};
	struct timeval patience = {.tv_sec = PROBE_S};
	struct front probe = *f;
	int rc;

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	probe.argc = 2;
	probe.argv = command;
	if (make_hello(&s, &probe) < 0 || send_hello(&s, fd) < 0)
		return 0;
	while ((rc = next_frame(&s, &frame)) > 0)
		if (frame.type == FRONT_EXIT)
			return 1;
	return rc == -EAGAIN ? -ETIMEDOUT : 0;
}

int session_run(struct front *f)
{
	static struct session s;
	long pause_ms = PAUSE_FIRST_MS, waited_ms = 0;

	for (;;) {
		/* Those that began together shall not all come back together. */
		long ms = pause_ms + getpid() % pause_ms;
		struct timespec pause = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
		int made = make_hello(&s, f), fd = socket_connect(f->socket), status;

		if (fd < 0)
			return SESSION_NO_NODE;
		if (made < 0) {
			complain(f, "cannot hand the command to the node: ", strerror(-made), NULL);
			return 1;
		}
		status = session_over(&s, fd);
		close(fd);
		if (status != SESSION_NOT_BEGUN)
			return status;
		if (waited_ms > PATIENCE_MS) {
			complain(f, "too many commands at once; nothing was done, try again", NULL);
			return 1;
		}
		nanosleep(&pause, NULL);
		waited_ms += ms;
		pause_ms = pause_ms < PAUSE_MOST_MS ? 2 * pause_ms : pause_ms;
	}
}
