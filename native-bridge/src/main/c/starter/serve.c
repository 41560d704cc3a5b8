/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections of the starter: accept, gather frames, hand them to job.c, write answers. Normal
 * context, never blocks.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "starter.h"

int st_watch(struct starter *s, int fd, uint32_t tag, uint32_t events)
{
	struct epoll_event e = { .events = events, .data.u32 = tag };

	return epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &e) == 0 ? 0 : -errno;
}

/*
 * Binds by the directory's descriptor, because a socket address holds 107 bytes and a path may be
 * longer.
 */
int st_listen(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	const char *base = strrchr(path, '/');
	char dir[4096];
	int fd, dirfd, err = 0;

	if (!base || base - path >= (ssize_t)sizeof dir)
		return -EINVAL;
	snprintf(dir, sizeof dir, "%.*s", base == path ? 1 : (int)(base - path), path);
	dirfd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dirfd < 0)
		return -errno;
	if (snprintf(addr.sun_path, sizeof addr.sun_path, "/proc/self/fd/%d/%s", dirfd, base + 1) >=
	    (int)sizeof addr.sun_path)
		err = -ENAMETOOLONG;
	fd = err ? -1 : socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (!err && fd < 0)
		err = -errno;
	/* The process's umask, 077, makes the socket 0600 from the first moment. */
	if (!err && (bind(fd, (struct sockaddr *)&addr, sizeof addr) != 0 || listen(fd, 8) != 0))
		err = -errno;
	close(dirfd);
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

bool st_has_conns(const struct starter *s)
{
	for (int i = 0; i < ST_CONNS_MAX; i++)
		if (s->conns[i].fd >= 0)
			return true;
	return false;
}

bool st_all_written(const struct starter *s)
{
	for (int i = 0; i < ST_CONNS_MAX; i++)
		if (s->conns[i].fd >= 0 && s->conns[i].out_len)
			return false;
	return true;
}

static void drop(struct starter *s, int index)
{
	struct st_conn *c = &s->conns[index];

	if (c->fd < 0)
		return;
	close(c->fd);
	free(c->in);
	free(c->out);
	*c = (struct st_conn){ .fd = -1 };
	if (s->launch_conn == index)
		s->launch_conn = ST_NO_CONN;
}

void st_close_conns(struct starter *s)
{
	for (int i = 0; i < ST_CONNS_MAX; i++)
		drop(s, i);
}

static void flush(struct starter *s, int index)
{
	struct st_conn *c = &s->conns[index];

	while (c->out_len) {
		ssize_t n = send(c->fd, c->out, c->out_len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			struct epoll_event e = { .events = EPOLLIN | EPOLLOUT,
						 .data.u32 = ST_TAG_CONN + (uint32_t)index };

			epoll_ctl(s->epoll, EPOLL_CTL_MOD, c->fd, &e);
			return;
		}
		if (n < 0) {
			drop(s, index);
			return;
		}
		c->out_len -= (size_t)n;
		memmove(c->out, c->out + n, c->out_len);
	}
	if (c->closing)
		drop(s, index);
}

/* A peer that does not read is cut off: its backlog must not grow in this small process. */
void st_send(struct starter *s, int index, const struct st_writer *frame)
{
	struct st_conn *c;

	if (index == ST_NO_CONN || s->conns[index].fd < 0 || frame->bad)
		return;
	c = &s->conns[index];
	if (c->out_len + frame->len > ST_OUT_MAX) {
		drop(s, index);
		return;
	}
	if (c->out_len + frame->len > c->out_cap) {
		size_t cap = c->out_len + frame->len + 1024;
		uint8_t *more = realloc(c->out, cap);

		if (!more) {
			drop(s, index);
			return;
		}
		c->out = more;
		c->out_cap = cap;
	}
	memcpy(c->out + c->out_len, frame->buf, frame->len);
	c->out_len += frame->len;
	flush(s, index);
}

void st_send_to_others(struct starter *s, int but, const struct st_writer *frame)
{
	for (int i = 0; i < ST_CONNS_MAX; i++)
		if (i != but)
			st_send(s, i, frame);
}

void st_send_error(struct starter *s, int conn, uint32_t id, int err, const char *text)
{
	uint8_t buf[FRAME_HEADER_BYTES + 8 + TEXT_MAX];
	struct st_writer w;

	st_frame_begin(&w, buf, sizeof buf);
	st_put_i32(&w, err < 0 ? -err : err);
	st_put_str(&w, text);
	st_frame_seal(&w, FRAME_ERROR, id);
	st_send(s, conn, &w);
}

