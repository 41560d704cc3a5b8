// SPDX-License-Identifier: Apache-2.0
// The command stream of -_condor_cmd_fd and -_condor_cmd_file: one command a line, words apart by blanks. Read before
// main up to `end`, and again at each SIGTSTP. What HTCondor documents is done, also where its last version only parsed
// it (fd, migrate_to, migrate_from, exit, restart with a name). Context: before main, or SIGTSTP handler: raw calls only.
#include "ckpt.h"

#include <netinet/in.h>
#include <poll.h>

#define MAX_LINE 1023
#define MAX_WORDS 255

struct order {
	char line[MAX_LINE + 1];
	char *words[MAX_WORDS + 1];
	int n;
};

struct plan {
	bool restart, exits, imaged;
	int from_fd, status;
	char from[CK_PATH];
};

/* A byte at a time: what follows `end` belongs to the next reading. 0 at the end of the stream. */
static int read_line(int fd, struct order *o)
{
	size_t n = 0;
	char c;

	for (;;) {
		long r = raw_read(fd, &c, 1);

		if (r == -4)
			continue;
		if (r <= 0)
			return 0;
		if (c == '\n')
			break;
		if (n < MAX_LINE)
			o->line[n++] = c;
	}
	o->line[n] = 0;
	o->n = 0;
	for (char *s = o->line; *s && o->n < MAX_WORDS;) {
		while (*s == ' ')
			*s++ = 0;
		if (*s)
			o->words[o->n++] = s;
		while (*s && *s != ' ')
			s++;
	}
	o->words[o->n] = NULL;
	return 1;
}

static bool number(const char *s, long *v)
{
	bool negative = s[0] == '-';
	unsigned base = 10;
	const char *begin;

	s += negative;
	if (s[0] == '0' && (s[1] | 32) == 'x')
		base = 16, s += 2;
	else if (s[0] == '0' && s[1])
		base = 8, s++;
	begin = s;
	*v = (long)raw_number(&s, base);
	*v = negative ? -*v : *v;
	return s != begin && !*s && *v <= 0x7fffffff && *v >= -0x7fffffff;
}

/* The old starter printed the bits of open(2); letters are ours. */
static bool open_mode(const char *s, int *flags)
{
	long v;

	if (number(s, &v))
		*flags = (int)v;
	else if (raw_streq(s, "r"))
		*flags = 0;
	else if (raw_streq(s, "w"))
		*flags = 01 | 0100 | 01000;
	else if (raw_streq(s, "a"))
		*flags = 01 | 0100 | 02000;
	else if (raw_streq(s, "rw"))
		*flags = 02 | 0100;
	else
		return false;
	return true;
}

static bool order_fd(char **w)
{
	long want;
	int flags, fd;

	if (!number(w[1], &want) || !open_mode(w[3], &flags))
		return false;
	fd = raw_open(w[2], flags, 0664);
	if (fd < 0) {
		ck_error("Couldn't open standard file '", w[2], "'\n");
		ck_kill_self(9);
	}
	if (fd != want) {
		RAW_SYS3(__NR_dup3, fd, want, 0);
		raw_close(fd);
	}
	return true;
}

static bool dotted(const char *s, u32 *address)
{
	u32 a = 0;

	for (int i = 0; i < 4; i++) {
		const char *begin = s;
		u64 part = raw_number(&s, 10);

		if (s == begin || part > 255 || *s != (i < 3 ? '.' : 0))
			return false;
		s++;
		a = a << 8 | (u32)part;
	}
	*address = a;
	return true;
}

/* Names are looked up in /etc/hosts: a signal handler cannot ask a name server. */
static bool in_hosts(const char *host, u32 *address)
{
	char *text = ck.scratch.text;

	if (raw_slurp("/etc/hosts", text, ck.scratch.text_bytes) <= 0)
		return false;
	for (char *s = text; *s;) {
		char *line = s, *end = s;
		bool found = false;

		while (*end && *end != '\n')
			end++;
		s = *end ? end + 1 : end;
		*end = 0;
		for (char *w = line; *w && *w != '#';) {
			char *begin = w;

			while (*w && *w != ' ' && *w != '\t')
				w++;
			if (*w)
				*w++ = 0;
			while (*w == ' ' || *w == '\t')
				w++;
			if (begin == line ? !dotted(begin, address) : raw_streq(begin, host)) {
				found = begin != line;
				break;
			}
		}
		if (found)
			return true;
	}
	return false;
}

