// SPDX-License-Identifier: Apache-2.0
// READWRITE: a file that is both read and written is not safe to roll back, and the program's user is told once per
// name. read and write are not wrapped (they must cost nothing, and stdio does not come by): only a file whose name was
// opened for both gets inotify watches, which tell when it has really been read and written. An event costs a small read
// or write two thirds more, so a watch ends with its first one; reads and writes are watched by an inotify instance each,
// because one instance has but one watch for a file. What was opened one way before the watch counts as used.
// Context: normal. Source: HTCondor file_state.cpp: once per name, never at open.
#include "readwrite.h"

#include "ckpt.h"
#include "own_fds.h"
#include "real.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define NAMES 100
#define NAME_BYTES 512

struct used {
	char path[NAME_BYTES];
	bool for_reading, for_writing, used[CK_USES], warned;
	int watch[CK_USES];
};

static const u32 events[CK_USES] = {[CK_READ] = IN_ACCESS, [CK_WRITTEN] = IN_MODIFY};

static struct used names[NAMES];
static u32 n_names;
static u32 lock;
int ck_inotify_fd[CK_USES] = {-1, -1};

static void warn(struct used *u)
{
	char text[NAME_BYTES + 80];
	struct raw_text t;

	u->warned = true;
	rt_init(&t, text, sizeof text);
	rt_str(&t, "File '");
	rt_str(&t, u->path);
	rt_str(&t, "' used for both reading and writing.  This is not checkpoint-safe.\n");
	ck_warn_text(CK_READWRITE, text);
}

static void settle(struct used *u)
{
	if (!u->used[CK_READ] || !u->used[CK_WRITTEN] || u->warned)
		return;
	if (RAW_SYS4(__NR_faccessat, AT_FDCWD, u->path, F_OK, 0) != -ENOENT)
		warn(u);
	else /* it is saved with the program; the next one of this name is another */
		u->used[CK_READ] = u->used[CK_WRITTEN] = u->for_reading = u->for_writing = false;
}

static void note(int use, const struct inotify_event *e)
{
	for (u32 i = 0; i < n_names; i++) {
		struct used *u = &names[i];

		if (u->watch[use] != e->wd)
			continue;
		u->used[use] |= (e->mask & events[use]) != 0;
		if (e->mask & IN_IGNORED)
			u->watch[use] = -1; /* it has ended: seen, or the file is gone */
	}
}

/* Looks what the watches have seen. Also called by a checkpoint and at the end. */
void ck_readwrite_look(void)
{
	char buf[4096] __attribute__((aligned(8)));
	long n;

	for (int use = 0; use < CK_USES; use++)
		while (ck_inotify_fd[use] >= 0 && (n = raw_read(ck_inotify_fd[use], buf, sizeof buf)) > 0)
			for (long at = 0; at + (long)sizeof(struct inotify_event) <= n;) {
				const struct inotify_event *e = (const void *)(buf + at);

				at += (long)sizeof *e + e->len;
				note(use, e);
			}
	for (u32 i = 0; i < n_names; i++)
		settle(&names[i]);
}

static int make_inotify(void)
{
	int fd = (int)RAW_SYS1(__NR_inotify_init1, IN_NONBLOCK | IN_CLOEXEC), own;

	if (fd < 0)
		return -1;
	own = raw_dup_high(fd, RAW_DUPFD_CLOEXEC, OWN_FD);
	raw_close(fd);
	return own < 0 ? -1 : own;
}

static void watch(struct used *u)
{
	for (int use = 0; use < CK_USES; use++) {
		if (u->used[use] || u->watch[use] >= 0)
			continue;
		if (ck_inotify_fd[use] < 0)
			ck_inotify_fd[use] = make_inotify();
		u->watch[use] = (int)RAW_SYS3(__NR_inotify_add_watch, ck_inotify_fd[use], u->path,
					      events[use] | IN_ONESHOT);
	}
}

