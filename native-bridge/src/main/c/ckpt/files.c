// SPDX-License-Identifier: Apache-2.0
// Open descriptors: what each one is, and what is needed to have it again. Offsets and counters are read in the program
// itself before the fork, because its copy shares them with a program that runs on. Context: signal handler; the content
// of files without a name and the flushing of written files happen in the writing process.
#include "fds.h"
#include "own_fds.h"
#include "readwrite.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define F_GETFD 1
#define F_GETFL 3

struct entry {
	u64 ino, off;
	u16 length;
	u8 type;
	char name[];
};

static char fdinfo[16384];

static const char *field(const char *name)
{
	const char *s = raw_find(fdinfo, name);

	if (!s)
		return NULL;
	s += raw_strlen(name);
	while (*s == ' ' || *s == '\t' || *s == ':' || *s == '(')
		s++;
	return s;
}

static u64 number_field(const char *name, unsigned base)
{
	const char *s = field(name);

	return s ? raw_number(&s, base) : 0;
}

/* /proc/thread-self/fd and fdinfo, while the table is gathered: names within them are looked up faster. */
static int fd_dir, info_dir;

/* The kernel gives all it has at once where there is room. */
static int read_fdinfo(int fd)
{
	char name[16];
	struct raw_text t;
	long n;
	int file;

	rt_init(&t, name, sizeof name);
	rt_num(&t, fd);
	file = (int)RAW_SYS4(__NR_openat, info_dir, name, 02000000 /* O_CLOEXEC */, 0);
	if (file < 0)
		return file;
	n = raw_read(file, fdinfo, sizeof fdinfo - 1);
	raw_close(file);
	fdinfo[n > 0 ? n : 0] = 0;
	return n < 0 ? (int)n : 0;
}

/* "(12, 345)": seconds and nanoseconds as nanoseconds. */
static u64 time_field(const char *name)
{
	const char *s = field(name);
	u64 sec;

	if (!s)
		return 0;
	sec = raw_number(&s, 10);
	while (*s == ',' || *s == ' ')
		s++;
	return sec * 1000000000ULL + raw_number(&s, 10);
}

static int watches(int epfd)
{
	struct ck_tables *t = &ck.tables;
	const char *s = fdinfo;

	while ((s = raw_find(s, "tfd:")) != NULL) {
		struct ri_watch *w = &t->watches[t->n_watches];

		if (t->n_watches == CK_MAX_WATCHES)
			return -7;
		s += 4;
		while (*s == ' ')
			s++;
		*w = (struct ri_watch){.epfd = epfd, .fd = (s32)raw_number(&s, 10)};
		s = raw_find(s, "events:");
		if (!s)
			return -22;
		for (s += 7; *s == ' '; s++)
			;
		w->events = (u32)raw_number(&s, 16);
		s = raw_find(s, "data:");
		if (!s)
			return -22;
		for (s += 5; *s == ' '; s++)
			;
		w->data = raw_number(&s, 16);
		t->n_watches++;
	}
	return 0;
}

/* "lock:	1: POSIX  ADVISORY  WRITE 321 fe:00:1234 0 EOF" */
static int locks(int fd)
{
	struct ck_tables *t = &ck.tables;
	const char *s = fdinfo;

	while ((s = raw_find(s, "lock:")) != NULL) {
		struct ri_lock *l = &t->locks[t->n_locks];
		const char *e = s;
		int column = 0;
		u64 last;

		if (t->n_locks == CK_MAX_LOCKS)
			return -7;
		*l = (struct ri_lock){.fd = fd};
		for (; *e && *e != '\n'; e++) {
			if (*e == ' ' || *e == '\t') {
				while (e[1] == ' ' || e[1] == '\t')
					e++;
				column++;
				s = e + 1;
				if (column == 2)
					l->type = raw_starts(s, "FLOCK")   ? RI_LOCK_FLOCK
						  : raw_starts(s, "POSIX") ? RI_LOCK_POSIX
						  : raw_starts(s, "OFDLCK") ? RI_LOCK_OFD
									    : 0;
				else if (column == 4)
					l->write = raw_starts(s, "WRITE");
				else if (column == 7)
					l->start = (s64)raw_number(&s, 10);
				else if (column == 8 && !raw_starts(s, "EOF")) {
					last = raw_number(&s, 10);
					l->bytes = (s64)last - l->start + 1;
				}
			}
		}
		s = e;
		if (l->type)
			t->n_locks++;
	}
	return 0;
}