static int place_for(struct starter *s)
{
	for (int i = 0; i < ST_CONNS_MAX; i++)
		if (s->conns[i].fd < 0)
			return i;
	for (int i = 0; i < ST_CONNS_MAX; i++)
		if (!s->conns[i].spoke) {
			/* Somebody who connects and says nothing keeps nobody out. */
			drop(s, i);
			return i;
		}
	return -1;
}

void st_serve_listener(struct starter *s)
{
	struct ucred peer;
	socklen_t len = sizeof peer;
	int fd = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	int i;

	if (fd < 0)
		return;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 ||
	    (peer.uid != geteuid() && peer.uid != 0)) {
		close(fd);
		return;
	}
	i = place_for(s);
	if (i < 0 || st_watch(s, fd, ST_TAG_CONN + (uint32_t)i, EPOLLIN) != 0) {
		close(fd);
		return;
	}
	s->conns[i] = (struct st_conn){ .fd = fd };
	s->had_conn = true;
}

/*
 * How many bytes the frame at the start of the buffer has, 0 if that is not known yet, or a
 * negative errno.
 */
static ssize_t frame_bytes(const struct starter *s, const struct st_conn *c, struct st_header *h)
{
	int err;

	if (c->in_len < FRAME_HEADER_BYTES)
		return 0;
	err = st_header_parse(c->in, h);
	if (!err && h->length > FRAME_SMALL_BODY_MAX &&
	    (h->type != FRAME_LAUNCH || s->phase != PHASE_IDLE))
		err = -EMSGSIZE;
	return err ? err : (ssize_t)(FRAME_HEADER_BYTES + h->length);
}

static void refuse(struct starter *s, int index, int err, const char *text)
{
	s->conns[index].closing = true;
	s->conns[index].in_len = 0;
	st_send_error(s, index, 0, err, text);
}

static void take_frames(struct starter *s, int index)
{
	struct st_conn *c = &s->conns[index];

	while (c->fd >= 0 && !c->closing) {
		struct st_header h;
		ssize_t bytes = frame_bytes(s, c, &h);

		if (bytes < 0) {
			refuse(s, index, (int)bytes,
			       bytes == -EMSGSIZE
				       ? "frame too long"
				       : "this is not a frame of the starter's protocol");
			return;
		}
		if (bytes == 0 || c->in_len < (size_t)bytes)
			return;
		if (!st_frame_intact(c->in, &h)) {
			refuse(s, index, -EBADMSG, "frame with a wrong checksum");
			return;
		}
		c->spoke = true;
		st_job_request(s, index, &h, c->in + FRAME_HEADER_BYTES);
		if (c->fd < 0 || c->closing)
			return;
		c->in_len -= (size_t)bytes;
		memmove(c->in, c->in + bytes, c->in_len);
	}
}

/* Room for the frame that has begun, and no more than it needs. */
static int make_room(struct starter *s, struct st_conn *c)
{
	struct st_header h;
	ssize_t bytes = frame_bytes(s, c, &h);
	size_t want = bytes > 4096 ? (size_t)bytes : 4096;
	uint8_t *more;

	if (c->in_len < c->in_cap && want <= c->in_cap)
		return 0;
	more = realloc(c->in, want);
	if (!more)
		return -ENOMEM;
	c->in = more;
	c->in_cap = want;
	return 0;
}

void st_serve_conn(struct starter *s, int index, uint32_t events)
{
	struct st_conn *c = &s->conns[index];

	if (c->fd >= 0 && events & EPOLLOUT) {
		struct epoll_event e = { .events = EPOLLIN,
					 .data.u32 = ST_TAG_CONN + (uint32_t)index };

		epoll_ctl(s->epoll, EPOLL_CTL_MOD, c->fd, &e);
		flush(s, index);
	}
	while (c->fd >= 0) {
		ssize_t n;

		if (make_room(s, c) != 0) {
			drop(s, index);
			return;
		}
		n = recv(c->fd, c->in + c->in_len, c->in_cap - c->in_len, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n <= 0) {
			drop(s, index);
			return;
		}
		if (c->closing)
			continue; /* read and forget, so that the refusal is not lost to a reset */
		c->in_len += (size_t)n;
		take_frames(s, index);
	}
}
