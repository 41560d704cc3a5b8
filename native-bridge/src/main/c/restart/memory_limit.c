// SPDX-License-Identifier: Apache-2.0
// How much memory the control group allows this process, version 1 or 2. Context: no libc, in the hole.
#include "restart.h"

#define MOUNT "/sys/fs/cgroup"

static u64 number_of(const char *dir, const char *path, u64 path_bytes, const char *file, const char *name)
{
	static char full[4096 + 128], text[16384];
	struct raw_text t;
	const char *s;

	rt_init(&t, full, sizeof full);
	rt_str(&t, dir);
	while (path_bytes--)
		rt_chr(&t, *path++);
	rt_str(&t, file);
	if (raw_slurp(full, text, sizeof text) <= 0)
		return 0;
	s = raw_find(text, name);
	if (!s)
		return 0;
	s += raw_strlen(name);
	return *s >= '0' && *s <= '9' ? raw_number(&s, 10) : ~0UL; /* "max" */
}

/* The file of version 1 knows the limits of the groups above, too. In a container its path may lead nowhere. */
static u64 version_1(const char *path, u64 n)
{
	u64 limit = number_of(MOUNT "/memory", path, n, "/memory.stat", "hierarchical_memory_limit ");

	return limit ? limit : number_of(MOUNT "/memory", "", 0, "/memory.stat", "hierarchical_memory_limit ");
}

static u64 version_2(const char *path, u64 n)
{
	u64 least = ~0UL;

	for (;; n--) {
		u64 limit = number_of(MOUNT, path, n, "/memory.max", "");

		if (limit && limit < least)
			least = limit;
		while (n && path[n - 1] != '/')
			n--;
		if (!n)
			return least;
	}
}

/* In bytes; ~0: none, or it is not known. */
u64 rs_memory_limit(void)
{
	u64 least = ~0UL;
	const char *s = rs.text;

	if (raw_slurp("/proc/self/cgroup", rs.text, sizeof rs.text) <= 0)
		return least;
	while (*s) { /* "4:cpu,memory:/path"; version 2: "0::/path" */
		const char *controllers = s, *path, *end;
		bool memory = false;
		u64 limit = 0;

		while (*controllers && *controllers++ != ':')
			;
		for (path = controllers; *path && *path != ':'; path++)
			memory |= (path == controllers || path[-1] == ',') && raw_starts(path, "memory");
		path += *path == ':';
		for (end = path; *end && *end != '\n'; end++)
			;
		if (memory)
			limit = version_1(path, (u64)(end - path));
		else if (raw_starts(s, "0::"))
			limit = version_2(path, (u64)(end - path));
		if (limit && limit < least)
			least = limit;
		s = end + (*end == '\n');
	}
	return least;
}