/* The bytes waiting in a pipe, without taking them out: tee into another pipe and read that. */
static int pipe_content(struct ri_fd *f)
{
	struct ck_tables *t = &ck.tables;
	int waiting = 0, ends[2];
	u32 at = t->n_strings;
	long n;

	if (RAW_SYS3(__NR_ioctl, f->fd, FIONREAD, &waiting) || waiting <= 0 || (f->open_flags & 3) == 1)
		return 0;
	if (at + (u32)waiting > CK_STRINGS)
		return -7;
	if (RAW_SYS2(__NR_pipe2, ends, 02000000) < 0)
		return -24;
	raw_fcntl(ends[1], 1031 /* F_SETPIPE_SZ */, (long)f->aux[0]);
	n = RAW_SYS4(__NR_tee, f->fd, ends[1], waiting, 2 /* SPLICE_F_NONBLOCK */);
	if (n > 0)
		n = raw_read(ends[0], t->strings + at, (u64)n);
	raw_close(ends[0]);
	raw_close(ends[1]);
	if (n != waiting)
		return n < 0 ? (int)n : -5;
	f->data_off = at;
	f->data_bytes = (u64)n;
	t->n_strings += (u32)n;
	return 0;
}

static int special(struct ri_fd *f, const char *link)
{
	if (read_fdinfo(f->fd))
		return -5;
	if (raw_streq(link, "anon_inode:[eventfd]")) {
		f->kind = RI_FD_EVENTFD;
		f->aux[0] = number_field("eventfd-count", 16);
		f->aux[1] = number_field("eventfd-semaphore", 10);
	} else if (raw_streq(link, "anon_inode:[timerfd]")) {
		f->kind = RI_FD_TIMERFD;
		f->aux[0] = number_field("clockid", 10);
		f->aux[1] = time_field("it_value");
		f->aux[2] = time_field("it_interval");
		f->aux[3] = number_field("ticks", 10);
	} else if (raw_streq(link, "anon_inode:[signalfd]")) {
		f->kind = RI_FD_SIGNALFD;
		f->aux[0] = number_field("sigmask", 16);
	} else if (raw_streq(link, "anon_inode:[eventpoll]")) {
		f->kind = RI_FD_EPOLL;
		return watches(f->fd);
	} else {
		return -95;
	}
	return 0;
}

static bool was_there(const struct ri_fd *f)
{
	for (u32 i = 0; i < ck.n_inherited; i++) {
		const struct ck_inherited *h = &ck.inherited[i];

		if (h->fd == f->fd && h->ino == f->ino && h->dev == f->dev && h->mode == (f->mode & S_IFMT))
			return true;
	}
	return false;
}

/*
 * A shell's standard files are one open terminal, but each may be another when the program is restarted: what was there
 * under a number stays with the number. A further one is then more likely to be for output.
 */
static const struct ri_fd *shared_inherited(struct ri_fd *f, const struct ri_fd *same)
{
	const struct ri_fd *next = same + 1;

	if (was_there(f)) {
		f->kind = RI_FD_INHERITED;
		f->path = same->path;
		f->aux[0] = (u64)f->fd;
		f->aux[1] = (u64)same->fd + 1;
		return NULL;
	}
	return next < f && same->fd == 0 && next->fd == 1 && next->aux[1] == 1 ? next : same;
}

/*
 * One of those the program was started with: the same number and object, or a pipe, socket or terminal that was moved to
 * another number. A device like /dev/null looks the same each time it is opened, so there only the number counts.
 */
static bool inherited(struct ri_fd *f, const char *link)
{
	u32 type = f->mode & S_IFMT;
	bool unique = type == S_IFIFO || type == S_IFSOCK || raw_starts(link, "/dev/pts/") || raw_starts(link, "/dev/tty");

	for (int round = 0; round <= unique; round++)
		for (u32 i = 0; i < ck.n_inherited; i++) {
			const struct ck_inherited *h = &ck.inherited[i];

			if (h->ino == f->ino && h->dev == f->dev && h->mode == type && (round || h->fd == f->fd)) {
				f->kind = RI_FD_INHERITED;
				f->aux[0] = (u64)h->fd;
				return true;
			}
		}
	return false;
}

/*
 * An end of a pair of unnamed sockets from which nothing can come any more: not a conversation. Every JVM keeps one, to put
 * it in the place of descriptors that are being closed.
 */
