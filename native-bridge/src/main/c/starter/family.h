/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The family: every process that descends from the job's main process, however it forked, changed
 * session or lost its parent. The starter is their sub-reaper, so an orphan becomes the starter's
 * own child and stays in the tree; the control group, where there is one, is asked as well.
 *
 * Families fork while they are looked at. An operation therefore repeats until two looks in a row
 * found the same processes, all as wanted; and it never signals a bare pid: a child of the starter
 * keeps its pid until the starter reaps it, any other process is held by a pidfd and its start time
 * compared first. Normal context.
 */
#ifndef ST_FAMILY_H
#define ST_FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "cgroup.h"

/* A look at the family: who was there, in order of pid. */
struct st_look {
	struct st_stat *member;
	size_t n, cap;
	uint64_t digest; /* of who they are: equal digests, equal families */
};

struct st_family {
	/* Never reaped while this is set, so its pid and process group cannot be anybody else's. */
	pid_t main;
	bool main_ended; /* it waits to be reaped */
	int children;  /* this process's own list of them in /proc, -1 if the kernel has none */
	int news;
	struct st_cgroup cgroup;
	struct st_look killed; /* they have had their SIGKILL, and been counted */
	uint64_t largest_rss_bytes;
};

struct st_usage {
	uint64_t user_us, system_us, rss_bytes, largest_rss_bytes;
	uint32_t processes;
};

/* `news` becomes readable when a child stops or ends, and is not read here. */
void st_family_init(struct st_family *f, int news);
void st_family_free(struct st_family *f);

/*
 * `pending` counts those that were told to stop but have not: in an uninterruptible wait, or
 * forking too fast.
 */
int st_family_stop(struct st_family *f, uint32_t *stopped, uint32_t *pending);
/* Sends SIGSTOP to whoever runs, without waiting. For the regular look at a stopped family. */
void st_family_stop_strays(struct st_family *f);
int st_family_continue(struct st_family *f, uint32_t *continued);
/*
 * SIGKILL to all. Adds those it killed to *all, and those but the main process to *others; whoever
 * was told before and is still dying is not counted again. Returns -EAGAIN if the family grew to
 * the last.
 */
int st_family_kill(struct st_family *f, uint32_t *all, uint32_t *others);

/* True if any process but the main one is left, dead or alive. */
bool st_family_has_others(struct st_family *f);

/*
 * Takes away every dead child but the main process. Returns true if the main process is among the
 * dead.
 */
bool st_family_reap(struct st_family *f);

void st_family_usage(struct st_family *f, struct st_usage *u);

#endif
