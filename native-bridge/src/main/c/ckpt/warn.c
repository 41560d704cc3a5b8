// SPDX-License-Identifier: Apache-2.0
// What the library says: notices, warnings, errors, debug lines, in HTCondor's words, with write(2) on the real fd 2.
// Context: any. Source: HTCondor condor_ckpt/condor_error.c (kinds, modes, texts); the prefix "HTCondor: " is the manual's.
#include "ckpt.h"

#include <linux/errno.h>

static const char *const kinds[] = {"ALL", "NOTICE", "READWRITE", "UNSUP", "BADURL"};
static const char *const modes[] = {"ON", "ONCE", "OFF"};

static int message_fd = 2;

void ck_set_message_fd(int fd)
{
	message_fd = fd;
}

static void put(const char *s)
{
	if (*s)
		raw_write(message_fd, s, raw_strlen(s));
}

void ck_say(const char *a, const char *b, const char *c, const char *d)
{
	char line[CK_PATH + 512];
	struct raw_text t;

	rt_init(&t, line, sizeof line);
	rt_str(&t, a);
	rt_str(&t, b);
	rt_str(&t, c);
	rt_str(&t, d);
	put(line);
}

static bool allowed(enum ck_warn kind)
{
	if (ck.warn_mode[kind] == CK_OFF)
		return false;
	if (ck.warn_mode[kind] == CK_ONCE && ck.warn_count[kind] > 0)
		return false;
	ck.warn_count[kind]++;
	return true;
}

static void after_once(enum ck_warn kind)
{
	if (ck.warn_mode[kind] == CK_ONCE)
		put("HTCondor: Warning: Further messages of this type supressed.\n"); /* sic */
}

void ck_notice(const char *a, const char *b)
{
	if (!allowed(CK_NOTICE))
		return;
	ck_say("HTCondor: Notice: ", a, b, "\n");
	after_once(CK_NOTICE);
}

void ck_warn_text(enum ck_warn kind, const char *text)
{
	if ((unsigned)kind >= CK_KINDS)
		kind = CK_NOTICE;
	if (kind == CK_NOTICE) {
		ck_notice(text, "");
		return;
	}
	if (!allowed(kind))
		return;
	ck_say("HTCondor: Warning: ", kinds[kind], ": ", text);
	put("\n");
	after_once(kind);
}

void ck_error(const char *a, const char *b, const char *c)
{
	ck_say("HTCondor: Error: ", a, b, c);
}

void ck_die_error(const char *a, const char *b, const char *c)
{
	ck_error(a, b, c);
	put("\n");
	raw_exit(255);
}

void ck_debug(u32 level, const char *a, const char *b, const char *c)
{
	if (!(ck.debug & level))
		return;
	ck_say(a, b, c, "\n");
}

void ck_debug_number(u32 level, const char *a, s64 n, const char *b)
{
	char digits[24];
	struct raw_text t;

	rt_init(&t, digits, sizeof digits);
	rt_num(&t, n);
	ck_debug(level, a, digits, b);
}

static int lookup(const char *word, const char *const *list, u32 count)
{
	for (u32 i = 0; i < count; i++) {
		const char *a = word, *b = list[i];

		while (*a && (*a & ~32) == *b)
			a++, b++;
		if (!*a && !*b)
			return (int)i;
	}
	return -1;
}

/* 1: accepted, 0: unknown word. Words in any case. */
int ck_warn_set(const char *kind, const char *mode)
{
	int k = kind ? lookup(kind, kinds, RAW_COUNT(kinds)) : -1;
	int m = mode ? lookup(mode, modes, RAW_COUNT(modes)) : -1;

	if (k < 0 || m < 0)
		return 0;
	for (int i = 0; i < CK_KINDS; i++)
		if (k == CK_ALL || k == i)
			ck.warn_mode[i] = m;
	return 1;
}

const char *ck_strerror(long err)
{
	switch (-err) {
	case ENOENT: return "No such file or directory";
	case EACCES: return "Permission denied";
	case EPERM: return "Operation not permitted";
	case EIO: return "Input/output error";
	case ENOSPC: return "No space left on device";
	case EDQUOT: return "Disk quota exceeded";
	case EROFS: return "Read-only file system";
	case ENOMEM: return "Cannot allocate memory";
	case ENOTDIR: return "Not a directory";
	case EISDIR: return "Is a directory";
	case EMFILE: return "Too many open files";
	case EFBIG: return "File too large";
	case EINVAL: return "Invalid argument";
	case ENXIO: return "No such device or address";
	case ETXTBSY: return "Text file busy";
	case ELOOP: return "Too many levels of symbolic links";
	case ENAMETOOLONG: return "File name too long";
	case ECONNREFUSED: return "Connection refused";
	case EPIPE: return "Broken pipe";
	case EOPNOTSUPP: return "Operation not supported";
	default: return "system error";
	}
}
