// SPDX-License-Identifier: Apache-2.0
// Pairs of sockets both of whose ends are the program's: no conversation, but how a loop of events is woken from another
// thread or a signal handler (Python's asyncio, Rust's tokio). The kernel does not say which sockets are a pair, so that
// is noted when one is made. Anything unusual about one, and it is a conversation like others.
// Context: normal (socketpair); signal handler (gather); resumed program.
#include "fds.h"
#include "real.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define PAIRS 1024 /* the last ones that were made */

static struct {
	u64 ino[2];
} pairs[PAIRS];
static u32 made;

static u64 inode(int fd)
{
	struct stat st;

	return RAW_SYS2(__NR_fstat, fd, &st) ? 0 : st.st_ino;
}

static void note(int one, int other)
{
	u32 at = __atomic_fetch_add(&made, 1, __ATOMIC_RELAXED) % PAIRS;

	pairs[at].ino[0] = inode(one);
	pairs[at].ino[1] = inode(other);
}

CK_EXPORT int CK_WRAP(socketpair)(int domain, int type, int protocol, int ends[2])
{
	int r = (int)ck_answer(RAW_SYS4(__NR_socketpair, domain, type, protocol, ends));

	if (r == 0 && domain == AF_UNIX && ck.active)
		note(ends[0], ends[1]);
	return r;
}

static u64 other_end(u64 ino)
{
	for (u32 i = 0; i < PAIRS; i++)
		for (int k = 0; k < 2; k++)
			if (pairs[i].ino[k] == ino)
				return pairs[i].ino[!k];
	return 0;
}

static bool is_open(u64 ino)
{
	for (u32 i = 0; i < ck.tables.n_fds; i++)
		if ((ck.tables.fds[i].mode & S_IFMT) == S_IFSOCK && ck.tables.fds[i].ino == ino)
			return true;
	return false;
}

static bool has_option(int fd, int option)
{
	u64 value[2] = {0, 0};
	u32 bytes = sizeof value;

	return RAW_SYS5(__NR_getsockopt, fd, SOL_SOCKET, option, value, &bytes) || value[0] || value[1];
}

static int number_option(int fd, int option)
{
	int value = 0;
	u32 bytes = sizeof value;

	RAW_SYS5(__NR_getsockopt, fd, SOL_SOCKET, option, &value, &bytes);
	return value;
}

/* Neither end shut down, no option that a new one lacks, and no messages whose bounds would have to be kept. */
static bool is_plain(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN | POLLRDHUP};
	struct raw_time at_once = {0, 0};

	RAW_SYS5(__NR_ppoll, &p, 1, &at_once, 0, 8);
	if (p.revents & (POLLRDHUP | POLLHUP | POLLERR))
		return false;
	if ((p.revents & POLLIN) && number_option(fd, SO_TYPE) != SOCK_STREAM)
		return false;
	return !has_option(fd, SO_PASSCRED) && !has_option(fd, SO_RCVTIMEO) && !has_option(fd, SO_SNDTIMEO);
}

/* Of the sockets in the table of descriptors, those that are no conversation. */
void ck_find_pairs(void)
{
	struct ck_tables *t = &ck.tables;

	for (struct ri_fd *f = t->fds; f < t->fds + t->n_fds; f++) {
		u64 other = f->kind == RI_FD_SOCKET ? other_end(f->ino) : 0;

		if (!other || !is_open(other) || !is_plain(f->fd))
			continue;
		f->kind = RI_FD_SOCKET_PAIR;
		f->aux[0] = other;
		f->aux[1] = (u64)number_option(f->fd, SO_TYPE);
		f->aux[2] = (u64)number_option(f->fd, SO_SNDBUF);
	}
}

/* The bytes waiting in one end, without taking them out. -EAGAIN: they carry descriptors. */
int ck_pair_content(struct ri_fd *f)
{
	struct ck_tables *t = &ck.tables;
	u32 at = t->n_strings;
	struct iovec v = {.iov_base = t->strings + at};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
	int waiting = 0;

	if (RAW_SYS3(__NR_ioctl, f->fd, FIONREAD, &waiting) || waiting <= 0)
		return 0;
	if (at + (u32)waiting > CK_STRINGS)
		return -7;
	v.iov_len = (size_t)waiting;
	if (RAW_SYS3(__NR_recvmsg, f->fd, &m, MSG_PEEK | MSG_DONTWAIT) != waiting || (m.msg_flags & MSG_CTRUNC)) {
		raw_strcpy(ck.why, "descriptors are on their way through a pair of sockets", sizeof ck.why);
		return -11;
	}
	f->data_off = at;
	f->data_bytes = (u64)waiting;
	t->n_strings += (u32)waiting;
	return 0;
}

/* ---- bring back ---- */

struct ri_fd *ck_other_end(const struct ri_fd *f)
{
	struct ck_tables *t = &ck.tables;

	for (struct ri_fd *o = t->fds; o < t->fds + t->n_fds; o++)
		if (o->kind == RI_FD_SOCKET_PAIR && o->ino == f->aux[0] && o->same_as < 0)
			return o;
	return NULL;
}

static long put_content(int end, const struct ri_fd *f)
{
	long n = f->data_bytes ? RAW_SYS6(__NR_sendto, end, ck_text((u32)f->data_off), f->data_bytes, MSG_DONTWAIT, 0, 0) : 0;

	return n == (long)f->data_bytes ? 0 : -28;
}

/* Both ends, with what waits in them. */
long ck_make_pair(const struct ri_fd *f, const struct ri_fd *other, int ends[2])
{
	int room = (int)(f->aux[2] / 2), others_room = (int)(other->aux[2] / 2); /* the kernel doubles them */
	long err = RAW_SYS4(__NR_socketpair, AF_UNIX, f->aux[1] | SOCK_CLOEXEC, 0, ends);

	if (err)
		return err;
	RAW_SYS5(__NR_setsockopt, ends[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
	RAW_SYS5(__NR_setsockopt, ends[1], SOL_SOCKET, SO_SNDBUF, &others_room, sizeof others_room);
	err = put_content(ends[1], f);
	return err ? err : put_content(ends[0], other);
}

/* For the next checkpoint. What was noted in the previous life may be the numbers of other sockets here. */
void ck_pairs_again(void)
{
	struct ck_tables *t = &ck.tables;

	raw_zero(pairs, sizeof pairs);
	for (const struct ri_fd *f = t->fds; f < t->fds + t->n_fds; f++) {
		const struct ri_fd *o = f->kind == RI_FD_SOCKET_PAIR && f->same_as < 0 ? ck_other_end(f) : NULL;

		if (o > f)
			note(f->fd, o->fd);
	}
}
