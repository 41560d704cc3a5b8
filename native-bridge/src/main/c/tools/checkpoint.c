// SPDX-License-Identifier: Apache-2.0
// roost-checkpoint PROG ARGS...: runs an unmodified, dynamically linked program under the checkpoint library. The
// program's -_condor_* arguments may stand anywhere among ARGS. Context: normal; becomes PROG, so the pid is PROG's.
#include "tools.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
	"Usage: roost-checkpoint PROG [ARGS...]              run PROG so that it can be checkpointed\n"
	"       roost-checkpoint -restart IMAGE [-_condor_relocatable] [-same-pid]   go on from an image\n"
	"       roost-checkpoint -check [options] [PROG|PID]  can it be checkpointed here, and if not, why\n"
	"       roost-checkpoint -wrapper [options] PROG [ARGS...]         run PROG for a batch system\n"
	"Options of the last two: roost-checkpoint -check -help, roost-checkpoint -wrapper -help.\n"
	"\n"
	"Send SIGUSR2 for checkpoint and continue, SIGTSTP (ctrl-Z) for checkpoint and exit. Anywhere among ARGS:\n"
	"  -_condor_ckpt FILE           where images go: PROG.ckpt\n"
	"  -_condor_restart FILE        go on from this image\n"
	"  -_condor_relocatable         and stay in the present directory\n"
	"  -_condor_compress            compress images\n"
	"  -_condor_incremental         save only what changed since the last image, where that is little\n"
	"  -_condor_warning KIND MODE   ALL NOTICE READWRITE UNSUP BADURL; ON ONCE OFF\n"
	"  -_condor_nowarn              no notices\n"
	"  -_condor_cmd_fd N, -_condor_cmd_file FILE    read commands before the program begins, and at SIGTSTP\n"
	"  -_condor_D_LEVEL             say what is done: ALWAYS FULLDEBUG CKPT\n";

/* DIR/../WHERE with DIR this program's directory: `built` while it lies in the build, else `installed`. */
static int beside(const char *built, const char *installed, char *path, size_t room)
{
	const char *where[] = {built, installed};
	char self[PATH_MAX], name[2 * PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	if (n <= 0)
		return -ENOENT;
	self[n] = 0;
	slash = strrchr(self, '/');
	if (slash)
		*slash = 0;
	for (int i = 0; i < 2; i++) {
		char real[PATH_MAX];

		snprintf(name, sizeof name, "%s/../%s", self, where[i]);
		if (access(name, R_OK) || !realpath(name, real))
			continue;
		if (strlen(real) >= room)
			return -ENAMETOOLONG;
		strcpy(path, real);
		return 0;
	}
	return -ENOENT;
}

int tl_library(char *path, size_t room)
{
	const char *given = getenv("ROOST_CKPT_LIBRARY");
	char real[PATH_MAX];

	if (!given)
		return beside("lib/libroostckpt.so", "lib/native/libroostckpt.so", path, room);
	if (!realpath(given, real))
		return -errno;
	if (*given == '/') /* not what a link points to: the link may be there for its name's sake */
		snprintf(real, sizeof real, "%s", given);
	if (strlen(real) >= room)
		return -ENAMETOOLONG;
	strcpy(path, real);
	return 0;
}

int tl_restorer(char *path, size_t room)
{
	return beside("bin/roost-restart", "libexec/roost-restart", path, room);
}

int tl_find(const char *command, char *path, size_t room)
{
	const char *dirs = getenv("PATH");

	if (strchr(command, '/')) {
		if (strlen(command) >= room)
			return -ENAMETOOLONG;
		strcpy(path, command);
		return access(path, F_OK) ? -errno : 0;
	}
	for (const char *at = dirs ? dirs : "/usr/bin:/bin"; at; at = strchr(at, ':') ? strchr(at, ':') + 1 : NULL) {
		size_t n = strcspn(at, ":");

		if ((size_t)snprintf(path, room, "%.*s%s%s", (int)n, at, n ? "/" : "", command) < room && !access(path, X_OK))
			return 0;
	}
	return -ENOENT;
}

int tl_preload(void)
{
	const char *before = getenv("LD_PRELOAD");
	char path[PATH_MAX], *value;

	if (tl_library(path, sizeof path)) {
		fprintf(stderr, "roost-checkpoint: libroostckpt.so is not where it should be (../lib beside this program); "
				"set ROOST_CKPT_LIBRARY\n");
		return -ENOENT;
	}
	/* ld.so would take the parts for names of their own, and run the program without the library. */
	if (strpbrk(path, ": ")) {
		fprintf(stderr, "roost-checkpoint: the dynamic linker cannot load '%s': its path has a space or a colon; "
				"name a symbolic link to it in ROOST_CKPT_LIBRARY\n", path);
		return -EINVAL;
	}
	if (asprintf(&value, "%s%s%s", path, before ? ":" : "", before ? before : "") < 0)
		return -ENOMEM;
	setenv("LD_PRELOAD", value, 1);
	free(value);
	return 0;
}

void tl_mark_process(void)
{
	char pid[24];

	snprintf(pid, sizeof pid, "%d", (int)getpid());
	setenv("ROOST_CKPT_PROCESS", pid, 1);
}

static int do_restart(int argc, char **argv)
{
	char path[PATH_MAX], *command[5] = {(char *)"roost-restart"};
	int err = tl_restorer(path, sizeof path), n = 1;

	for (int i = 3; i < argc && n < 3; i++)
		if (!strcmp(argv[i], "-_condor_relocatable"))
			command[n++] = (char *)"-relocatable";
		else if (tl_option(argv[i], "same-pid"))
			command[n++] = (char *)"-same-pid";
	if (argc != n + 2) {
		fputs(usage, stderr);
		return 2;
	}
	command[n] = argv[2];
	if (!err)
		execv(path, command);
	fprintf(stderr, "roost-checkpoint: %s: %s\n", path, strerror(err ? -err : errno));
	return 126;
}

/* A program without the library would run from its beginning, and with arguments that it does not know. */
static bool restarts(char **argv)
{
	for (; *argv; argv++)
		if (!strcmp(*argv, "-_condor_restart"))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	char path[PATH_MAX];

	if (argc < 2) {
		fprintf(stderr, "roost-checkpoint: name a program\n%s", usage);
		return 2;
	}
	if (tl_wants_help(argv[1])) {
		fputs(usage, stdout);
		return 0;
	}
	if (tl_option(argv[1], "restart"))
		return do_restart(argc, argv);
	if (tl_option(argv[1], "check"))
		return ch_main(argc - 1, argv + 1);
	if (tl_option(argv[1], "wrapper"))
		return wr_main(argc - 1, argv + 1);
	if (argv[1][0] == '-') {
		fprintf(stderr, "roost-checkpoint: unknown option '%s'\n%s", argv[1], usage);
		return 2;
	}
	/* It runs, but the user is told that it will not be saved. */
	if (!tl_find(argv[1], path, sizeof path) && !ch_possible(path) && restarts(argv))
		return 126;
	if (tl_preload())
		return 126;
	tl_mark_process();
	execvp(argv[1], argv + 1);
	fprintf(stderr, "roost-checkpoint: %s: %s\n", argv[1], strerror(errno));
	return errno == ENOENT ? 127 : 126;
}
