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

static bool held_elsewhere_file(const char *pid, u64 ino, const char *kind)
{
	static char dirname[64], link[128], want[64];
	struct raw_text t;
	bool found = false;
	int dir;
	long n;
	static char buf[8192];

	rt_init(&t, want, sizeof want);
	rt_str(&t, kind);
	rt_str(&t, ":[");
	rt_num(&t, (s64)ino);
	rt_chr(&t, ']');
	rt_init(&t, dirname, sizeof dirname);
	rt_str(&t, "/proc/");
	rt_str(&t, pid);
	rt_str(&t, "/fd");
	dir = raw_open(dirname, 0200000 | 02000000, 0);
	if (dir < 0)
		return false;
	while (!found && (n = RAW_SYS3(__NR_getdents64, dir, buf, sizeof buf)) > 0)
		for (long at = 0; at < n && !found;) {
			struct entry *e = (struct entry *)(void *)(buf + at);
			long k = RAW_SYS4(__NR_readlinkat, dir, e->name, link, sizeof link - 1);

			at += e->length;
			if (k > 0) {
				link[k] = 0;
				found = raw_streq(link, want);
			}
		}
	raw_close(dir);
	return found;
}

/* Whether another process holds an end of this pipe. */
static bool held_elsewhere(u64 ino)
{
	static char buf[32768];
	int dir = raw_open("/proc", 0200000 | 02000000, 0);
	bool found = false;
	long n;

	if (dir < 0)
		return true;
	while (!found && (n = RAW_SYS3(__NR_getdents64, dir, buf, sizeof buf)) > 0)
		for (long at = 0; at < n && !found;) {
			struct entry *e = (struct entry *)(void *)(buf + at);
			const char *s = e->name;

			at += e->length;
			if (*s >= '1' && *s <= '9' && (int)raw_number(&s, 10) != ck.pid)
				found = held_elsewhere_file(e->name, ino, "pipe");
		}
	raw_close(dir);
	return found;
}

/* A conversation among the descriptors? Says which. */
bool ck_fds_talking(struct raw_text *t)
{
	if (ck_gather_table())
		return false; /* the capture itself will say what is wrong */
	for (u32 i = 0; i < ck.tables.n_fds; i++) {
		const struct ri_fd *f = &ck.tables.fds[i];
		const char *what = NULL;

		if (f->kind == RI_FD_SOCKETPAIR)
			what = "a network connection is open: descriptor ";
		else if (f->kind == RI_FD_PIPE && held_elsewhere(f->ino))
			what = "a pipe to another process is open: descriptor ";
		if (what) {
			rt_str(t, what);
			rt_num(t, f->fd);
			return true;
		}
	}
	return false;
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
	static char path[CK_PATH + 16];
	char text[256];
	struct raw_text t;
	size_t n = raw_strcpy(path, ck.image, CK_PATH);
	int fd;

	raw_strcpy(path + n, ".waiting", 16);
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
	fd = raw_open(path, 01 | 0100 | 01000 | 02000000 | 0400000 /* WRONLY CREAT TRUNC CLOEXEC NOFOLLOW */, 0600);
	if (fd < 0)
		return;
	raw_write(fd, text, t.len);
	raw_close(fd);
}
