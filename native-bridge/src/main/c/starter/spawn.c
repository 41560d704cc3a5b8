/* SPDX-License-Identifier: Apache-2.0 */
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "exit_codes.h"

/*
 * Everything from here to become_job() runs in the child, between fork and exec: system calls only,
 * no allocation, no stdio. A failure goes to the starter as two numbers; the starter makes the
 * sentence.
 */
_Noreturn static void fail(int report, int step, int err)
{
	const struct st_failure failure = { .step = step, .err = err };
	ssize_t n;

	do
		n = write(report, &failure, sizeof failure);
	while (n < 0 && errno == EINTR);
	_exit(ROOST_EXIT_CHILD);
}

/* The starter may be protected from the memory killer; the job is what the node was. */
static void restore_oom_score(int adj)
{
	char digits[8];
	int n = 0, v = adj < 0 ? -adj : adj;
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	for (int div = 1000; div; div /= 10)
		if (v >= div || div == 1 || n)
			digits[n++] = (char)('0' + v / div % 10);
	if (adj < 0) {
		memmove(digits + 1, digits, (size_t)n++);
		digits[0] = '-';
	}
	if (write(fd, digits, (size_t)n) < 0)
		_exit(ROOST_EXIT_CHILD); /* raising one's own score is always allowed */
	close(fd);
}

/* Who may not raise a limit gets as much as he may. */
static int set_limit(__rlimit_resource_t resource, struct rlimit wanted)
{
	struct rlimit now;

	if (prlimit(0, resource, &wanted, NULL) == 0)
		return 0;
	if (errno != EPERM || prlimit(0, resource, NULL, &now) != 0)
		return -1;
	wanted.rlim_max = wanted.rlim_max < now.rlim_max ? wanted.rlim_max : now.rlim_max;
	wanted.rlim_cur = wanted.rlim_cur < wanted.rlim_max ? wanted.rlim_cur : wanted.rlim_max;
	return prlimit(0, resource, &wanted, NULL);
}

static void take_identity(const struct st_spec *spec, int report)
{
	if (spec->nice &&
	    setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + spec->nice) != 0)
		fail(report, ST_STEP_NICE, errno);
	for (size_t i = 0; i < spec->nrlimits; i++)
		if (set_limit((__rlimit_resource_t)spec->rlimits[i].resource,
			      spec->rlimits[i].limit) != 0)
			fail(report, ST_STEP_LIMIT, errno);
	/*
	 * Without the right to become somebody else one already is whom the job shall run as, or it
	 * fails below.
	 */
	if (!(spec->flags & LAUNCH_IDENTITY) || (geteuid() != 0 && geteuid() == spec->uid))
		return;
	/* Raw calls: libc's would tell threads that this process does not have. */
	if (syscall(SYS_setgroups, spec->ngroups, spec->groups) != 0)
		fail(report, ST_STEP_GROUPS, errno);
	if (syscall(SYS_setresgid, spec->gid, spec->gid, spec->gid) != 0)
		fail(report, ST_STEP_GID, errno);
	if (syscall(SYS_setresuid, spec->uid, spec->uid, spec->uid) != 0)
		fail(report, ST_STEP_UID, errno);
}

static int open_std(const struct st_spec *spec, int which)
{
	const char *path = spec->std[which][0] ? spec->std[which] : "/dev/null";
	const int output = O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_CLOEXEC;
	int fd = -1;

	if (which == STDIN_FILENO)
		return open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	if (!(spec->flags & LAUNCH_KEEP_OUTPUT))
		fd = open(path, output | O_TRUNC, 0666);
	return fd >= 0 ? fd : open(path, output, 0666);
}

static void open_std_files(const struct st_spec *spec, int report)
{
	for (int which = 0; which < 3; which++) {
		int fd = open_std(spec, which);

		if (fd < 0 || dup2(fd, which) < 0)
			fail(report, ST_STEP_STDIN + which, errno);
		close(fd);
	}
}

_Noreturn static void become_job(const struct st_spec *spec, const struct st_cgroup *cg,
				 pid_t starter, int oom_score_adj, int go, int report)
{
	sigset_t none;
	char byte;

	if (oom_score_adj != ST_OOM_UNCHANGED)
		restore_oom_score(oom_score_adj);
	if (cg->kind == ST_CGROUP_V1_FREEZER && write(cg->procs, "0", 1) != 1)
		fail(report, ST_STEP_CGROUP, errno);
	if (setsid() < 0)
		fail(report, ST_STEP_SESSION, errno);
	take_identity(spec, report);
	/*
	 * A job without its starter could be neither stopped nor waited for. After the change of
	 * identity, which clears it.
	 */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != starter || read(go, &byte, 1) != 1)
		_exit(ROOST_EXIT_CHILD);

	umask(spec->umask);
	if (chdir(spec->cwd) != 0)
		fail(report, ST_STEP_CWD, errno);
	open_std_files(spec, report);
	/* All of ours have the flag already; to be sure. */
	syscall(SYS_close_range, 3u, ~0u, CLOSE_RANGE_CLOEXEC);
	if (spec->flags & LAUNCH_NO_NEW_PRIVS && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		fail(report, ST_STEP_PRIVS, errno);
	if (spec->flags & LAUNCH_SUSPENDED)
		kill(getpid(), SIGSTOP);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(spec->executable, spec->argv, spec->envp);
	fail(report, ST_STEP_EXEC, errno);
}

