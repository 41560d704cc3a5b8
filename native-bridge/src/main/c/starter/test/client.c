/* SPDX-License-Identifier: Apache-2.0 */
#include "client.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../proc.h"
#include "frame.h"

char test_dir[256];
static int jobs;

void die(const char *file, int line, const char *what)
{
	printf("FAILED at %s:%d: %s (errno %d)\n", file, line, what, errno);
	fflush(stdout);
	_exit(1);
}

static void pause_ms(int ms)
{
	usleep((useconds_t)ms * 1000);
}

int starter_connect(const char *dir, const char *name)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int at = open(dir, O_PATH | O_CLOEXEC);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(addr.sun_path, sizeof addr.sun_path, "/proc/self/fd/%d/%s", at, name);
	if (at < 0 || connect(fd, (struct sockaddr *)&addr, sizeof addr) != 0) {
		close(fd);
		fd = -1;
	}
	close(at);
	return fd;
}

void starter_begin(struct job *j)
{
	char program[300], path[320];
	struct answer *status;
	int wstatus;
	pid_t pid;

	memset(j, 0, sizeof *j);
	snprintf(program, sizeof program, "%s/roost-starter", test_dir);
	snprintf(path, sizeof path, "%s/spare.sock", test_dir);
	snprintf(j->dir, sizeof j->dir, "%s/job%d-%d", test_dir, (int)getpid(), ++jobs);
	snprintf(j->box, sizeof j->box, "%s/box", j->dir);
	CHECK(mkdir(j->dir, 0755) == 0 && mkdir(j->box, 0755) == 0);
	unlink(path);
	pid = fork();
	if (pid == 0) {
		execl(program, program, "--listen", path, (char *)NULL);
		_exit(126);
	}
	CHECK(waitpid(pid, &wstatus, 0) == pid && wstatus == 0);
	j->fd = starter_connect(test_dir, "spare.sock");
	CHECK(j->fd >= 0);
	status = ask(j, FRAME_STATUS);
	CHECK(status->type == FRAME_STATUS_REPLY && st_get_u32(&status->in) == PHASE_IDLE);
	st_get_u32(&status->in);
	j->starter = st_get_i32(&status->in);
}

void send_bytes(int fd, const void *bytes, size_t len)
{
	CHECK(send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len);
}

void send_frame(int fd, uint32_t type, uint32_t id, const void *body, size_t len)
{
	static uint8_t buf[1 << 16];
	struct st_writer w;

	st_frame_begin(&w, buf, sizeof buf);
	CHECK(len <= sizeof buf - w.len);
	if (len)
		memcpy(buf + w.len, body, len);
	w.len += len;
	st_frame_seal(&w, type, id);
	send_bytes(fd, buf, w.len);
}

static bool read_all(int fd, uint8_t *into, size_t len)
{
	for (size_t at = 0; at < len;) {
		ssize_t n = recv(fd, into + at, len - at, 0);

		if (n <= 0)
			return false;
		at += (size_t)n;
	}
	return true;
}

bool read_answer(int fd, struct answer *a)
{
	static uint8_t frame[FRAME_HEADER_BYTES + sizeof a->body];
	struct st_header h;

	if (!read_all(fd, frame, FRAME_HEADER_BYTES))
		return false;
	CHECK(st_header_parse(frame, &h) == 0 && h.length <= sizeof a->body);
	CHECK(read_all(fd, frame + FRAME_HEADER_BYTES, h.length) && st_frame_intact(frame, &h));
	memcpy(a->body, frame + FRAME_HEADER_BYTES, h.length);
	a->type = h.type;
	a->id = h.id;
	a->in = (struct st_reader){ .at = a->body, .end = a->body + h.length };
	return true;
}

static struct answer *await_answer(struct job *j)
{
	static struct answer a;

	do
		CHECK(read_answer(j->fd, &a));
	while (a.id != j->id);
	return &a;
}

struct answer *ask(struct job *j, uint32_t type)
{
	send_frame(j->fd, type, ++j->id, NULL, 0);
	return await_answer(j);
}

static void put_text(struct st_writer *w, const char *text)
{
	st_put_str(w, text ? text : "");
}

