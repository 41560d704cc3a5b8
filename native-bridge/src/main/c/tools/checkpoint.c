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
	"usage: roost-checkpoint PROG [ARGS...]            run PROG so that it can be checkpointed\n"
	"       roost-checkpoint --restart IMAGE [-_condor_relocatable]\n"
	"Send SIGUSR2 for checkpoint and continue, SIGTSTP (ctrl-Z) for checkpoint and exit.\n"
	"PROG takes: -_condor_ckpt FILE  -_condor_restart FILE  -_condor_relocatable  -_condor_warning KIND MODE\n"
	"            -_condor_nowarn  -_condor_cmd_fd N  -_condor_cmd_file FILE  -_condor_D_LEVEL\n";

/* A file that was installed or built beside this program: DIR/../<where>. */
int tl_beside(const char *where, char *path, size_t room)
{
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	if (n <= 0)
		return -ENOENT;
	self[n] = 0;
	slash = strrchr(self, '/');
	if (slash)
		*slash = 0;
	if ((size_t)snprintf(path, room, "%s/../%s", self, where) >= room)
		return -ENAMETOOLONG;
	return access(path, R_OK) ? -errno : 0;
}

int tl_preload(void)
{
	const char *given = getenv("ROOST_CKPT_LIBRARY"), *before = getenv("LD_PRELOAD");
	char path[PATH_MAX], real[PATH_MAX], *value;
	int err = given ? 0 : tl_beside("lib/libroostckpt.so", path, sizeof path);

	if (err || !realpath(given ? given : path, real)) {
		fprintf(stderr, "roost-checkpoint: libroostckpt.so is not where it should be (../lib beside this program); "
				"set ROOST_CKPT_LIBRARY\n");
		return -ENOENT;
	}
	if (asprintf(&value, "%s%s%s", real, before ? ":" : "", before ? before : "") < 0)
		return -ENOMEM;
	setenv("LD_PRELOAD", value, 1);
	free(value);
	unsetenv("ROOST_CKPT_PROCESS");
	return 0;
}

static int do_restart(int argc, char **argv)
{
	char path[PATH_MAX];
	bool relocatable = argc > 3 && !strcmp(argv[3], "-_condor_relocatable");
	int err = tl_beside("bin/roost-restart", path, sizeof path);

	if (argc < 3 || argc > 3 + relocatable) {
		fputs(usage, stderr);
		return 2;
	}
	if (!err)
		execl(path, "roost-restart", relocatable ? "-relocatable" : argv[2], relocatable ? argv[2] : NULL, NULL);
	fprintf(stderr, "roost-checkpoint: %s: %s\n", path, strerror(err ? -err : errno));
	return 126;
}

int main(int argc, char **argv)
{
	if (argc < 2 || !strcmp(argv[1], "--help")) {
		fputs(usage, argc < 2 ? stderr : stdout);
		return argc < 2 ? 2 : 0;
	}
	if (!strcmp(argv[1], "--restart"))
		return do_restart(argc, argv);
	if (argv[1][0] == '-') {
		fprintf(stderr, "roost-checkpoint: unknown option %s\n%s", argv[1], usage);
		return 2;
	}
	if (tl_preload())
		return 126;
	execvp(argv[1], argv + 1);
	fprintf(stderr, "roost-checkpoint: %s: %s\n", argv[1], strerror(errno));
	return errno == ENOENT ? 127 : 126;
}
