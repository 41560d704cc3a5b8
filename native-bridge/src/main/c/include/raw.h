// SPDX-License-Identifier: Apache-2.0
// System calls and small string work without libc: no errno, no locks, no TLS, so it may run in a signal handler, in a
// forked child, in a thread libc does not know of and in the restorer. Every call returns a value or a negative errno.
#ifndef RAW_H
#define RAW_H

#include <asm/unistd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__x86_64__)
#include "raw_x86_64.h"
#else
#error "port raw_<arch>.h, clone_<arch>.h, capture_<arch>.S, arch_<arch>.h and jump_<arch>.S first"
#endif

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t s32;
typedef int64_t s64;

#define RAW_PAGE 4096UL
#define RAW_ALIGN(v, a) (((u64)(v) + (a) - 1) & ~((u64)(a) - 1))
#define RAW_COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define unlikely(x) __builtin_expect(!!(x), 0)

#define RAW_SYS1(nr, a) raw6(nr, (long)(a), 0, 0, 0, 0, 0)
#define RAW_SYS2(nr, a, b) raw6(nr, (long)(a), (long)(b), 0, 0, 0, 0)
#define RAW_SYS3(nr, a, b, c) raw6(nr, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define RAW_SYS4(nr, a, b, c, d) raw6(nr, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define RAW_SYS5(nr, a, b, c, d, e) raw6(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)
#define RAW_SYS6(nr, a, b, c, d, e, f) \
	raw6(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

struct raw_time {
	s64 sec, nsec;
};

static inline int raw_open(const char *path, int flags, int mode)
{
	return (int)RAW_SYS4(__NR_openat, -100 /* AT_FDCWD */, path, flags, mode);
}
static inline int raw_close(int fd) { return (int)RAW_SYS1(__NR_close, fd); }
static inline long raw_read(int fd, void *b, u64 n) { return RAW_SYS3(__NR_read, fd, b, n); }
static inline long raw_write(int fd, const void *b, u64 n) { return RAW_SYS3(__NR_write, fd, b, n); }
static inline long raw_pread(int fd, void *b, u64 n, u64 off)
{
	return RAW_SYS4(__NR_pread64, fd, b, n, off);
}
static inline long raw_lseek(int fd, s64 off, int whence) { return RAW_SYS3(__NR_lseek, fd, off, whence); }
static inline void *raw_mmap(void *at, u64 n, int prot, int flags, int fd, u64 off)
{
	return (void *)RAW_SYS6(__NR_mmap, at, n, prot, flags, fd, off);
}
static inline long raw_munmap(void *at, u64 n) { return RAW_SYS2(__NR_munmap, at, n); }
static inline long raw_mprotect(void *at, u64 n, int prot) { return RAW_SYS3(__NR_mprotect, at, n, prot); }
static inline int raw_getpid(void) { return (int)RAW_SYS1(__NR_getpid, 0); }
static inline int raw_gettid(void) { return (int)RAW_SYS1(__NR_gettid, 0); }
static inline long raw_tgkill(int pid, int tid, int sig) { return RAW_SYS3(__NR_tgkill, pid, tid, sig); }
static inline long raw_fcntl(int fd, int cmd, long arg) { return RAW_SYS3(__NR_fcntl, fd, cmd, arg); }
/* A copy with a number of at least `from`, or as high as the limit allows; cmd: F_DUPFD or F_DUPFD_CLOEXEC. */
#define RAW_DUPFD 0
#define RAW_DUPFD_CLOEXEC 1030
static inline int raw_dup_high(int fd, int cmd, int from)
{
	for (; from > 2; from /= 2) {
		long r = raw_fcntl(fd, cmd, from);

		if (r >= 0)
			return (int)r;
	}
	return -24;
}
static inline long raw_prctl(long op, long a, long b, long c, long d)
{
	return RAW_SYS5(__NR_prctl, op, a, b, c, d);
}
static inline long raw_futex(volatile u32 *word, int op, u32 val, const struct raw_time *timeout)
{
	return RAW_SYS6(__NR_futex, word, op, val, timeout, 0, 0);
}
static inline void raw_clock(int clock, struct raw_time *t) { RAW_SYS2(__NR_clock_gettime, clock, t); }
static inline u64 raw_since(const struct raw_time *from, const struct raw_time *to) /* nanoseconds */
{
	return (u64)((to->sec - from->sec) * 1000000000LL + to->nsec - from->nsec);
}
static inline void raw_sleep_ms(s64 ms)
{
	struct raw_time t = {ms / 1000, ms % 1000 * 1000000};

	RAW_SYS2(__NR_nanosleep, &t, 0);
}
static inline void __attribute__((noreturn)) raw_exit(int status)
{
	for (;;)
		RAW_SYS1(__NR_exit_group, status);
}
static inline bool raw_failed(const void *p) { return (u64)p > (u64)-4096; }

static inline size_t raw_strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}
static inline bool raw_streq(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}
static inline bool raw_starts(const char *s, const char *prefix)
{
	while (*prefix)
		if (*s++ != *prefix++)
			return false;
	return true;
}
static inline bool raw_equal(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	while (n--)
		if (*x++ != *y++)
			return false;
	return true;
}
static inline const char *raw_find(const char *s, const char *part)
{
	for (; *s; s++)
		if (raw_starts(s, part))
			return s;
	return 0;
}
/* Copies with an end byte; what does not fit is cut. Returns the length written. */
static inline size_t raw_strcpy(char *to, const char *from, size_t room)
{
	size_t n = 0;

	if (!room)
		return 0;
	while (n + 1 < room && from[n]) {
		to[n] = from[n];
		n++;
	}
	to[n] = 0;
	return n;
}