static bool left_alone(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	struct raw_time at_once = {0, 0};
	int domain = 0, waiting = -1;
	struct sockaddr_un own, peer;
	u32 domain_bytes = sizeof domain, own_bytes = sizeof own, peer_bytes = sizeof peer;

	if (RAW_SYS5(__NR_getsockopt, fd, SOL_SOCKET, SO_DOMAIN, &domain, &domain_bytes) || domain != AF_UNIX ||
	    RAW_SYS3(__NR_getsockname, fd, &own, &own_bytes) || RAW_SYS3(__NR_getpeername, fd, &peer, &peer_bytes) ||
	    own_bytes != sizeof own.sun_family || peer_bytes != sizeof peer.sun_family)
		return false;
	return RAW_SYS5(__NR_ppoll, &p, 1, &at_once, 0, 8) == 1 && (p.revents & POLLHUP) &&
	       !RAW_SYS3(__NR_ioctl, fd, FIONREAD, &waiting) && waiting == 0;
}

/* A POSIX message queue looks like a file "/name". */
static bool is_queue(int fd, const char *link)
{
	struct {
		u64 type, rest[31];
	} fs;

	for (const char *s = link + 1; *s; s++)
		if (*s == '/')
			return false;
	return RAW_SYS2(__NR_fstatfs, fd, &fs) == 0 && fs.type == MQUEUE_MAGIC;
}

static int classify(struct ri_fd *f, const char *link)
{
	u32 type = f->mode & S_IFMT;
	u64 n = raw_strlen(link);

	f->path = ck_string(link);
	if (inherited(f, link))
		return 0;
	if (raw_starts(link, "anon_inode:"))
		return special(f, link);
	if (raw_streq(link, "/dev/ptmx") || raw_streq(link, "/dev/pts/ptmx") || raw_starts(link, "/secretmem"))
		return -95;
	switch (type) {
	case S_IFREG:
		if (is_queue(f->fd, link))
			return -95;
		if (read_fdinfo(f->fd))
			return -5;
		f->kind = raw_starts(link, "/memfd:") || (n > 10 && raw_streq(link + n - 10, " (deleted)")) ? RI_FD_CONTENT
													     : RI_FD_FILE;
		return locks(f->fd);
	case S_IFDIR:
		f->kind = RI_FD_FILE;
		return 0;
	case S_IFCHR:
	case S_IFBLK:
		f->kind = RI_FD_DEVICE;
		return 0;
	case S_IFIFO:
		f->kind = link[0] == '/' ? RI_FD_DEVICE : RI_FD_PIPE;
		f->aux[0] = (u64)raw_fcntl(f->fd, 1032 /* F_GETPIPE_SZ */, 0);
		return 0;
	case S_IFSOCK:
		f->kind = left_alone(f->fd) ? RI_FD_LEFT_SOCKET : RI_FD_SOCKET;
		return 0;
	default:
		return -95;
	}
}

static int add(int fd)
{
	struct ck_tables *t = &ck.tables;
	struct ri_fd *f = &t->fds[t->n_fds];
	static char link[CK_PATH];
	char name[16];
	const struct ri_fd *same;
	struct raw_text text;
	struct stat st;
	long n;
	int err;

	if (RAW_SYS2(__NR_fstat, fd, &st))
		return 0; /* closed by another thread just now: it was not there at the moment of the stop */
	raw_zero(f, sizeof *f);
	f->fd = fd;
	f->mode = st.st_mode;
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	f->size = (u64)st.st_size;
	f->open_flags = (u32)raw_fcntl(fd, F_GETFL, 0);
	f->fd_flags = (u32)raw_fcntl(fd, F_GETFD, 0);
	f->offset = raw_lseek(fd, 0, 1);
	if (f->offset < 0)
		f->offset = -1;
	f->same_as = -1;
	same = ck_find_shared(f);
	if (same && same->kind == RI_FD_INHERITED) {
		same = shared_inherited(f, same);
		if (!same) {
			t->n_fds++;
			return 0;
		}
	}
	if (same) { /* what is asked below, its locks too, belongs to the open file */
		f->same_as = same->fd;
		f->kind = same->kind;
		f->path = same->path;
		raw_copy(f->aux, same->aux, sizeof f->aux);
		t->n_fds++;
		return 0;
	}
	rt_init(&text, name, sizeof name);
	rt_num(&text, fd);
	n = RAW_SYS4(__NR_readlinkat, fd_dir, name, link, sizeof link - 1);
	link[n > 0 ? n : 0] = 0;
	err = classify(f, link);
	if (err == -95) {
		rt_init(&text, ck.why, sizeof ck.why);
		rt_str(&text, "descriptor ");
		rt_num(&text, fd);
		rt_str(&text, " cannot be brought back: ");
		rt_str(&text, link);
	}
	t->n_fds++;
	return err;
}

