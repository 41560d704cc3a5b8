/* SPDX-License-Identifier: Apache-2.0 */
#include "spec.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "wire.h"

struct decoder {
	struct st_reader in;
	/* Next byte of the arena, which cannot run out: a string is shorter there than here. */
	char *free;
};

static const char *string(struct decoder *d)
{
	size_t len;
	const uint8_t *bytes = st_get_bytes(&d->in, &len);
	char *s = d->free;

	memcpy(s, bytes, len);
	s[len] = '\0';
	d->free = s + len + 1;
	return s;
}

static int strings(struct decoder *d, char ***out)
{
	uint32_t n = st_get_u32(&d->in);

	if (d->in.bad || n > LAUNCH_STRINGS_MAX)
		return -E2BIG;
	*out = calloc((size_t)n + 1, sizeof **out);
	if (!*out)
		return -ENOMEM;
	for (uint32_t i = 0; i < n && !d->in.bad; i++)
		(*out)[i] = (char *)string(d);
	return 0;
}

static int groups(struct st_spec *spec, struct decoder *d)
{
	spec->ngroups = st_get_u32(&d->in);
	if (d->in.bad || spec->ngroups > LAUNCH_GROUPS_MAX)
		return -E2BIG;
	spec->groups = calloc(spec->ngroups + 1, sizeof *spec->groups);
	if (!spec->groups)
		return -ENOMEM;
	for (size_t i = 0; i < spec->ngroups; i++)
		spec->groups[i] = st_get_u32(&d->in);
	return 0;
}

static rlim_t limit(struct st_reader *in)
{
	uint64_t v = st_get_u64(in);

	return v == UINT64_MAX ? RLIM_INFINITY : (rlim_t)v;
}

static int rlimits(struct st_spec *spec, struct st_reader *in)
{
	spec->nrlimits = st_get_u32(in);
	if (in->bad || spec->nrlimits > LAUNCH_RLIMITS_MAX)
		return -E2BIG;
	for (size_t i = 0; i < spec->nrlimits; i++) {
		spec->rlimits[i].resource = st_get_i32(in);
		spec->rlimits[i].limit.rlim_cur = limit(in);
		spec->rlimits[i].limit.rlim_max = limit(in);
	}
	return 0;
}

static const char *complaint(const struct st_spec *spec)
{
	if (spec->flags & ~(uint32_t)LAUNCH_FLAGS_ALL)
		return "launch specification: unknown flag";
	if (spec->nice < 0 || spec->nice > 39)
		return "launch specification: nice must be 0..39";
	if (spec->umask & ~0777u)
		return "launch specification: umask must be 0..0777";
	if (spec->kill_signal < 1 || spec->kill_signal > SIGRTMAX)
		return "launch specification: no such kill signal";
	if (spec->job_dir[0] != '/' || spec->executable[0] != '/' || spec->cwd[0] != '/')
		return "launch specification: job directory, executable and working directory must "
		       "be absolute";
	for (int i = 0; i < 3; i++)
		if (spec->std[i][0] && spec->std[i][0] != '/')
			return "launch specification: standard files must be absolute";
	if (spec->cgroup_parent[0] && spec->cgroup_parent[0] != '/')
		return "launch specification: cgroup parent must be absolute";
	if (spec->lock[0] && spec->lock[0] != '/')
		return "launch specification: lock must be absolute";
	if (!spec->argv[0])
		return "launch specification: argv is empty";
	for (char **e = spec->envp; *e; e++)
		if (!strchr(*e, '=') || **e == '=')
			return "launch specification: environment entry without a name";
	return NULL;
}

int st_spec_decode(struct st_spec *spec, const uint8_t *body, size_t len, const char **why)
{
	struct decoder d = { .in = { .at = body, .end = body + len } };
	int err;

	*why = "launch specification: cut short, too long or malformed";
	memset(spec, 0, sizeof *spec);
	spec->arena = d.free = malloc(len + 1);
	if (!spec->arena)
		return -ENOMEM;
	spec->flags = st_get_u32(&d.in);
	spec->uid = st_get_u32(&d.in);
	spec->gid = st_get_u32(&d.in);
	err = groups(spec, &d);
	if (err)
		return err;
	spec->nice = st_get_i32(&d.in);
	spec->umask = st_get_u32(&d.in);
	spec->kill_signal = st_get_i32(&d.in);
	err = rlimits(spec, &d.in);
	if (err)
		return err;
	spec->job_dir = string(&d);
	spec->executable = string(&d);
	spec->cwd = string(&d);
	for (int i = 0; i < 3; i++)
		spec->std[i] = string(&d);
	spec->cgroup_parent = string(&d);
	spec->lock = string(&d);
	err = strings(&d, &spec->argv);
	if (!err)
		err = strings(&d, &spec->envp);
	if (err)
		return err;
	if (d.in.bad || d.in.at != d.in.end)
		return -EPROTO;
	*why = complaint(spec);
	return *why ? -EINVAL : 0;
}

void st_spec_free(struct st_spec *spec)
{
	free(spec->groups);
	free(spec->argv);
	free(spec->envp);
	free(spec->arena);
	memset(spec, 0, sizeof *spec);
}