/* Text in a fixed buffer: what does not fit is cut, always ended. */
struct raw_text {
	char *at;
	size_t room, len;
};
static inline void rt_init(struct raw_text *t, char *buf, size_t room)
{
	*t = (struct raw_text){buf, room, 0};
	if (room)
		buf[0] = 0;
}
static inline void rt_chr(struct raw_text *t, char c)
{
	if (t->len + 1 < t->room) {
		t->at[t->len++] = c;
		t->at[t->len] = 0;
	}
}
static inline void rt_str(struct raw_text *t, const char *s)
{
	while (*s)
		rt_chr(t, *s++);
}
static inline void rt_num(struct raw_text *t, s64 v)
{
	char digits[24];
	int n = 0;
	u64 u = v < 0 ? 0 - (u64)v : (u64)v;

	if (v < 0)
		rt_chr(t, '-');
	do
		digits[n++] = (char)('0' + u % 10);
	while (u /= 10);
	while (n)
		rt_chr(t, digits[--n]);
}
static inline void rt_hex(struct raw_text *t, u64 v)
{
	int shift = 60;

	while (shift > 0 && !(v >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		rt_chr(t, "0123456789abcdef"[v >> shift & 15]);
}

/* Reads a number in the given base from *s and moves *s behind it. */
static inline u64 raw_number(const char **s, unsigned base)
{
	u64 v = 0;

	for (;; (*s)++) {
		char c = **s;
		unsigned d = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
			     : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
			     : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
						    : 99;
		if (d >= base)
			return v;
		v = v * base + d;
	}
}

/* Reads a whole small file (of /proc) into buf, ended with a zero byte. Length or negative errno. */
static inline long raw_slurp(const char *path, char *buf, size_t room)
{
	size_t n = 0;
	int fd = raw_open(path, 02000000 /* O_CLOEXEC */, 0);

	if (fd < 0)
		return fd;
	while (n + 1 < room) {
		long r = raw_read(fd, buf + n, room - 1 - n);

		if (r == -4)
			continue;
		if (r <= 0)
			break;
		n += (size_t)r;
	}
	buf[n] = 0;
	raw_close(fd);
	return (long)n;
}

#endif
