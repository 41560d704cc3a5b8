// SPDX-License-Identifier: Apache-2.0
// Modes of terminals: those that the program found are the restart's; those that it changed, or has on a line that it
// opened itself, are set again. Kept in the library's own memory, which is in the image. A terminal that somebody else is
// working at (the program is in its background) is left alone. Context: start; handler (gather); resumed program.
#include "ckpt.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>
#include <sys/stat.h>

#define TERMINALS 16

struct terminal {
	int fd;
	u32 device; /* /dev/tty is the one it stands for */
	struct termios2 modes;
};

static struct terminal given[4], chosen[TERMINALS]; /* by whoever started the program; as of the last checkpoint */
static u32 n_given, n_chosen;

static bool look(int fd, struct terminal *t)
{
	t->fd = fd;
	return RAW_SYS3(__NR_ioctl, fd, TCGETS2, &t->modes) == 0 && RAW_SYS3(__NR_ioctl, fd, TIOCGDEV, &t->device) == 0;
}

static bool in_background(int fd)
{
	s32 group = 0;

	return RAW_SYS3(__NR_ioctl, fd, TIOCGPGRP, &group) == 0 && group != (s32)RAW_SYS1(__NR_getpgid, 0);
}

void ck_terminals_given(void)
{
	int controlling = raw_open("/dev/tty", 02 | 0400 | 02000000 /* O_RDWR O_NOCTTY O_CLOEXEC */, 0);
	const int fds[] = {0, 1, 2, controlling};

	n_given = 0;
	for (u32 i = 0; i < RAW_COUNT(fds); i++)
		if (fds[i] >= 0 && look(fds[i], &given[n_given]))
			n_given++;
	if (controlling >= 0)
		raw_close(controlling);
}

static bool as_given(const struct terminal *t)
{
	for (u32 i = 0; i < n_given; i++)
		if (given[i].device == t->device)
			return raw_equal(&given[i].modes, &t->modes, sizeof t->modes);
	return false;
}

/* Somebody else's modes are to be seen there now: the program's are those of an earlier checkpoint. */
static bool as_before(struct terminal *t, const struct terminal *before, u32 n)
{
	for (u32 i = 0; i < n; i++)
		if (before[i].fd == t->fd) {
			t->modes = before[i].modes;
			return true;
		}
	return false;
}

/* The table of descriptors is there. */
void ck_gather_terminals(void)
{
	static struct terminal before[TERMINALS];
	u32 n_before = n_chosen;

	raw_copy(before, chosen, sizeof before);
	n_chosen = 0;
	for (u32 i = 0; i < ck.tables.n_fds && n_chosen < TERMINALS; i++) {
		const struct ri_fd *f = &ck.tables.fds[i];
		struct terminal *t = &chosen[n_chosen];
		bool known = false;

		if ((f->mode & S_IFMT) != S_IFCHR || f->same_as >= 0 || !look(f->fd, t))
			continue;
		for (u32 k = 0; k < n_chosen; k++)
			known |= chosen[k].device == t->device;
		if (!known && (in_background(f->fd) ? as_before(t, before, n_before) : !as_given(t)))
			n_chosen++;
	}
}

static void set_again(struct terminal *t)
{
	struct terminal now;

	if (!look(t->fd, &now)) {
		ck_warn_text(CK_UNSUP, "a terminal whose modes the program had set is not there now");
		return;
	}
	if (in_background(t->fd)) {
		ck_warn_text(CK_UNSUP, "terminal modes that the program had set are not set again: it is in the background");
		return;
	}
	if ((t->device ^ now.device) >> 8 & 0xfff) { /* of another kind: its line stays as it is */
		t->modes.c_cflag = now.modes.c_cflag;
		t->modes.c_ispeed = now.modes.c_ispeed;
		t->modes.c_ospeed = now.modes.c_ospeed;
	}
	if (RAW_SYS3(__NR_ioctl, t->fd, TCSETS2, &t->modes))
		ck_warn_text(CK_UNSUP, "terminal modes that the program had set cannot be set again");
	for (u32 i = 0; i < n_given; i++)
		if (given[i].device == now.device)
			given[i].device = 0; /* the program's own from now on, whatever was found */
}

/* The descriptors are there. */
void ck_bring_back_terminals(void)
{
	ck_terminals_given();
	for (u32 i = 0; i < n_chosen; i++)
		set_again(&chosen[i]);
}