/* Context: resumed program: the watches of the previous life are gone. */
void ck_readwrite_again(void)
{
	for (int use = 0; use < CK_USES; use++)
		ck_inotify_fd[use] = -1;
	for (u32 i = 0; i < n_names; i++) {
		struct used *u = &names[i];
		bool watched = u->watch[CK_READ] >= 0 || u->watch[CK_WRITTEN] >= 0;

		u->watch[CK_READ] = u->watch[CK_WRITTEN] = -1;
		if (watched)
			watch(u);
	}
}

/* The record of a name that was opened one way only, a while ago. */
static struct used *least_needed(void)
{
	static u32 next;

	for (u32 i = 0; i < NAMES; i++) {
		struct used *u = &names[next++ % NAMES];

		if (!u->warned && u->watch[CK_READ] < 0 && u->watch[CK_WRITTEN] < 0)
			return u;
	}
	return NULL;
}

static struct used *named(const char *path)
{
	struct used *u;
	char full[CK_PATH];
	struct raw_text t;

	rt_init(&t, full, sizeof full);
	if (path[0] != '/') {
		if (RAW_SYS2(__NR_getcwd, full, sizeof full) < 0)
			return NULL;
		t.len = raw_strlen(full);
		rt_chr(&t, '/');
	}
	rt_str(&t, path);
	if (t.len >= NAME_BYTES)
		return NULL;
	for (u32 i = 0; i < n_names; i++)
		if (raw_streq(names[i].path, full))
			return &names[i];
	u = n_names < NAMES ? &names[n_names++] : least_needed();
	if (!u)
		return NULL;
	raw_zero(u, sizeof *u);
	raw_strcpy(u->path, full, NAME_BYTES);
	u->watch[CK_READ] = u->watch[CK_WRITTEN] = -1;
	return u;
}

/* There is no record for it: all such files share one, that is not watched. */
static void opened_too_many(bool both)
{
	static struct used else_ = {.path = "everything else"};

	if (both && !else_.warned)
		warn(&else_);
}

