/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the node's socket without understanding the configuration: whoever resolved the configuration
 * (roost.config.FrontCache: the engine in a JVM, or a node at its start) left the socket's path in the
 * user's cache, together with every file that was read for it. While all of those look as they did, the
 * answer is the same. Normal context.
 *
 * The file is $XDG_CACHE_HOME/roost/front-HASH (or under ~/.cache), where HASH is over whatever else
 * decides which configuration is read: the installation, the host's name, a few variables (and the working
 * directory when CONDOR_CONFIG is relative to it) and all _CONDOR_ variables. Its lines:
 *
 *	roost front 1
 *	socket PATH
 *	file SIZE SECONDS NANOSECONDS INODE PATH	a file or directory as it was
 *	absent PATH					what was looked for and not there
 *	variable HASH NAME				an environment variable that a file refers to
 *	end
 */
#include "front.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define VARIABLES_MAX 1024

/* FNV-1a, 64 bits; each string with its NUL, so that borders count. */
static uint64_t hash_add(uint64_t hash, const char *s)
{
	do {
		hash ^= (unsigned char)*s;
		hash *= 0x100000001b3ull;
	} while (*s++);
	return hash;
}

#define HASH_START 0xcbf29ce484222325ull

static void hash_text(uint64_t hash, char out[17])
{
	for (int i = 15; i >= 0; i--, hash >>= 4)
		out[i] = "0123456789abcdef"[hash & 15];
	out[16] = '\0';
}

static const char *variable(const struct front *f, const char *name)
{
	size_t length = strlen(name);

	for (char **e = f->envp; *e; e++)
		if (strncmp(*e, name, length) == 0 && (*e)[length] == '=')
			return *e + length + 1;
	return NULL;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int cache_path(const struct front *f, char path[PATH_MAX])
{
	static const char *const deciding[] = {
		"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "CONDOR_CONFIG", NULL,
	};
	static char *found[VARIABLES_MAX];
	const char *home = variable(f, "HOME"), *cache = variable(f, "XDG_CACHE_HOME");
	const char *config = variable(f, "CONDOR_CONFIG");
	uint64_t hash = hash_add(HASH_START, f->home);
	char cwd[PATH_MAX], digits[17];
	struct utsname host;
	struct text t;
	size_t n = 0;

	if (uname(&host) < 0)
		return -errno;
	hash = hash_add(hash, host.nodename);
	for (const char *const *name = deciding; *name; name++) {
		const char *value = variable(f, *name);

		hash = hash_add(hash, value ? value : "");
	}
	if (config && config[0] != '/') {
		if (!getcwd(cwd, sizeof(cwd)))
			return -errno;
		hash = hash_add(hash, cwd);
	}
	for (char **e = f->envp; *e; e++) {
		if (strncasecmp(*e, "_CONDOR_", 8) != 0)
			continue;
		if (n == VARIABLES_MAX)
			return -E2BIG;
		found[n++] = *e;
	}
	qsort(found, n, sizeof(found[0]), by_bytes);
	for (size_t i = 0; i < n; i++)
		hash = hash_add(hash, found[i]);
	hash_text(hash, digits);

	text_init(&t, path, PATH_MAX);
	if (cache && cache[0] == '/') {
		text_add(&t, cache);
	} else if (home && home[0] == '/') {
		text_add(&t, home);
		text_add(&t, "/.cache");
	} else {
		return -ENOENT;
	}
	text_add(&t, "/roost/front-");
	text_add(&t, digits);
	return t.overflow ? -ENAMETOOLONG : 0;
}

/* Reads the file if nobody but this user can have written it. */
static ssize_t read_own(const char *path, char *out, size_t size)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	ssize_t n;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		n = -errno;
	else if (!S_ISREG(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & 022))
		n = -EPERM;
	else if ((size_t)st.st_size >= size)
		n = -EFBIG;
	else if ((n = read(fd, out, size - 1)) < 0)
		n = -errno;
	else
		out[n] = '\0';
	close(fd);
	return n;
}

/* Cuts the next word off a line; NULL when there is none. */
static char *word(char **rest)
{
	char *start = *rest, *end = strchr(start, ' ');

	if (!end)
		return NULL;
	*end = '\0';
	*rest = end + 1;
	return start;
}

static int same_file(char *rest)
{
	long long fact[4];
	struct stat st;

	for (int i = 0; i < 4; i++) {
		char *w = word(&rest);

		if (!w)
			return 0;
		fact[i] = strtoll(w, NULL, 10);
	}
	return stat(rest, &st) == 0 && st.st_size == fact[0] && st.st_mtim.tv_sec == fact[1] &&
	       st.st_mtim.tv_nsec == fact[2] && (long long)st.st_ino == fact[3];
}

static int same_variable(const struct front *f, char *rest)
{
	char *hash = word(&rest), digits[17];
	const char *value;

	if (!hash)
		return 0;
	value = variable(f, rest);
	hash_text(hash_add(HASH_START, value ? value : ""), digits);
	return strcmp(hash, digits) == 0;
}

static int still_true(struct front *f, char *line)
{
	char *rest = line;
	const char *kind = word(&rest);

	if (!kind)
		return 0;
	if (strcmp(kind, "socket") == 0) {
		if (strlen(rest) >= sizeof(f->socket))
			return 0;
		strcpy(f->socket, rest);
		return rest[0] == '/';
	}
	if (strcmp(kind, "file") == 0)
		return same_file(rest);
	if (strcmp(kind, "absent") == 0)
		return access(rest, F_OK) < 0 && (errno == ENOENT || errno == ENOTDIR);
	if (strcmp(kind, "variable") == 0)
		return same_variable(f, rest);
	return 0;
}

int cache_find(struct front *f)
{
	static char content[65536];
	char path[PATH_MAX], *line = content, *end;
	int rc = cache_path(f, path), first = 1;
	ssize_t n;

	if (rc < 0)
		return rc;
	n = read_own(path, content, sizeof(content));
	if (n < 0)
		return (int)n;
	for (; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (first && strcmp(line, "roost front 1") != 0)
			return -EINVAL;
		if (!first && strcmp(line, "end") == 0)
			return f->socket[0] ? 0 : -EINVAL;
		if (!first && !still_true(f, line))
			return -ESTALE;
		first = 0;
	}
	return -EINVAL;
}
