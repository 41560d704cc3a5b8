/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the job's main process. It is forked early and waits, prepared, for st_spawn_go() while the
 * starter publishes itself in the job directory; only then does it touch anything of the job's, the
 * standard files first.
 */
#ifndef ST_SPAWN_H
#define ST_SPAWN_H

#include <sys/types.h>

#include "cgroup.h"
#include "spec.h"

/* What the child was doing when it failed. */
enum st_step {
	ST_STEP_CGROUP = 1,
	ST_STEP_SESSION,
	ST_STEP_NICE,
	ST_STEP_LIMIT,
	ST_STEP_GROUPS,
	ST_STEP_GID,
	ST_STEP_UID,
	ST_STEP_CWD,
	ST_STEP_STDIN,
	ST_STEP_STDOUT,
	ST_STEP_STDERR,
	ST_STEP_PRIVS,
	ST_STEP_EXEC,
};

struct st_failure {
	int step, err;
};

struct st_spawned {
	pid_t pid;
	int report; /* end of file: the program runs; a struct st_failure: it does not */
	int go;
};

enum { ST_OOM_UNCHANGED = -2000 }; /* no real score is that low */

/* Returns 0 or a negative errno. Clears cg if the child could not be put into it. */
int st_spawn(const struct st_spec *spec, struct st_cgroup *cg, int oom_score_adj,
	     struct st_spawned *out);
void st_spawn_go(struct st_spawned *child);

/*
 * The sentence users see. Source: the texts of the HTCondor 8.8 starter (os_proc.cpp,
 * user_proc.cpp).
 */
void st_failure_text(const struct st_spec *spec, const struct st_failure *failure, char *text,
		     size_t cap);

#endif