static int connect_to(const char *host, long port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((u16)port)};
	u32 address;
	int fd;
	long r;

	if (!dotted(host, &address) && !in_hosts(host, &address))
		return -2;
	to.sin_addr.s_addr = htonl(address);
	fd = (int)RAW_SYS3(__NR_socket, AF_INET, 1 | 02000000, 0);
	if (fd < 0)
		return fd;
	r = RAW_SYS3(__NR_connect, fd, &to, sizeof to);
	if (r < 0) {
		raw_close(fd);
		return (int)r;
	}
	return fd;
}

static bool image_to(int fd, void *uc)
{
	int before = ck.image_fd, err;

	ck.image_fd = fd;
	ck.fds_fresh = false; /* commands open and close */
	raw_clock(1, &ck.asked_at);
	err = ck_capture(CK_SIGTSTP, uc);
	ck.image_fd = before;
	if (fd >= 0)
		raw_close(fd);
	if (err)
		ck_error("the checkpoint could not be written: ", ck_strerror(err), "\n");
	return err == 0;
}

static bool order_migrate_to(char **w, void *uc)
{
	long port;
	int fd;

	if (!number(w[2], &port) || !uc)
		return false;
	fd = connect_to(w[1], port);
	if (fd < 0) {
		ck_error("can't connect to ", w[1], ": ");
		ck_say(ck_strerror(fd), "\n", "", "");
		return false;
	}
	return image_to(fd, uc);
}

static bool obey(struct order *o, struct plan *p, void *uc)
{
	char **w = o->words;
	long v;

	if (o->n == 0)
		return false;
	if (raw_streq(w[0], "iwd") && o->n == 2) {
		RAW_SYS1(__NR_chdir, w[1]);
		RAW_SYS2(__NR_getcwd, ck.start_cwd, sizeof ck.start_cwd);
		return true;
	}
	if (raw_streq(w[0], "fd") && o->n == 4)
		return order_fd(w);
	if (raw_streq(w[0], "ckpt") && o->n == 2) {
		ck_set_image(w[1]);
		p->imaged |= uc != NULL;
		return !uc || image_to(-1, uc);
	}
	if (raw_streq(w[0], "restart") && o->n <= 2) {
		p->restart = true;
		raw_strcpy(p->from, o->n == 2 ? w[1] : ck.image, sizeof p->from);
		return true;
	}
	if (raw_streq(w[0], "migrate_to") && o->n == 3) {
		p->imaged |= uc != NULL;
		return order_migrate_to(w, uc);
	}
	if (raw_streq(w[0], "migrate_from") && o->n == 2 && number(w[1], &v)) {
		p->restart = true;
		p->from_fd = (int)v;
		return true;
	}
	if (raw_streq(w[0], "exit") && o->n == 2 && number(w[1], &v)) {
		p->exits = true;
		p->status = (int)v;
		return true;
	}
	return false;
}

static bool nothing_there(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};

	return RAW_SYS3(__NR_poll, &p, 1, 0) <= 0;
}

/*
 * uc == NULL: before main; else the frame of a SIGTSTP. Returns 1: nothing special was ordered (main, or checkpoint and
 * exit), 0: what was ordered is done and the program goes on, 2: exit with *exit_status.
 */
int ck_commands(int fd, void *uc, int *exit_status)
{
	static struct order o;
	static struct plan p;
	bool failed = false;

	p = (struct plan){.from_fd = -1};
	if (uc && nothing_there(fd))
		return 1;
	while (!p.exits) {
		if (!read_line(fd, &o)) {
			if (uc)
				break;
			ck_error("EOF on command stream", "\n", "");
			ck_kill_self(9);
		}
		if (o.n == 1 && raw_streq(o.words[0], "end"))
			break;
		ck_debug(CK_D_FULLDEBUG, "command: ", o.n ? o.words[0] : "", "");
		if (!obey(&o, &p, uc)) {
			ck_debug(CK_D_ALWAYS, "?", "", "");
			failed |= p.imaged;
		}
	}
	if (p.restart)
		ck_restart_from(p.from, p.from_fd, ck.relocatable ? RI_H_RELOCATABLE : 0);
	*exit_status = p.status;
	if (p.exits && !failed)
		return 2;
	return p.imaged ? 0 : 1;
}
