/* SPDX-License-Identifier: Apache-2.0 */
/*
 * roost-starter: starts one job, keeps its family together, and remembers how it ended. It is begun
 * by a node, ahead of need (`--listen SOCKET`): it binds the socket, goes into the background in a
 * session of its own, and waits there for one launch specification. From then on it depends on
 * nobody: the node may die and come back. Exits by itself when its node has gone while it was idle,
 * and when the job's end has been taken over or is safely on disk with nobody there.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "exit_codes.h"
#include "starter.h"

enum { IDLE_WAIT_MS = 30000 };

static struct starter starter;

static int usage(void)
{
	fprintf(stderr,
		"usage: roost-starter --listen SOCKET\n"
		"Waits on SOCKET for a job and runs it. Started by a Roost node, not by hand.\n");
	return ROOST_EXIT_USAGE;
}

/*
 * Away from the node's terminal, session and files: nothing that happens to the node reaches this
 * process.
 */
static void leave_home(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	setsid();
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	close(null);
	if (chdir("/") != 0)
		_exit(ROOST_EXIT_FAILED);
}

static int take_signals(void)
{
	sigset_t all, wanted;

	sigfillset(&all);
	if (sigprocmask(SIG_SETMASK, &all, NULL) != 0)
		return -errno;
	/*
	 * A parent may have had some ignored, SIGCHLD for one, which would cost every status. The
	 * job inherits this.
	 */
	for (int sig = 1; sig <= SIGRTMAX; sig++)
		if (sig != SIGKILL && sig != SIGSTOP)
			signal(sig, SIG_DFL);
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGCHLD);
	sigaddset(&wanted, SIGTERM);
	return signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

/*
 * Out of memory must not cost the one process that knows about the job. Only the superuser may ask
 * for that.
 */
static int avoid_memory_killer(void)
{
	char text[16];

	if (geteuid() != 0 ||
	    st_read_file(AT_FDCWD, "/proc/self/oom_score_adj", text, sizeof text) < 0 ||
	    st_write_file(AT_FDCWD, "/proc/self/oom_score_adj", "-999") != 0)
		return ST_OOM_UNCHANGED;
	return atoi(text);
}

static int prepare(struct starter *s)
{
	s->epoll = epoll_create1(EPOLL_CLOEXEC);
	s->signals = take_signals();
	s->report = s->lock = s->record.dir = s->record.file = -1;
	s->launch_conn = ST_NO_CONN;
	for (int i = 0; i < ST_CONNS_MAX; i++)
		s->conns[i].fd = -1;
	if (s->epoll < 0 || s->signals < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
		return -errno;
	if (st_watch(s, s->listener, ST_TAG_LISTENER, EPOLLIN) != 0 ||
	    st_watch(s, s->signals, ST_TAG_SIGNALS, EPOLLIN) != 0)
		return -errno;
	st_family_init(&s->family, s->signals);
	s->oom_score_adj = avoid_memory_killer();
	st_cgroup_make(&s->family.cgroup, "");
	return 0;
}

static void read_signals(struct starter *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGTERM)
			st_job_asked_to_go(s);
	}
	st_job_child_changed(s);
}

static bool finished(const struct starter *s)
{
	switch (s->phase) {
	case PHASE_IDLE:
		return s->asked_to_go || (s->had_conn && !st_has_conns(s));
	case PHASE_RUNNING:
		return false;
	default:
		if (!st_all_written(s))
			return false;
		return s->acknowledged ||
		       (s->record.on_disk && (s->leave_when_done || !st_has_conns(s)));
	}
}

static void run(struct starter *s)
{
	while (!finished(s)) {
		struct epoll_event events[8];
		int due = st_job_tick(s);
		int n;

		if (finished(s))
			break;
		if (s->phase == PHASE_IDLE && !s->had_conn)
			due = IDLE_WAIT_MS;
		n = epoll_wait(s->epoll, events, 8, due);
		if (n == 0 && s->phase == PHASE_IDLE && !s->had_conn)
			break;
		for (int i = 0; i < n; i++) {
			switch (events[i].data.u32) {
			case ST_TAG_LISTENER:
				st_serve_listener(s);
				break;
			case ST_TAG_SIGNALS:
				read_signals(s);
				break;
			case ST_TAG_REPORT:
				st_job_report(s);
				break;
			default:
				st_serve_conn(s, (int)(events[i].data.u32 - ST_TAG_CONN),
					      events[i].events);
			}
		}
	}
}

int main(int argc, char **argv)
{
	struct starter *s = &starter;
	pid_t pid;

	if (argc != 3 || strcmp(argv[1], "--listen") != 0)
		return usage();
	syscall(SYS_close_range, 3u, ~0u, 0u);
	umask(077);
	st_wire_init();
	s->listener = st_listen(argv[2]);
	if (s->listener < 0) {
		fprintf(stderr, "roost-starter: cannot listen on '%s': %s\n", argv[2],
			strerror(-s->listener));
		return ROOST_EXIT_SOCKET;
	}
	pid = fork();
	if (pid < 0) {
		fprintf(stderr, "roost-starter: cannot fork: %s\n", strerror(errno));
		unlink(argv[2]);
		return ROOST_EXIT_FAILED;
	}
	if (pid > 0)
		return ROOST_EXIT_OK;
	leave_home();
	if (prepare(s) == 0)
		run(s);
	if (s->phase == PHASE_IDLE)
		unlink(argv[2]);
	st_job_leave(s);
	st_close_conns(s);
	return ROOST_EXIT_OK;
}
