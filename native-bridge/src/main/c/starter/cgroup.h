/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One control group for the job, where the machine and the user's rights allow one: version 2
 * (cgroup.freeze, cgroup.kill, cpu.stat) or the freezer of version 1. It is the hammer for families
 * that fork faster than they can be looked at, and it counts CPU time of processes that nobody
 * waited for. Everything works without it. Normal context.
 */
#ifndef ST_CGROUP_H
#define ST_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "proc.h"

enum st_cgroup_kind { ST_CGROUP_NONE, ST_CGROUP_V2, ST_CGROUP_V1_FREEZER };

struct st_cgroup {
	enum st_cgroup_kind kind;
	int dir, procs; /* open while kind is not NONE */
	char path[512];
};

/*
 * Makes one in parent, or where this process is if parent is empty. Failing is normal: kind is then
 * NONE.
 */
void st_cgroup_make(struct st_cgroup *cg, const char *parent);
/* Removes it; works once nobody is left in it. */
void st_cgroup_remove(struct st_cgroup *cg);

/* Returns when every member is frozen or thawed, or -ETIMEDOUT after a tenth of a second. */
int st_cgroup_freeze(const struct st_cgroup *cg, bool on);
/* Kills every member at once, however fast they fork. -ENOSYS where the kernel cannot. */
int st_cgroup_kill(const struct st_cgroup *cg);
int st_cgroup_members(const struct st_cgroup *cg, struct st_pids *out);
/* CPU time of all who ever were members. -ENOSYS where it is not counted. */
int st_cgroup_cpu(const struct st_cgroup *cg, uint64_t *user_us, uint64_t *system_us);

#endif