/*
 * Forks straight into the control group where the kernel can, because moving a process there later
 * takes milliseconds.
 */
static pid_t fork_into(struct st_cgroup *cg)
{
	struct clone_args args = { .exit_signal = SIGCHLD };
	pid_t pid;

	if (cg->kind == ST_CGROUP_V2) {
		args.flags = CLONE_INTO_CGROUP;
		args.cgroup = (unsigned int)cg->dir;
		pid = (pid_t)syscall(SYS_clone3, &args, sizeof args);
		if (pid >= 0 || errno == EAGAIN || errno == ENOMEM)
			return pid;
		st_cgroup_remove(cg);
	}
	return fork();
}

static void close_pair(const int fd[2])
{
	close(fd[0]);
	close(fd[1]);
}

int st_spawn(const struct st_spec *spec, struct st_cgroup *cg, int oom_score_adj,
	     struct st_spawned *out)
{
	pid_t starter = getpid();
	int report[2], go[2];

	if (pipe2(report, O_CLOEXEC) != 0)
		return -errno;
	if (pipe2(go, O_CLOEXEC) != 0) {
		int err = -errno;

		close_pair(report);
		return err;
	}
	out->pid = fork_into(cg);
	if (out->pid == 0) {
		close(go[1]); /* or the child would wait for itself if the starter died */
		become_job(spec, cg, starter, oom_score_adj, go[0], report[1]);
	}
	if (out->pid < 0) {
		int err = -errno;

		close_pair(report);
		close_pair(go);
		return err;
	}
	close(go[0]);
	close(report[1]);
	out->report = report[0];
	out->go = go[1];
	return 0;
}

void st_spawn_go(struct st_spawned *child)
{
	ssize_t n = write(child->go, "", 1);

	(void)n; /* if it is gone its report says so */
	close(child->go);
	child->go = -1;
}

/* obstacle: what was in the way, with a blank at its end; "" for the program itself. */
static void exec_text(const struct st_spec *spec, const char *obstacle, int err, char *text,
		      size_t cap)
{
	char end[1024];
	size_t room = cap - (size_t)snprintf(end, sizeof end, ": %s(errno=%d: '%s')", obstacle, err,
					     strerror(err));
	int n = snprintf(text, room, "Failed to execute '%s'", spec->executable);

	for (char **arg = spec->argv + 1; *arg && (size_t)n < room; arg++)
		n += snprintf(text + n, room - (size_t)n, "%s%s",
			      arg == spec->argv + 1 ? " with arguments " : " ", *arg);
	strcat(text, end); /* there is room: whatever was cut, the reason is not */
}

/*
 * exec says ENOENT for a program that is there, too: when its interpreter is not. Context: normal.
 */
static void exec_obstacle(const struct st_spec *spec, int err, char *obstacle, size_t cap)
{
	char line[256]; /* the kernel reads no more of it */
	const char *interpreter;
	FILE *f = err == ENOENT ? fopen(spec->executable, "re") : NULL;

	obstacle[0] = '\0';
	if (!f)
		return;
	if (!fgets(line, sizeof line, f) || strncmp(line, "#!", 2) != 0)
		snprintf(obstacle, cap, "The loader that it needs is missing ");
	else if ((interpreter = strtok(line + 2, " \t\n")) != NULL)
		snprintf(obstacle, cap, "Its interpreter \"%s\" is missing ", interpreter);
	fclose(f);
}

void st_failure_text(const struct st_spec *spec, const struct st_failure *failure, char *text,
		     size_t cap)
{
	static const char *const doing[] = {
		[ST_STEP_CGROUP] = "join its control group",
		[ST_STEP_SESSION] = "make a session of its own",
		[ST_STEP_NICE] = "lower its priority",
		[ST_STEP_LIMIT] = "set its resource limits",
		[ST_STEP_GROUPS] = "set its groups",
		[ST_STEP_GID] = "become its group",
		[ST_STEP_UID] = "become its user",
		[ST_STEP_PRIVS] = "give up new privileges",
	};
	static const char *const std[] = { "input", "output", "error" };
	int which = failure->step - ST_STEP_STDIN;
	char obstacle[700];

	switch (failure->step) {
	case ST_STEP_EXEC:
		exec_obstacle(spec, failure->err, obstacle, sizeof obstacle);
		exec_text(spec, obstacle, failure->err, text, cap);
		break;
	case ST_STEP_STDIN:
	case ST_STEP_STDOUT:
	case ST_STEP_STDERR:
		snprintf(text, cap, "Failed to open '%s' as standard %s: %s (errno %d)",
			 spec->std[which][0] ? spec->std[which] : "/dev/null", std[which],
			 strerror(failure->err), failure->err);
		break;
	case ST_STEP_CWD:
		snprintf(obstacle, sizeof obstacle,
			 "Cannot access initial working directory \"%.600s\" ", spec->cwd);
		exec_text(spec, obstacle, failure->err, text, cap);
		break;
	default:
		snprintf(text, cap, "Failed to start '%s': it could not %s: %s (errno %d)",
			 spec->executable, doing[failure->step], strerror(failure->err),
			 failure->err);
	}
}
