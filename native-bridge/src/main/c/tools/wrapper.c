// SPDX-License-Identifier: Apache-2.0
// roost-checkpoint --wrapper: runs a program for a batch system that knows signals and exit codes but no checkpoints.
// If the image is there the program goes on from it, else it starts. The wrapper waits for signals and for its child in
// one sigwaitinfo loop, so nothing runs in a handler. Context: normal.
// Source: HTCondor wiki "Htcondor Syscall Lib Command Line", wrapper for the vanilla universe; exit code 85 as HTCondor
// recommends for checkpoint_exit_code.
#include "tools.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECKPOINTED 85

static const char usage[] =
	"Usage: roost-checkpoint -wrapper [options] PROG [ARGS...]\n"
	"Run a program for a batch system: from its image if that is there, else from the start. SIGTERM and SIGTSTP: it\n"
	"writes an image and ends. SIGUSR2: it writes one and goes on. Any other end of it is passed on as it is.\n"
	"\n"
	"Options:\n"
	"  -image FILE    where the image is and goes: PROG.ckpt\n"
	"  -exit-code N   exit with N when the program ended with a checkpoint: 85\n"
	"  -by-signal     die of SIGUSR2 instead, as the program did\n"
	"  -remove        remove the image when the program has ended with status 0\n"
	"  -help          print this and exit\n";

struct wrapper {
	const char *image;
	int exit_code;
	bool by_signal, remove;
	char **program; /* argv of the program, NULL-ended */
};

static int parse(struct wrapper *w, int argc, char **argv)
{
	static char default_image[PATH_MAX];
	int i;

	*w = (struct wrapper){.exit_code = CHECKPOINTED};
	for (i = 1; i < argc && argv[i][0] == '-'; i++) {
		char *end = NULL;

		if (tl_option(argv[i], "by-signal")) {
			w->by_signal = true;
		} else if (tl_option(argv[i], "remove")) {
			w->remove = true;
		} else if (tl_option(argv[i], "image") && argv[i + 1]) {
			w->image = argv[++i];
		} else if (tl_option(argv[i], "exit-code") && argv[i + 1]) {
			w->exit_code = (int)strtol(argv[++i], &end, 10);
			if (*end || w->exit_code < 1 || w->exit_code > 255) {
				fprintf(stderr, "roost-checkpoint: -exit-code takes a number from 1 to 255, not %s\n", argv[i]);
				return -EINVAL;
			}
		} else {
			fprintf(stderr, "roost-checkpoint: unknown option '%s', or nothing after it\n", argv[i]);
			return -EINVAL;
		}
	}
	if (i == argc) {
		fprintf(stderr, "roost-checkpoint: name a program\n");
		return -EINVAL;
	}
	w->program = argv + i;
	if (!w->image) {
		snprintf(default_image, sizeof default_image, "%s.ckpt", argv[i]);
		w->image = default_image;
	}
	return 0;
}

/* The program's own arguments and ours after them; the library takes ours out wherever they stand. */
static char **command(const struct wrapper *w, bool restart)
{
	size_t n = 0;
	char **argv;

	while (w->program[n])
		n++;
	argv = calloc(n + 4, sizeof *argv);
	if (!argv)
		return NULL;
	memcpy(argv, w->program, n * sizeof *argv);
	if (restart)
		argv[n++] = (char *)"-_condor_relocatable";
	argv[n++] = (char *)(restart ? "-_condor_restart" : "-_condor_ckpt");
	argv[n] = (char *)w->image;
	return argv;
}

static void __attribute__((noreturn)) be_program(const struct wrapper *w, const char *path, pid_t wrapper, const sigset_t *mask)
{
	struct stat st;
	char **argv = command(w, stat(w->image, &st) == 0);

	/* A program that goes on without its wrapper would run twice when the batch system starts it again. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != wrapper)
		_exit(1);
	/* SIGUSR2 and SIGTSTP stay blocked until the library has its handlers in place and lets them in. */
	sigprocmask(SIG_SETMASK, mask, NULL);
	tl_mark_process();
	if (argv)
		execv(path, argv);
	fprintf(stderr, "roost-checkpoint: %s: %s\n", path, strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* From a terminal the whole group has the signal already. */
static void forward(const siginfo_t *info, pid_t child)
{
	if (info->si_code > 0)
		return;
	kill(child, info->si_signo == SIGTERM ? SIGTSTP : info->si_signo);
}

static int __attribute__((noreturn)) die_of(int sig)
{
	struct rlimit none = {0, 0};
	sigset_t only;

	setrlimit(RLIMIT_CORE, &none);
	signal(sig, SIG_DFL);
	sigemptyset(&only);
	sigaddset(&only, sig);
	raise(sig);
	sigprocmask(SIG_UNBLOCK, &only, NULL);
	_exit(128 + sig);
}

static int end(const struct wrapper *w, int status)
{
	if (WIFEXITED(status)) {
		if (w->remove && WEXITSTATUS(status) == 0)
			unlink(w->image);
		return WEXITSTATUS(status);
	}
	if (WTERMSIG(status) == SIGUSR2 && !w->by_signal)
		return w->exit_code;
	die_of(WTERMSIG(status));
}

static int watch(const struct wrapper *w, pid_t child, const sigset_t *ours)
{
	for (;;) {
		siginfo_t info;
		int status;

		if (sigwaitinfo(ours, &info) < 0)
			continue;
		if (info.si_signo != SIGCHLD) {
			forward(&info, child);
			continue;
		}
		if (waitpid(child, &status, WNOHANG) == child)
			return end(w, status);
	}
}

int wr_main(int argc, char **argv)
{
	static const int signals[] = {SIGTERM, SIGTSTP, SIGUSR2, SIGCHLD, SIGINT, SIGHUP, SIGQUIT};
	struct wrapper w;
	char path[PATH_MAX];
	sigset_t ours, mask;
	pid_t self = getpid(), child;
	int err;

	if (argc > 1 && tl_wants_help(argv[1])) {
		fputs(usage, stdout);
		return 0;
	}
	if (parse(&w, argc, argv)) {
		fputs(usage, stderr);
		return 2;
	}
	err = tl_find(w.program[0], path, sizeof path);
	if (err) {
		fprintf(stderr, "roost-checkpoint: %s: %s\n", w.program[0], strerror(-err));
		return 127;
	}
	if (!ch_possible(path) || (!ch_is_linked(path) && tl_preload()))
		return 126;
	sigemptyset(&ours);
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		sigaddset(&ours, signals[i]);
		signal(signals[i], SIG_DFL); /* one that was ignored would never be seen */
	}
	sigprocmask(SIG_BLOCK, &ours, &mask);
	sigaddset(&mask, SIGUSR2);
	sigaddset(&mask, SIGTSTP);
	child = fork();
	if (child < 0) {
		fprintf(stderr, "roost-checkpoint: cannot start a process: %s\n", strerror(errno));
		return 126;
	}
	if (child == 0)
		be_program(&w, path, self, &mask);
	return watch(&w, child, &ours);
}