/* Fills the descriptor table, by number. -EOPNOTSUPP with ck.why when one of them can never come back. */
int ck_gather_table(void)
{
	struct ck_tables *t = &ck.tables;
	u32 count = 0;
	int err = 0;
	long n;

	fd_dir = raw_open("/proc/thread-self/fd", 0200000 | 02000000, 0);
	if (fd_dir < 0)
		return fd_dir;
	t->n_fds = t->n_locks = t->n_watches = 0;
	t->n_strings = 0;
	ck_string("");
	ck_sharing_begin();
	while ((n = RAW_SYS3(__NR_getdents64, fd_dir, ck.scratch.text, 32768)) > 0)
		for (long at = 0; at < n;) {
			struct entry *e = (struct entry *)(void *)(ck.scratch.text + at);
			const char *s = e->name;
			int fd = (int)raw_number(&s, 10);

			at += e->length;
			if (e->name[0] == '.' || fd == fd_dir || fd == ck.cmd_fd || fd == ck.image_fd ||
			    ck_readwrite_owns(fd) || ck_track_owns(fd))
				continue;
			if (count == CK_MAX_FDS)
				err = -7;
			else
				t->fds[count++].fd = fd; /* add() overwrites no number before it has read it */
		}
	info_dir = raw_open("/proc/thread-self/fdinfo", 0200000 | 02000000, 0);
	if (info_dir < 0)
		err = info_dir;
	for (u32 i = 0; i < count && !err; i++)
		err = add(t->fds[i].fd);
	raw_close(info_dir);
	raw_close(fd_dir);
	ck_find_pairs();
	return err;
}

/*
 * The table was filled by ck_communicating(); where only one thread runs, nothing has changed since. Content of pipes is
 * taken here, at the moment of the stop.
 */
int ck_gather_fds(void)
{
	struct ck_tables *t = &ck.tables;
	int err = ck.fds_fresh && t->n_threads == 1 ? 0 : ck_gather_table();

	ck.fds_fresh = false;
	for (u32 i = 0; i < t->n_fds && !err; i++) {
		bool done = false;

		if (t->fds[i].kind == RI_FD_SOCKET) { /* opened before the threads had stopped */
			raw_strcpy(ck.why, "a network connection was just opened", sizeof ck.why);
			return -11;
		}
		if (t->fds[i].kind == RI_FD_SOCKET_PAIR && t->fds[i].same_as < 0)
			err = ck_pair_content(&t->fds[i]);
		if (t->fds[i].kind != RI_FD_PIPE)
			continue;
		for (u32 k = 0; k < i; k++)
			done |= t->fds[k].kind == RI_FD_PIPE && t->fds[k].ino == t->fds[i].ino && t->fds[k].data_bytes;
		if (!done)
			err = pipe_content(&t->fds[i]);
	}
	return err;
}

/* In the writing process: what no name leads to goes into the image; what the program wrote becomes durable with it. */
int ck_write_contents(void)
{
	struct ck_tables *t = &ck.tables;

	for (u32 i = 0; i < t->n_fds; i++) {
		struct ri_fd *f = &t->fds[i];
		int err;

		if ((f->kind == RI_FD_FILE || f->kind == RI_FD_INHERITED) && f->same_as < 0 && (f->mode & S_IFMT) == S_IFREG &&
		    (f->open_flags & 3))
			RAW_SYS1(__NR_fdatasync, f->fd);
		if (f->kind != RI_FD_CONTENT || f->same_as >= 0)
			continue;
		f->data_off = ck_out_offset();
		while (f->data_bytes < f->size) {
			u64 room;
			void *to = ck_out_room(&room);
			long n;

			if (room > f->size - f->data_bytes)
				room = f->size - f->data_bytes;
			n = raw_pread(f->fd, to, room, f->data_bytes);
			if (n <= 0)
				break;
			f->data_bytes += (u64)n;
			err = ck_out_commit((u64)n);
			if (err < 0)
				return err;
		}
		err = ck_out_hole(RAW_ALIGN(ck_out_offset(), RAW_PAGE) - ck_out_offset());
		if (err < 0)
			return err;
	}
	return 0;
}