static void opened(const char *path, int fd, int flags)
{
	int mode = flags & O_ACCMODE;
	struct used *u;
	struct stat st;
	u32 idle = 0;

	if (fd < 0 || !ck.active || ck.warn_mode[CK_READWRITE] == CK_OFF || raw_getpid() != ck.pid ||
	    RAW_SYS2(__NR_fstat, fd, &st) || !S_ISREG(st.st_mode) || raw_starts(path, "/proc/"))
		return;
	/* Names of other threads' opens are not worth waiting for. */
	if (!__atomic_compare_exchange_n(&lock, &idle, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
		return;
	ck_readwrite_look();
	u = named(path);
	if (u) {
		u->used[CK_WRITTEN] |= u->for_writing && mode == O_RDONLY && st.st_size > 0;
		u->used[CK_READ] |= u->for_reading && !u->for_writing && mode == O_WRONLY;
		u->for_reading |= mode != O_WRONLY;
		u->for_writing |= mode != O_RDONLY;
		if (u->for_reading && u->for_writing)
			watch(u);
	} else {
		opened_too_many(mode == O_RDWR);
	}
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
}

/* A file that is mapped shared and writable is read and written, and never rolled back. */
static void mapped(int fd)
{
	char link[64], path[CK_PATH];
	struct raw_text t;
	struct stat st;
	long n;

	if (!ck.active || RAW_SYS2(__NR_fstat, fd, &st) || !S_ISREG(st.st_mode) || !st.st_nlink || raw_getpid() != ck.pid)
		return;
	rt_init(&t, link, sizeof link);
	rt_str(&t, "/proc/self/fd/");
	rt_num(&t, fd);
	n = RAW_SYS3(__NR_readlink, link, path, sizeof path - 1);
	if (n > 0) {
		struct used *u;

		path[n] = 0;
		u = named(path);
		if (!u)
			opened_too_many(true);
		else if (!u->warned)
			warn(u);
	}
}

static int mode_flags(const char *mode)
{
	if (raw_find(mode, "+"))
		return O_RDWR;
	return mode[0] == 'r' ? O_RDONLY : O_WRONLY;
}

#define OPEN(name, ...)                                                                \
	int saved, fd;                                                                 \
	mode_t mode = 0;                                                               \
	if (flags & (O_CREAT | __O_TMPFILE)) {                                         \
		va_list ap;                                                            \
		va_start(ap, flags);                                                   \
		mode = va_arg(ap, mode_t);                                             \
		va_end(ap);                                                            \
	}                                                                              \
	if (unlikely(ck_runtime_without(path))) {                                      \
		errno = EACCES;                                                        \
		return -1;                                                             \
	}                                                                              \
	path = ck_self_path(path);                                                     \
	fd = CK_REAL(name)(__VA_ARGS__, flags, mode);                                  \
	saved = errno;                                                                 \
	opened(path, fd, flags);                                                       \
	errno = saved;                                                                 \
	return fd

CK_EXPORT int CK_WRAP(open)(const char *path, int flags, ...)
{
	OPEN(open, path);
}

CK_EXPORT int CK_WRAP(open64)(const char *path, int flags, ...)
{
	OPEN(open64, path);
}

CK_EXPORT int CK_WRAP(openat)(int dir, const char *path, int flags, ...)
{
	OPEN(openat, dir, path);
}

CK_EXPORT int CK_WRAP(openat64)(int dir, const char *path, int flags, ...)
{
	OPEN(openat64, dir, path);
}

CK_EXPORT int CK_WRAP(creat)(const char *path, mode_t mode)
{
	int fd = CK_REAL(creat)(path, mode), saved = errno;

	opened(path, fd, O_WRONLY);
	errno = saved;
	return fd;
}

#define FOPEN(call)                                                                    \
	FILE *f = (call);                                                              \
	int saved = errno;                                                             \
	if (f && path)                                                                 \
		opened(path, fileno(f), mode_flags(mode));                             \
	errno = saved;                                                                 \
	return f

CK_EXPORT FILE *CK_WRAP(fopen)(const char *path, const char *mode)
{
	FOPEN(CK_REAL(fopen)(ck_self_path(path), mode));
}

CK_EXPORT FILE *CK_WRAP(fopen64)(const char *path, const char *mode)
{
	FOPEN(CK_REAL(fopen64)(ck_self_path(path), mode));
}

CK_EXPORT FILE *CK_WRAP(freopen)(const char *path, const char *mode, FILE *old)
{
	FOPEN(CK_REAL(freopen)(ck_self_path(path), mode, old));
}

CK_EXPORT FILE *CK_WRAP(freopen64)(const char *path, const char *mode, FILE *old)
{
	FOPEN(CK_REAL(freopen64)(ck_self_path(path), mode, old));
}

CK_EXPORT void *CK_WRAP(mmap)(void *at, size_t bytes, int prot, int flags, int fd, off_t off)
{
	/* Not through dlsym: allocators map memory before that is safe. */
	void *p = raw_mmap(at, bytes, prot, flags, fd, (u64)off);

	if (raw_failed(p)) {
		errno = (int)-(long)p;
		return MAP_FAILED;
	}
	if (unlikely(fd >= 0 && (flags & MAP_SHARED) && (prot & PROT_WRITE))) {
		int saved = errno;

		mapped(fd);
		errno = saved;
	}
	return p;
}

CK_EXPORT void *CK_WRAP(mmap64)(void *at, size_t bytes, int prot, int flags, int fd, off64_t off)
{
	return CK_WRAP(mmap)(at, bytes, prot, flags, fd, off);
}

__attribute__((destructor)) static void at_end(void)
{
	if (ck.active && raw_getpid() == ck.pid)
		ck_readwrite_look();
}
