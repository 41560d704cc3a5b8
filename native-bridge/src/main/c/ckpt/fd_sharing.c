// SPDX-License-Identifier: Apache-2.0
// Which descriptors share an open file description. kcmp says whether two do, and which comes first in an order of its
// own, so that those that may share stand in search trees: a program with thousands of descriptors of one file is
// not held up by comparing each with all. Context: signal handler.
#include "fds.h"

#include <linux/kcmp.h>
#include <sys/stat.h>

#define ROOTS 4096 /* a power of two */
#define O_NONBLOCK_FLAG 04000u

static u32 roots[ROOTS]; /* index of a record + 1 */

static u32 root_of(const struct ri_fd *f)
{
	u64 h = (f->ino ^ f->dev << 32) * 0x9e3779b97f4a7c15ULL;

	h = (h ^ f->open_flags ^ (u64)f->offset) * 0x9e3779b97f4a7c15ULL;
	return (u32)(h >> 52) & (ROOTS - 1);
}

/*
 * Where kcmp is forbidden, as in many containers: whether a flag set through one shows through the other. Non-blocking
 * means nothing for files and directories; for everything else equal facts are taken for sharing.
 */
static bool share_flags(const struct ri_fd *a, const struct ri_fd *b)
{
	u32 type = a->mode & S_IFMT;
	bool shown;

	if (type != S_IFREG && type != S_IFDIR)
		return true;
	if (raw_fcntl(a->fd, 4 /* F_SETFL */, a->open_flags ^ O_NONBLOCK_FLAG) < 0)
		return type == S_IFREG;
	shown = ((u32)raw_fcntl(b->fd, 3 /* F_GETFL */, 0) ^ b->open_flags) & O_NONBLOCK_FLAG;
	raw_fcntl(a->fd, 4, a->open_flags);
	return shown;
}

/* Below 0, 0 or above 0, in an order of open file descriptions. */
static int compare(const struct ri_fd *a, const struct ri_fd *b)
{
	const u64 facts[][2] = {
		{a->ino, b->ino}, {a->dev, b->dev}, {a->open_flags, b->open_flags}, {(u64)a->offset, (u64)b->offset}};
	int us = raw_gettid(); /* the main thread may have ended */
	long r;

	for (u32 i = 0; i < RAW_COUNT(facts); i++)
		if (facts[i][0] != facts[i][1])
			return facts[i][0] < facts[i][1] ? -1 : 1;
	r = RAW_SYS5(__NR_kcmp, us, us, KCMP_FILE, a->fd, b->fd);
	if (r < 0)
		return !share_flags(a, b);
	return r == 0 ? 0 : r == 1 ? -1 : 1;
}

void ck_sharing_begin(void)
{
	raw_zero(roots, sizeof roots);
}

/* The record of the lower descriptor that the next record of the table shares with, or NULL. */
const struct ri_fd *ck_find_shared(const struct ri_fd *f)
{
	struct ri_fd *fds = ck.tables.fds;
	u32 *at = &roots[root_of(f)], index = (u32)(f - fds);

	while (*at) {
		struct ck_sharing *node = &ck.scratch.sharing[*at - 1];
		int order = compare(f, &fds[*at - 1]);

		if (order == 0)
			return &fds[*at - 1];
		at = order < 0 ? &node->less : &node->more;
	}
	*at = index + 1;
	ck.scratch.sharing[index] = (struct ck_sharing){0, 0};
	return NULL;
}