void send_launch(struct job *j, const struct options *o, const char *mode, const char *arg)
{
	static const struct options none;
	uint8_t buf[8192];
	struct st_writer w = { .buf = buf, .cap = sizeof buf };
	char program[300];

	o = o ? o : &none;
	snprintf(program, sizeof program, "%s/job", test_dir);
	st_put_u32(&w, o->flags);
	st_put_u32(&w, o->uid);
	st_put_u32(&w, o->uid);
	st_put_u32(&w, 1);
	st_put_u32(&w, 12345);
	st_put_i32(&w, 3);
	st_put_u32(&w, 027);
	st_put_i32(&w, SIGTERM);
	st_put_u32(&w, 1);
	st_put_u32(&w, RLIMIT_CORE);
	st_put_u64(&w, 0);
	st_put_u64(&w, 0);
	put_text(&w, o->dir ? o->dir : j->dir);
	put_text(&w, o->executable ? o->executable : program);
	put_text(&w, o->cwd ? o->cwd : j->box);
	put_text(&w, NULL);
	put_text(&w, o->out);
	put_text(&w, NULL);
	put_text(&w, o->cgroup_parent);
	put_text(&w, o->lock);
	st_put_u32(&w, arg ? 3 : 2);
	put_text(&w, "condor_exec.exe");
	put_text(&w, mode);
	if (arg)
		put_text(&w, arg);
	st_put_u32(&w, 1);
	put_text(&w, "ONLY=this");
	CHECK(!w.bad);
	send_frame(j->fd, FRAME_LAUNCH, ++j->id, buf, w.len);
}

struct answer *launch(struct job *j, const struct options *o, const char *mode, const char *arg)
{
	send_launch(j, o, mode, arg);
	return await_answer(j);
}

void start(struct job *j, const struct options *o, const char *mode, const char *arg)
{
	struct answer *a;

	starter_begin(j);
	a = launch(j, o, mode, arg);
	if (a->type == FRAME_ERROR) {
		char text[TEXT_MAX + 1];

		st_get_i32(&a->in);
		read_text(&a->in, text, sizeof text);
		printf("launch: %s\n", text);
	}
	CHECK(a->type == FRAME_STARTED);
	j->pid = st_get_i32(&a->in);
}

void read_text(struct st_reader *in, char *text, size_t cap)
{
	size_t len;
	const uint8_t *bytes = st_get_bytes(in, &len);

	CHECK(!in->bad && len < cap);
	memcpy(text, bytes, len);
	text[len] = '\0';
}

void decode_end(struct st_reader *in, struct st_end *end)
{
	end->how = st_get_u32(in);
	end->value = st_get_i32(in);
	end->flags = st_get_u32(in);
	end->pid = st_get_i32(in);
	end->start_ticks = st_get_u64(in);
	end->began_ns = (int64_t)st_get_u64(in);
	end->ended_ns = (int64_t)st_get_u64(in);
	end->began_boot_ns = st_get_u64(in);
	end->ended_boot_ns = st_get_u64(in);
	end->user_us = st_get_u64(in);
	end->system_us = st_get_u64(in);
	end->largest_rss_bytes = st_get_u64(in);
	end->killed = st_get_u32(in);
	read_text(in, end->text, sizeof end->text);
}

bool read_record(const char *dir, struct st_end *end)
{
	uint8_t block[EXIT_RECORD_BYTES];
	struct st_header h;
	struct st_reader in;
	char path[460];
	int fd;

	snprintf(path, sizeof path, "%s/exit.rec", dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	CHECK(read(fd, block, sizeof block) == (ssize_t)sizeof block);
	close(fd);
	if (st_header_parse(block, &h) != 0)
		return false;
	CHECK(h.type == FRAME_EXITED && h.length < sizeof block - FRAME_HEADER_BYTES &&
	      st_frame_intact(block, &h));
	in = (struct st_reader){ .at = block + FRAME_HEADER_BYTES,
				 .end = block + FRAME_HEADER_BYTES + h.length };
	decode_end(&in, end);
	return true;
}

void await_exit(struct job *j, struct st_end *end)
{
	static struct answer a;

	do
		CHECK(read_answer(j->fd, &a));
	while (a.type != FRAME_EXITED);
	decode_end(&a.in, end);
}

void await_gone(pid_t pid)
{
	struct st_stat s;

	for (int ms = 0; st_proc_stat(pid, &s) == 0 && !st_proc_is_dead(&s); ms++) {
		CHECK(ms < 20000);
		pause_ms(1);
	}
}

void finish_job(struct job *j)
{
	CHECK(ask(j, FRAME_ACK_EXIT)->type == FRAME_OK);
	close(j->fd);
	await_gone(j->starter);
}

void await_file(const struct job *j, const char *name)
{
	char path[500];

	snprintf(path, sizeof path, "%s/%s", j->box, name);
	for (int ms = 0; access(path, F_OK) != 0; ms++) {
		CHECK(ms < 20000);
		pause_ms(1);
	}
}

void read_out(const struct job *j, const char *name, char *text, size_t cap)
{
	char path[500];

	snprintf(path, sizeof path, "%s/%s", j->box, name);
	CHECK(st_read_file(AT_FDCWD, path, text, cap) >= 0);
}
