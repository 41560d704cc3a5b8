/* SPDX-License-Identifier: Apache-2.0 */
/* The launch specification of frame.h, decoded and checked. Normal context. */
#ifndef ST_SPEC_H
#define ST_SPEC_H

#include <stdint.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "frame.h"

struct st_rlimit {
	int resource;
	struct rlimit limit;
};

struct st_spec {
	uint32_t flags;
	uid_t uid;
	gid_t gid;
	size_t ngroups, nrlimits;
	gid_t *groups;
	int nice;
	mode_t umask;
	int kill_signal;
	struct st_rlimit rlimits[LAUNCH_RLIMITS_MAX];
	const char *job_dir, *executable, *cwd;
	const char *std[3];
	const char *cgroup_parent;
	const char *lock;
	char **argv, **envp;
	char *arena; /* every string above lies in here */
};

/*
 * Returns 0 or a negative errno with `why` set to a sentence; the specification must then not be
 * used.
 */
int st_spec_decode(struct st_spec *spec, const uint8_t *body, size_t len, const char **why);
void st_spec_free(struct st_spec *spec);

#endif
