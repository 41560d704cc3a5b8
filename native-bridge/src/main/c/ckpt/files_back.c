// SPDX-License-Identifier: Apache-2.0
// Brings the descriptor table back: every number, offset, flag and sharing. Context: resumed program, no libc.
#include "fds.h"

#include <linux/stat.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define F_SETFL 4
#define F_SETFD 2
#define STASH 1000 /* where descriptors of the restarting process wait */

static int stash[CK_INHERITED];
static int high; /* everything from here up is ours for the moment */
static bool crowded; /* the limit of open files is so low that some of ours are below, nevertheless */

static bool is_ours(const struct ri_handoff *h, int fd)
{
	return fd == h->image_fd || fd == h->message_fd || fd == h->cmd_fd;
}

static void __attribute__((noreturn)) cannot_reopen(const char *path, long err)
{
	ck_debug(CK_D_ALWAYS, "open failed: ", ck_strerror(err), "");
	ck_error("Couldn't re-open '", path, "' after a restart.  Please fix it.\n\n");
	ck_kill_self(9);
}

/* A number above all the program's own: limits may be low, so it is looked for downwards. */
static int move_high(int fd)
{
	int r = raw_dup_high(fd, RAW_DUPFD_CLOEXEC, high);

	crowded |= r < high;
	return r;
}

static long open_file(const struct ri_fd *f)
{
	u32 flags = f->open_flags & ~(u32)(0100 | 0200 | 01000); /* O_CREAT O_EXCL O_TRUNC */
	long fd = raw_open(ck_text(f->path), (int)flags | 02000000, 0);

	if (fd == -1 && (flags & 01000000)) /* O_NOATIME of somebody else's file */
		fd = raw_open(ck_text(f->path), (int)(flags & ~01000000u) | 02000000, 0);
	return fd;
}

/*
 * A file that this user may not open: a privileged process opened it and started the program with it. If the restart was
 * started with it, too, that one is taken.
 */
static long open_or_take(struct ri_fd *f)
{
	int own = (int)f->aux[0] - 1;
	long fd = open_file(f);

	f->aux[0] = 0;
	if (own < 0)
		return fd;
	if (fd == -13 || fd == -1) /* EACCES EPERM */
		return own;
	raw_close(own);
	return fd;
}

/* The restarting process's descriptors that open_or_take() may want: same number, same file, same way of access. */
static void stash_same_files(void)
{
	struct stat st;

	for (struct ri_fd *f = ck.tables.fds; f < ck.tables.fds + ck.tables.n_fds; f++) {
		if (f->kind != RI_FD_FILE || f->same_as >= 0)
			continue;
		f->aux[0] = 0;
		if (RAW_SYS2(__NR_fstat, f->fd, &st) || st.st_ino != f->ino || st.st_dev != f->dev ||
		    ((u32)raw_fcntl(f->fd, 3 /* F_GETFL */, 0) & 3) != (f->open_flags & 3))
			continue;
		f->aux[0] = (u64)(move_high(f->fd) + 1);
	}
}

static long open_content(const struct ri_handoff *h, const struct ri_fd *f)
{
	long fd = RAW_SYS2(__NR_memfd_create, "unlinked file", 1);
	u64 done = 0;

	if (fd < 0)
		return fd;
	while (done < f->data_bytes) {
		u64 n = f->data_bytes - done;
		long r;

		if (n > ck.scratch.text_bytes)
			n = ck.scratch.text_bytes;
		r = raw_pread(h->image_fd, ck.scratch.text, n, f->data_off + done);
		if (r <= 0)
			return -5;
		if (RAW_SYS4(__NR_pwrite64, fd, ck.scratch.text, r, done) != r)
			return -28;
		done += (u64)r;
	}
	RAW_SYS2(__NR_ftruncate, fd, f->size);
	raw_fcntl((int)fd, F_SETFL, f->open_flags & 06000); /* O_APPEND O_NONBLOCK */
	return fd;
}

static long open_timerfd(const struct ri_fd *f)
{
	long fd = RAW_SYS2(__NR_timerfd_create, f->aux[0], (f->open_flags & 04000) | 02000000);
	u64 left = f->aux[3] ? 1 : f->aux[1]; /* an expiration that was not read yet: expires at once */
	s64 spec[4] = {(s64)(f->aux[2] / 1000000000), (s64)(f->aux[2] % 1000000000), (s64)(left / 1000000000),
		       (s64)(left % 1000000000)};

	if (fd >= 0)
		RAW_SYS4(__NR_timerfd_settime, fd, 0, spec, 0);
	return fd;
}

