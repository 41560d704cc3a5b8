// SPDX-License-Identifier: Apache-2.0
// Whether the program is talking to somebody: then a checkpoint would cut the conversation, and it waits. Looked at only
// when a checkpoint is asked for, so open, socket and pipe cost nothing. Context: signal handler.
#include "ckpt.h"
#include "fds.h"

#include <sys/stat.h>

struct entry {
	u64 ino, off;
	u16 length;
	u8 type;
	char name[];
};

const char *ck_communicating(char *text, size_t room)
{
	struct raw_text t;
	u8 info[128];
	long r;

	rt_init(&t, text, room);
	raw_zero(info, sizeof info);
	/* P_ALL, WEXITED | WNOHANG | WNOWAIT */
	r = RAW_SYS5(__NR_waitid, 0, 0, info, 4 | 1 | 0x01000000, 0);
	if (r == 0) {
		rt_str(&t, "it has a child process");
		return text;
	}
	return ck_fds_talking(&t) ? text : NULL;
}

/* The descriptor that is an end of what a link like "pipe:[4711]" or "socket:[4712]" names, or -1. */
static int end_of(const char *link)
{
	const struct ck_tables *t = &ck.tables;
	u32 kind = raw_starts(link, "pipe:[") ? RI_FD_PIPE : RI_FD_SOCKET_PAIR;
	u64 ino;

	if (!raw_starts(link, "pipe:[") && !raw_starts(link, "socket:["))
		return -1;
	while (*link++ != '[')
		;
	ino = raw_number(&link, 10);
	for (u32 i = 0; i < t->n_fds; i++)
		if (t->fds[i].kind == kind && t->fds[i].ino == ino)
			return t->fds[i].fd;
	return -1;
}

/* A pipe or pair of sockets of the program's that a process holds, too: the program's descriptor, or -1. */
static int shared_with(const char *pid)
{
	static char dirname[64], link[128];
	static char buf[8192];
	struct raw_text t;
	int dir, found = -1;
	long n;

	rt_init(&t, dirname, sizeof dirname);
	rt_str(&t, "/proc/");
	rt_str(&t, pid);
	rt_str(&t, "/fd");
	dir = raw_open(dirname, 0200000 | 02000000, 0);
	if (dir < 0)
		return -1;
	while (found < 0 && (n = RAW_SYS3(__NR_getdents64, dir, buf, sizeof buf)) > 0)
		for (long at = 0; at < n && found < 0;) {
			struct entry *e = (struct entry *)(void *)(buf + at);
			long k = RAW_SYS4(__NR_readlinkat, dir, e->name, link, sizeof link - 1);

			at += e->length;
			if (k > 0) {
				link[k] = 0;
				found = end_of(link);
			}
		}
	raw_close(dir);
	return found;
}

static int shared_with_others(void)
{
	static char buf[32768];
	int dir = raw_open("/proc", 0200000 | 02000000, 0), found = -1;
	long n;

	while (dir >= 0 && found < 0 && (n = RAW_SYS3(__NR_getdents64, dir, buf, sizeof buf)) > 0)
		for (long at = 0; at < n && found < 0;) {
			struct entry *e = (struct entry *)(void *)(buf + at);
			const char *s = e->name;

			at += e->length;
			if (*s >= '1' && *s <= '9' && (int)raw_number(&s, 10) != ck.pid)
				found = shared_with(e->name);
		}
	raw_close(dir);
	return found;
}

/* A conversation among the descriptors? Says which. */
bool ck_fds_talking(struct raw_text *t)
{
	const char *what = "a network connection is open: descriptor ";
	bool own = false;
	int fd = -1;

	if (ck_gather_table())
		return false; /* the capture itself will say what is wrong */
	ck.fds_fresh = true;
	for (u32 i = 0; i < ck.tables.n_fds && fd < 0; i++) {
		own |= ck.tables.fds[i].kind == RI_FD_PIPE || ck.tables.fds[i].kind == RI_FD_SOCKET_PAIR;
		if (ck.tables.fds[i].kind == RI_FD_SOCKET)
			fd = ck.tables.fds[i].fd;
	}
	if (fd < 0 && own) {
		what = "a pipe to another process is open: descriptor ";
		fd = shared_with_others();
	}
	if (fd < 0)
		return false;
	rt_str(t, what);
	rt_num(t, fd);
	return true;
}

static void note(int fd)
{
	struct stat st;

	if (RAW_SYS2(__NR_fstat, fd, &st) || fd == ck.cmd_fd || ck.n_inherited == CK_INHERITED)
		return;
	if (fd > 2 && (st.st_mode & S_IFMT) == S_IFREG)
		return;
	ck.inherited[ck.n_inherited++] = (struct ck_inherited){fd, st.st_mode & S_IFMT, st.st_dev, st.st_ino};
}

/* What was open when the program started and is no file: the restarting process's own will take its place. */
void ck_note_inherited(void)
{
	static char buf[8192];
	int dir = raw_open("/proc/thread-self/fd", 0200000 | 02000000, 0);
	long n;

	ck.n_inherited = 0;
	if (dir < 0)
		return;
	while ((n = RAW_SYS3(__NR_getdents64, dir, buf, sizeof buf)) > 0)
		for (long at = 0; at < n;) {
			struct entry *e = (struct entry *)(void *)(buf + at);
			const char *s = e->name;

			at += e->length;
			if (*s == '.')
				continue;
			if ((int)raw_number(&s, 10) != dir) {
				s = e->name;
				note((int)raw_number(&s, 10));
			}
		}
	raw_close(dir);
}

/*
 * FILE.waiting tells the outside since when a checkpoint has been asked for and why it is not made:
 * "since SECONDS\nreason TEXT\n". It is there exactly while a request waits.
 */
void ck_publish_wait(void)
{
	static char path[CK_PATH + 16], tmp[CK_PATH + 16];
	char text[256];
	struct raw_text t;
	size_t n = raw_strcpy(path, ck.image, CK_PATH);
	int fd;

	raw_strcpy(path + n, ".waiting", 16);
	raw_strcpy(tmp, ck.image, CK_PATH);
	raw_strcpy(tmp + n, ".waiting.tmp", 16);
	if (!ck.deferred) {
		RAW_SYS1(__NR_unlink, path);
		return;
	}
	rt_init(&t, text, sizeof text);
	rt_str(&t, "since ");
	rt_num(&t, ck.deferred_since.sec);
	rt_str(&t, "\nreason ");
	rt_str(&t, ck.why);
	rt_str(&t, "\n");
	ck_debug(CK_D_ALWAYS, "Checkpoint delayed: ", ck.why, "");
	fd = raw_open(tmp, 01 | 0100 | 01000 | 02000000 | 0400000 /* WRONLY CREAT TRUNC CLOEXEC NOFOLLOW */, 0600);
	if (fd < 0)
		return;
	raw_write(fd, text, t.len);
	raw_close(fd);
	RAW_SYS2(__NR_rename, tmp, path); /* whoever looks sees all of it */
}