/* Both ends of a pipe are made together; the ends that later records need wait above. */
static long open_pipe(struct ri_fd *f)
{
	struct ck_tables *t = &ck.tables;
	int ends[2];
	bool writes = (f->open_flags & 3) == 1;
	long mine;

	if (f->aux[3]) {
		mine = (long)f->aux[3] - 1; /* made when the other end was */
		f->aux[3] = 0;
		return mine;
	}
	if (RAW_SYS2(__NR_pipe2, ends, 02000000) < 0)
		return -24;
	raw_fcntl(ends[1], 1031 /* F_SETPIPE_SZ */, (long)f->aux[0]);
	for (u32 i = 0; i < t->n_fds; i++)
		if (t->fds[i].kind == RI_FD_PIPE && t->fds[i].ino == f->ino && t->fds[i].data_bytes)
			raw_write(ends[1], ck_text((u32)t->fds[i].data_off), t->fds[i].data_bytes);
	mine = -1;
	for (struct ri_fd *o = f + 1; o < t->fds + t->n_fds; o++)
		if (o->kind == RI_FD_PIPE && o->ino == f->ino && o->same_as < 0 && ((o->open_flags & 3) == 1) != writes) {
			int other = move_high(writes ? ends[0] : ends[1]);

			if (other < 0)
				return other;
			o->aux[3] = (u64)other + 1;
			mine = 0;
			break;
		}
	raw_close(writes ? ends[0] : ends[1]);
	return writes ? ends[1] : ends[0];
}

/* Both ends of a pair of sockets, likewise. */
static long open_pair(struct ri_fd *f)
{
	struct ri_fd *other = ck_other_end(f);
	long mine = (long)f->aux[3] - 1, err;
	int ends[2], waits;

	f->aux[3] = 0;
	if (mine >= 0)
		return mine;
	err = other ? ck_make_pair(f, other, ends) : -2;
	if (err)
		return err;
	waits = move_high(ends[1]);
	raw_close(ends[1]);
	other->aux[3] = (u64)(waits + 1);
	return waits < 0 ? waits : ends[0];
}

static long open_left_socket(u32 nonblock)
{
	int ends[2];
	long err = RAW_SYS4(__NR_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | nonblock, 0, ends);

	if (err)
		return err;
	raw_close(ends[1]);
	return ends[0];
}

static long open_inherited(const struct ri_fd *f)
{
	long fd = -9;

	for (u32 i = 0; i < ck.n_inherited; i++)
		if (ck.inherited[i].fd == (int)f->aux[0] && stash[i] >= 0)
			fd = raw_fcntl(stash[i], RAW_DUPFD_CLOEXEC, 0);
	if (fd >= 0)
		return fd;
	if (f->aux[0] > 2)
		ck_warn_text(CK_UNSUP, "a pipe or socket the program was started with is not there now: /dev/null in its place");
	return raw_open("/dev/null", 02 | 02000000, 0);
}

static long open_again(const struct ri_handoff *h, struct ri_fd *f)
{
	u32 nonblock = f->open_flags & 04000;

	switch (f->kind) {
	case RI_FD_FILE:
		return open_or_take(f);
	case RI_FD_DEVICE:
		return open_file(f);
	case RI_FD_CONTENT:
		return open_content(h, f);
	case RI_FD_INHERITED:
		return open_inherited(f);
	case RI_FD_EVENTFD:
		return RAW_SYS2(__NR_eventfd2, f->aux[0], nonblock | 02000000 | (f->aux[1] ? 1 : 0));
	case RI_FD_TIMERFD:
		return open_timerfd(f);
	case RI_FD_SIGNALFD:
		return RAW_SYS4(__NR_signalfd4, -1, &f->aux[0], 8, nonblock | 02000000);
	case RI_FD_EPOLL:
		return RAW_SYS1(__NR_epoll_create1, 02000000);
	case RI_FD_PIPE:
		return open_pipe(f);
	case RI_FD_SOCKET_PAIR:
		return open_pair(f);
	case RI_FD_LEFT_SOCKET:
		return open_left_socket(nonblock);
	default:
		return -95;
	}
}

/* The old offset, also on the restarting process's own standard files, unless they append. */
static void seek(const struct ri_fd *f)
{
	struct stat st;

	if (f->offset < 0)
		return;
	if (f->kind == RI_FD_INHERITED &&
	    (RAW_SYS2(__NR_fstat, f->fd, &st) || (st.st_mode & S_IFMT) != S_IFREG || (f->mode & S_IFMT) != S_IFREG ||
	     (raw_fcntl(f->fd, 3, 0) & 02000)))
		return;
	raw_lseek(f->fd, f->offset, 0);
}

static void put(const struct ri_handoff *h, struct ri_fd *f)
{
	long fd = f->same_as >= 0 ? raw_fcntl(f->same_as, RAW_DUPFD_CLOEXEC, 0) : open_again(h, f);

	if (fd < 0)
		cannot_reopen(ck_text(f->path), fd);
	if (fd != f->fd) {
		RAW_SYS3(__NR_dup3, fd, f->fd, 02000000);
		raw_close((int)fd);
	}
	if (f->kind == RI_FD_PIPE || f->kind == RI_FD_SOCKET_PAIR)
		raw_fcntl(f->fd, F_SETFL, f->open_flags & 04000);
	if (f->same_as < 0)
		seek(f);
}

static void watch(void)
{
	struct ck_tables *t = &ck.tables;

	for (u32 i = 0; i < t->n_watches; i++) {
		const struct ri_watch *w = &t->watches[i];
		struct epoll_event ev = {.events = w->events, .data.u64 = w->data};

		RAW_SYS4(__NR_epoll_ctl, w->epfd, EPOLL_CTL_ADD, w->fd, &ev);
	}
}

void ck_bring_back_locks(void)
{
	struct ck_tables *t = &ck.tables;

	for (u32 i = 0; i < t->n_locks; i++) {
		const struct ri_lock *l = &t->locks[i];
		struct {
			short type, whence;
			s64 start, len;
			s32 pid;
		} fl = {(short)(l->write ? 1 : 0), 0, l->start, l->bytes, 0};
		long err = l->type == RI_LOCK_FLOCK ? RAW_SYS2(__NR_flock, l->fd, 4 | (l->write ? 2 : 1))
			   : l->type == RI_LOCK_POSIX ? raw_fcntl(l->fd, 6 /* F_SETLK */, (long)&fl)
						      : raw_fcntl(l->fd, 37 /* F_OFD_SETLK */, (long)&fl);

		if (err)
			ck_warn_text(CK_UNSUP, "a file lock could not be taken again: another process holds it now");
	}
}

/* From now on the inherited objects are those of this process: a later checkpoint must know them again. */
static void adopt_inherited(void)
{
	for (u32 i = 0; i < ck.n_inherited; i++) {
		struct ck_inherited *in = &ck.inherited[i];
		struct stat st;

		if (stash[i] < 0)
			continue;
		if (!RAW_SYS2(__NR_fstat, stash[i], &st))
			*in = (struct ck_inherited){in->fd, st.st_mode & S_IFMT, st.st_dev, st.st_ino};
		raw_close(stash[i]);
	}
}

/* The restorer's descriptors go above the program's numbers. */
static void make_way(int *fd)
{
	int moved = *fd < 0 ? -1 : move_high(*fd);

	if (moved < 0)
		return;
	raw_close(*fd);
	*fd = moved;
}

static bool stashed(int fd)
{
	for (u32 i = 0; i < ck.n_inherited; i++)
		if (stash[i] == fd)
			return true;
	for (u32 i = 0; i < ck.tables.n_fds; i++)
		if (ck.tables.fds[i].kind == RI_FD_FILE && (int)ck.tables.fds[i].aux[0] - 1 == fd)
			return true;
	return false;
}

/* What else the restarting shell had open would change the numbers the program gets next. */
static void close_others(const struct ri_handoff *h)
{
	if (!crowded) {
		RAW_SYS3(__NR_close_range, 0, high - 1, 0);
		return;
	}
	for (int fd = 0; fd < high; fd++)
		if (!is_ours(h, fd) && !stashed(fd))
			raw_close(fd);
}

/*
 * The restorer's own descriptors are moved out of the way and noted in h. While this lasts the limit of open files is as
 * high as it may be; it stays so when the program has descriptors beyond the one it was.
 */
int ck_bring_back_fds(struct ri_handoff *h)
{
	struct ck_tables *t = &ck.tables;
	u64 limit[2] = {0, 0}, most[2];

	high = STASH;
	for (u32 i = 0; i < t->n_fds; i++)
		if (t->fds[i].fd >= high)
			high = t->fds[i].fd + 1;
	RAW_SYS4(__NR_prlimit64, 0, 7 /* RLIMIT_NOFILE */, 0, limit);
	most[0] = most[1] = limit[1];
	RAW_SYS4(__NR_prlimit64, 0, 7, most, 0);
	make_way(&h->image_fd);
	make_way(&h->message_fd);
	ck_set_message_fd(h->message_fd);
	make_way(&h->cmd_fd);
	for (u32 i = 0; i < ck.n_inherited; i++)
		stash[i] = raw_fcntl(ck.inherited[i].fd, 1, 0) < 0 ? -1 : move_high(ck.inherited[i].fd);
	stash_same_files();
	close_others(h);
	for (u32 i = 0; i < t->n_fds; i++) {
		if (is_ours(h, t->fds[i].fd))
			return -24; /* the limit left no other number for it */
		put(h, &t->fds[i]);
	}
	ck_pairs_again();
	watch();
	ck_bring_back_locks();
	for (u32 i = 0; i < t->n_fds; i++)
		raw_fcntl(t->fds[i].fd, F_SETFD, t->fds[i].fd_flags);
	adopt_inherited();
	if ((u64)high < limit[0] || high == STASH)
		RAW_SYS4(__NR_prlimit64, 0, 7, limit, 0);
	return 0;
}
