/* SPDX-License-Identifier: Apache-2.0 */
/* The starter with real processes. One function a test, named after what it says; run by run.c. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../proc.h"
#include "client.h"
#include "frame.h"

static const struct options with_group = { .flags = LAUNCH_NO_NEW_PRIVS };
static const struct options no_group = { .flags = LAUNCH_NO_NEW_PRIVS | LAUNCH_NO_CGROUP };

static char state_of(pid_t pid)
{
	struct st_stat s;

	return st_proc_stat(pid, &s) == 0 ? s.state : '-';
}

static uint32_t number(struct job *j, uint32_t type)
{
	return st_get_u32(&ask(j, type)->in);
}

/* ---- starting ---- */

static void an_exit_code_is_told_and_on_disk(void)
{
	struct st_end told, read;
	struct job j;

	start(&j, NULL, "exit", "7");
	await_exit(&j, &told);
	CHECK(told.how == END_EXITED && told.value == 7 && told.pid == j.pid && told.killed == 0);
	CHECK(told.ended_boot_ns > told.began_boot_ns && told.largest_rss_bytes > 0);
	CHECK(read_record(j.dir, &read) && read.value == 7 && read.ended_ns == told.ended_ns);
	finish_job(&j);
}

static void a_job_starts_with_a_clean_slate(void)
{
	struct options o = with_group;
	char text[2048], cwd[500], out[500], nice_line[64];
	int nice_now = getpriority(PRIO_PROCESS, 0), nicest = 19;
	struct st_end end;
	struct job j;

	starter_begin(&j);
	snprintf(out, sizeof out, "%s/out", j.box);
	snprintf(nice_line, sizeof nice_line, "nice %d\nenv this\n",
		 nice_now + 3 < nicest ? nice_now + 3 : nicest);
	o.out = out;
	CHECK(launch(&j, &o, "report", NULL)->type == FRAME_STARTED);
	await_exit(&j, &end);
	CHECK(end.how == END_EXITED && end.value == 0);
	read_out(&j, "out", text, sizeof text);
	snprintf(cwd, sizeof cwd, "cwd %s\n", j.box);
	CHECK(strstr(text, "session 1\nfds 3\nblocked 0\nchanged 0\numask 27\n"));
	CHECK(strstr(text, cwd) && strstr(text, "nnp 1\ncores 0\n") &&
	      strstr(text, nice_line));
	finish_job(&j);
}

static void the_superusers_starter_runs_a_job_as_its_owner(void)
{
	struct options o = { .flags = LAUNCH_IDENTITY, .uid = NOBODY };
	char text[2048], out[500];
	struct st_end end;
	struct stat st;
	struct job j;

	if (geteuid() != 0)
		_exit(SKIPPED);
	starter_begin(&j);
	CHECK(chown(j.box, NOBODY, NOBODY) == 0);
	snprintf(out, sizeof out, "%s/out", j.box);
	o.out = out;
	CHECK(launch(&j, &o, "report", NULL)->type == FRAME_STARTED);
	await_exit(&j, &end);
	read_out(&j, "out", text, sizeof text);
	CHECK(strstr(text, "uid 65534\ngid 65534\ngroups 1\n"));
	CHECK(stat(out, &st) == 0 && st.st_uid == NOBODY && (st.st_mode & 0777) == 0640);
	finish_job(&j);
}

static void expect_no_start(const struct options *o, const char *text)
{
	char said[TEXT_MAX + 1];
	struct st_end end;
	struct answer *a;
	struct job j;

	starter_begin(&j);
	a = launch(&j, o, "exit", "0");
	CHECK(a->type == FRAME_ERROR);
	st_get_i32(&a->in);
	read_text(&a->in, said, sizeof said);
	if (strcmp(said, text))
		printf("said: %s\n", said);
	CHECK(!strcmp(said, text));
	CHECK(read_record(j.dir, &end) && end.how == END_NOT_STARTED && !strcmp(end.text, text));
	finish_job(&j);
}

static void a_failed_start_says_what_failed(void)
{
	struct options missing = { .executable = "/no/such/program" };
	struct options directory = { .executable = "/" };
	struct options unwritable = { .out = "/no/such/file" };
	struct options nowhere = { .cwd = "/no/such/directory" };
	char text[512];

	expect_no_start(&missing, "Failed to execute '/no/such/program' with arguments exit 0: "
				  "(errno=2: 'No such file or "
				  "directory')");
	expect_no_start(
		&directory,
		"Failed to execute '/' with arguments exit 0: (errno=13: 'Permission denied')");
	expect_no_start(&unwritable, "Failed to open '/no/such/file' as standard output: No such "
				     "file or directory (errno 2)");
	snprintf(text, sizeof text,
		 "Failed to execute '%s/job' with arguments exit 0: Cannot access initial working "
		 "directory \"/no/such/directory\" (errno=2: 'No such file or directory')",
		 test_dir);
	expect_no_start(&nowhere, text);
}

static void a_job_may_start_suspended(void)
{
	struct options o = { .flags = LAUNCH_SUSPENDED };
	struct st_end end;
	struct job j;

	start(&j, &o, "exit", "3");
	CHECK(state_of(j.pid) == 'T');
	CHECK(number(&j, FRAME_CONTINUE) == 1);
	await_exit(&j, &end);
	CHECK(end.how == END_EXITED && end.value == 3);
	finish_job(&j);
}

static void a_path_longer_than_a_socket_address_will_do(void)
{
	char part[101], dir[500];
	struct options o = { .flags = 0 };
	struct st_end end;
	struct job j;
	int fd;

	starter_begin(&j);
	memset(part, 'x', sizeof part - 1);
	part[sizeof part - 1] = '\0';
	snprintf(dir, sizeof dir, "%s/%s", test_dir, part);
	CHECK(mkdir(dir, 0700) == 0);
	snprintf(dir, sizeof dir, "%s/%s/%s", test_dir, part, part);
	CHECK(mkdir(dir, 0700) == 0);
	o.dir = dir;
	CHECK(launch(&j, &o, "sleep", NULL)->type == FRAME_STARTED);
	fd = starter_connect(dir, "starter.sock");
	CHECK(fd >= 0);
	ask(&j, FRAME_KILL_FAMILY);
	await_exit(&j, &end);
	CHECK(read_record(dir, &end));
	finish_job(&j);
}

/* ---- the family ---- */

static void hidden_children_stop_and_continue(const struct options *o)
{
	struct st_end end;
	struct answer *a;
	struct job j;

	start(&j, o, "hide", NULL);
	await_file(&j, "hidden");
	a = ask(&j, FRAME_STOP);
	CHECK(a->type == FRAME_STOPPED && st_get_u32(&a->in) == 3 && st_get_u32(&a->in) == 0);
	CHECK(number(&j, FRAME_CONTINUE) == 3);
	/* Who is on the way out by itself when the kill comes is not counted. */
	CHECK(number(&j, FRAME_KILL_FAMILY) >= 1);
	await_exit(&j, &end);
	CHECK(end.how == END_SIGNALLED && end.value == SIGKILL);
	finish_job(&j);
}

static off_t size_of(const struct job *j, const char *name)
{
	char path[500];
	struct stat st;

	snprintf(path, sizeof path, "%s/%s", j->box, name);
	return stat(path, &st) == 0 ? st.st_size : 0;
}

/* On a busy machine a process may not come to its stop within one answer's time: it is then said to be pending. */
static void stop_whole(struct job *j)
{
	uint32_t pending;

	for (int tries = 1;; tries++) {
		struct answer *a = ask(j, FRAME_STOP);
		uint32_t stopped = st_get_u32(&a->in);

		pending = st_get_u32(&a->in);
		CHECK(stopped + pending >= 1);
		if (!pending)
			return;
		CHECK(tries < 100);
	}
}

static void a_forking_family_stops(const struct options *o)
{
	struct st_end end;
	struct job j;

	start(&j, o, "churn", NULL);
	for (int round = 0; round < 20; round++) {
		off_t before = size_of(&j, "count"), stopped;

		for (int ms = 0; size_of(&j, "count") == before; ms++) {
			CHECK(ms < 20000);
			usleep(1000);
		}
		stop_whole(&j);
		stopped = size_of(&j, "count");
		usleep(3000); /* time in which a process that was left out would write */
		CHECK(size_of(&j, "count") == stopped);
		CHECK(number(&j, FRAME_CONTINUE) >= 1);
	}
	ask(&j, FRAME_KILL_FAMILY);
	await_exit(&j, &end);
	finish_job(&j);
}

/*
 * One stop has to do on a machine that has time for it; each takes no longer than its budget, so on
 * a busy one there may be members left for the next.
 */
static void stop_wins(struct job *j)
{
	uint32_t pending = 1;

	for (int stops = 0; pending; stops++) {
		struct answer *a = ask(j, FRAME_STOP);

		CHECK(stops < 20 && st_get_u32(&a->in) >= 1);
		pending = st_get_u32(&a->in);
	}
}

static void stop_and_kill_win_against(const char *mode, const struct options *o)
{
	struct st_end end;
	struct job j;

	start(&j, o, mode, NULL);
	stop_wins(&j);
	ask(&j, FRAME_CONTINUE);
	CHECK(number(&j, FRAME_KILL_FAMILY) >= 1);
	await_exit(&j, &end);
	CHECK(end.how == END_SIGNALLED && end.value == SIGKILL);
	CHECK(number(&j, FRAME_STATUS) == PHASE_ENDED);
	finish_job(&j);
}

static void families_stop_whole(void)
{
	hidden_children_stop_and_continue(&with_group);
	hidden_children_stop_and_continue(&no_group);
	a_forking_family_stops(&with_group);
	a_forking_family_stops(&no_group);
}

static void a_fork_bomb_is_stopped_and_killed(void)
{
	stop_and_kill_win_against("bomb", &with_group);
	stop_and_kill_win_against("bomb", &no_group);
}

static void a_chain_of_forks_is_stopped_and_killed(void)
{
	stop_and_kill_win_against("chain", &with_group);
	stop_and_kill_win_against("chain", &no_group);
}

static void a_job_is_alone_in_its_group(const struct options *o)
{
	char path[64], text[2048];
	struct st_end end;
	struct answer *a;
	struct job j;

	start(&j, o, "sleep", NULL);
	a = ask(&j, FRAME_STATUS);
	st_get_u32(&a->in);
	CHECK(st_get_u32(&a->in) & STATUS_CGROUP);
	snprintf(path, sizeof path, "/proc/%d/cgroup", (int)j.pid);
	CHECK(st_read_file(AT_FDCWD, path, text, sizeof text) > 0 && strstr(text, "/roost-job-"));
	ask(&j, FRAME_KILL_FAMILY);
	await_exit(&j, &end);
	finish_job(&j);
}

static void the_freezer_of_cgroup_version_1_will_do_to_stop(void)
{
	static const struct options freezer = { .cgroup_parent = "/sys/fs/cgroup/freezer" };

	if (access("/sys/fs/cgroup/freezer/tasks", W_OK) != 0)
		_exit(SKIPPED);
	a_job_is_alone_in_its_group(&freezer);
	hidden_children_stop_and_continue(&freezer);
	a_forking_family_stops(&freezer);
	stop_and_kill_win_against("bomb", &freezer);
	stop_and_kill_win_against("chain", &freezer);
}

static void somebody_continued_from_outside_is_stopped_again(void)
{
	struct st_end end;
	struct job j;

	start(&j, NULL, "sleep", NULL);
	await_file(&j, "running");
	ask(&j, FRAME_STOP);
	CHECK(kill(j.pid, SIGCONT) == 0);
	for (int ms = 0; state_of(j.pid) != 'T'; ms++) {
		CHECK(ms < 20000);
		usleep(1000);
	}
	ask(&j, FRAME_KILL_FAMILY);
	await_exit(&j, &end);
	finish_job(&j);
}

static void who_is_left_when_the_main_process_ends_is_killed(void)
{
	struct st_end end;
	struct job j;

	start(&j, NULL, "leave", NULL);
	await_exit(&j, &end);
	CHECK(end.how == END_EXITED && end.value == 4 && end.killed == 1);
	finish_job(&j);
}

/* ---- signals ---- */

static void a_job_that_ignores_its_kill_signal_can_still_be_killed(void)
{
	struct st_end end;
	struct job j;

	start(&j, NULL, "ignore", NULL);
	await_file(&j, "running");
	CHECK(ask(&j, FRAME_TERMINATE)->type == FRAME_OK);
	CHECK(number(&j, FRAME_STATUS) == PHASE_RUNNING);
	CHECK(number(&j, FRAME_KILL_FAMILY) == 1);
	await_exit(&j, &end);
	CHECK(end.how == END_SIGNALLED && end.value == SIGKILL);
	finish_job(&j);
}

static void terminate_reaches_a_stopped_job(void)
{
	struct st_end end;
	struct job j;

	start(&j, NULL, "sleep", NULL);
	await_file(&j, "running");
	ask(&j, FRAME_STOP);
	CHECK(ask(&j, FRAME_TERMINATE)->type == FRAME_OK);
	await_exit(&j, &end);
	CHECK(end.how == END_SIGNALLED && end.value == SIGTERM);
	finish_job(&j);
}

static void a_signal_goes_to_the_main_process(void)
{
	int32_t hup = SIGHUP, none = 4711;
	struct answer a;
	struct st_end end;
	struct job j;

	start(&j, NULL, "sleep", NULL);
	await_file(&j, "running");
	send_frame(j.fd, FRAME_SIGNAL_MAIN, 50, &none, sizeof none);
	CHECK(read_answer(j.fd, &a) && a.type == FRAME_ERROR && a.id == 50 &&
	      st_get_i32(&a.in) == EINVAL);
	send_frame(j.fd, FRAME_SIGNAL_MAIN, 51, &hup, sizeof hup);
	await_exit(&j, &end);
	CHECK(end.how == END_SIGNALLED && end.value == SIGHUP);
	finish_job(&j);
}

static void a_starter_told_to_end_ends_its_job_first(void)
{
	struct st_end end;
	struct job j;

	start(&j, NULL, "sleep", NULL);
	await_file(&j, "running");
	CHECK(kill(j.starter, SIGTERM) == 0);
	await_exit(&j, &end);
	CHECK(end.how == END_SIGNALLED && end.value == SIGTERM);
	finish_job(&j);
}

/* What a starter that was killed could not do. */
static void remove_group(const struct job *j)
{
	char path[500], text[1024], *group;

	snprintf(path, sizeof path, "%s/starter.pid", j->dir);
	CHECK(st_read_file(AT_FDCWD, path, text, sizeof text) > 0);
	group = strstr(text, "cgroup=");
	CHECK(group);
	group += strlen("cgroup=");
	group[strcspn(group, "\n")] = '\0';
	for (int ms = 0; *group && rmdir(group) != 0 && errno == EBUSY; ms++) {
		CHECK(ms < 20000);
		usleep(1000);
	}
}

static void a_killed_starter_takes_the_main_process_along(void)
{
	struct job j;

	start(&j, NULL, "ignore", NULL);
	await_file(&j, "running");
	CHECK(kill(j.starter, SIGKILL) == 0);
	await_gone(j.pid);
	remove_group(&j);
	close(j.fd);
}

/* ---- bad days ---- */

static void a_job_may_close_its_standard_files(void)
{
	struct st_end end;
	struct job j;

	start(&j, NULL, "close", NULL);
	await_exit(&j, &end);
	CHECK(end.how == END_EXITED && end.value == 5);
	finish_job(&j);
}

static void a_node_that_goes_finds_the_end_on_disk(void)
{
	struct st_end end;
	struct job j;
	int fd;

	start(&j, NULL, "ignore", NULL);
	await_file(&j, "running");
	close(j.fd);
	fd = starter_connect(j.dir, "starter.sock");
	CHECK(fd >= 0);
	j.fd = fd;
	CHECK(number(&j, FRAME_STATUS) == PHASE_RUNNING);
	close(j.fd);
	CHECK(kill(j.pid, SIGKILL) == 0);
	await_gone(j.starter);
	CHECK(read_record(j.dir, &end) && end.how == END_SIGNALLED && end.value == SIGKILL &&
	      end.pid == j.pid);
}

static void a_launch_whose_node_dies_at_once_still_happens(void)
{
	struct st_end end;
	struct job j;

	starter_begin(&j);
	send_launch(&j, NULL, "exit", "8");
	close(j.fd);
	await_gone(j.starter);
	CHECK(read_record(j.dir, &end) && end.how == END_EXITED && end.value == 8);
}

static void an_idle_starter_ends_with_its_node(void)
{
	struct job j;

	starter_begin(&j);
	close(j.fd);
	await_gone(j.starter);
}

static void a_directory_that_disappears_loses_nothing(void)
{
	struct st_end end;
	struct answer *a;
	struct job j;

	start(&j, NULL, "ignore", NULL);
	await_file(&j, "running");
	remove_all(j.dir);
	CHECK(number(&j, FRAME_STATUS) == PHASE_RUNNING);
	CHECK(kill(j.pid, SIGKILL) == 0);
	await_exit(&j, &end);
	CHECK(end.how == END_SIGNALLED && end.value == SIGKILL);
	a = ask(&j, FRAME_STATUS);
	CHECK(st_get_u32(&a->in) == PHASE_ENDED && !(st_get_u32(&a->in) & STATUS_RECORD_ON_DISK));
	close(j.fd); /* the record is nowhere but in the starter, which therefore stays */
	CHECK(mkdir(j.dir, 0700) == 0);
	await_gone(j.starter);
	CHECK(read_record(j.dir, &end) && end.value == SIGKILL);
}

static void a_directory_that_is_cleared_after_the_end_was_told_keeps_nobody(void)
{
	struct st_end end;
	struct job j;

	start(&j, NULL, "ignore", NULL);
	await_file(&j, "running");
	CHECK(kill(j.pid, SIGKILL) == 0);
	await_exit(&j, &end);
	remove_all(j.dir);
	close(j.fd);
	await_gone(j.starter);
}

static void a_job_is_found_in_a_directory_made_again(void)
{
	struct st_end end;
	struct job j;

	start(&j, NULL, "ignore", NULL);
	await_file(&j, "running");
	remove_all(j.dir);
	close(j.fd);
	CHECK(mkdir(j.dir, 0700) == 0);
	for (int ms = 0; (j.fd = starter_connect(j.dir, "starter.sock")) < 0; ms++) {
		CHECK(ms < 20000);
		usleep(1000);
	}
	CHECK(number(&j, FRAME_KILL_FAMILY) == 1);
	await_exit(&j, &end);
	CHECK(read_record(j.dir, &end) && end.value == SIGKILL);
	finish_job(&j);
}

static void fill(const char *dir)
{
	static char block[4096];
	char path[500];
	int fd;

	snprintf(path, sizeof path, "%s/full", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	memset(block, 'x', sizeof block);
	while (write(fd, block, sizeof block) > 0)
		;
	CHECK(errno == ENOSPC);
	close(fd);
}

/* The starter is begun afterwards, so it sees this process's mounts. */
static void a_full_disk_loses_no_exit_status(void)
{
	char disk[300], first[340], second[340], text[TEXT_MAX + 1];
	struct options o = { .dir = first };
	struct st_end end;
	struct answer *a;
	struct job j;

	if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0 ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		_exit(SKIPPED);
	snprintf(disk, sizeof disk, "%s/disk", test_dir);
	snprintf(first, sizeof first, "%s/first", disk);
	snprintf(second, sizeof second, "%s/second", disk);
	CHECK(mkdir(disk, 0700) == 0 && mount("none", disk, "tmpfs", 0, "size=256k") == 0);
	CHECK(mkdir(first, 0700) == 0 && mkdir(second, 0700) == 0);
	starter_begin(&j);
	CHECK(launch(&j, &o, "sleep", NULL)->type == FRAME_STARTED);
	fill(disk);
	ask(&j, FRAME_KILL_FAMILY);
	await_exit(&j, &end);
	CHECK(read_record(first, &end) && end.value == SIGKILL);
	finish_job(&j);

	o.dir = second;
	starter_begin(&j);
	a = launch(&j, &o, "sleep", NULL);
	CHECK(a->type == FRAME_ERROR && st_get_i32(&a->in) == ENOSPC);
	read_text(&a->in, text, sizeof text);
	CHECK(strstr(text, "cannot reserve the exit record in") &&
	      strstr(text, "No space left on device"));
	close(j.fd);
	await_gone(j.starter);
	umount2(disk, MNT_DETACH);
}

static void expect_refusal(const struct job *j, const void *bytes, size_t len, int code)
{
	int fd = starter_connect(j->dir, "starter.sock");
	struct answer a;

	send_bytes(fd, bytes, len);
	CHECK(read_answer(fd, &a) && a.type == FRAME_ERROR && a.id == 0 &&
	      st_get_i32(&a.in) == code);
	CHECK(!read_answer(fd, &a));
	close(fd);
}

static void rubbish_on_the_socket_disturbs_nobody(void)
{
	uint32_t huge[5] = { FRAME_MAGIC, FRAME_BODY_MAX + 1, FRAME_LAUNCH, 1, 0 };
	uint32_t big[5] = { FRAME_MAGIC, 1000, FRAME_STOP, 1, 0 };
	uint32_t wrong[5] = { FRAME_MAGIC, 0, FRAME_KILL_FAMILY, 1, 0xbad };
	char rubbish[100];
	struct st_end end;
	struct job j;
	int half[8];

	start(&j, NULL, "sleep", NULL);
	memset(rubbish, 0xa5, sizeof rubbish);
	expect_refusal(&j, rubbish, sizeof rubbish, EPROTO);
	expect_refusal(&j, huge, sizeof huge, EMSGSIZE);
	expect_refusal(&j, big, sizeof big, EMSGSIZE);
	expect_refusal(&j, wrong, sizeof wrong, EBADMSG);
	/* Half a request each, and more of them than there are places. */
	for (int i = 0; i < 8; i++) {
		half[i] = starter_connect(j.dir, "starter.sock");
		CHECK(half[i] >= 0);
		send_bytes(half[i], wrong, 7);
	}
	CHECK(ask(&j, 4711)->type == FRAME_ERROR);
	CHECK(ask(&j, FRAME_ACK_EXIT)->type == FRAME_ERROR);
	CHECK(ask(&j, FRAME_PING)->type == FRAME_OK);
	CHECK(number(&j, FRAME_STATUS) == PHASE_RUNNING);
	CHECK(number(&j, FRAME_KILL_FAMILY) == 1);
	await_exit(&j, &end);
	for (int i = 0; i < 8; i++)
		close(half[i]);
	finish_job(&j);
}

static void a_bad_specification_is_refused_and_the_starter_still_good(void)
{
	struct st_end end;
	struct answer a;
	struct job j;

	starter_begin(&j);
	send_frame(j.fd, FRAME_LAUNCH, ++j.id, "nonsense", 8);
	CHECK(read_answer(j.fd, &a) && a.type == FRAME_ERROR && a.id == j.id);
	CHECK(ask(&j, FRAME_STOP)->type == FRAME_ERROR);
	CHECK(launch(&j, NULL, "sleep", NULL)->type == FRAME_STARTED);
	CHECK(ask(&j, FRAME_KILL_FAMILY)->type == FRAME_KILLED);
	await_exit(&j, &end);
	finish_job(&j);
}

static void a_directory_serves_one_start_only(void)
{
	struct options o = { .flags = 0 };
	struct st_end end;
	struct job first, second;

	start(&first, NULL, "exit", "0");
	await_exit(&first, &end);
	starter_begin(&second);
	o.dir = first.dir;
	CHECK(launch(&second, &o, "exit", "0")->type == FRAME_ERROR);
	CHECK(number(&second, FRAME_STATUS) == PHASE_IDLE);
	close(second.fd);
	await_gone(second.starter);
	CHECK(read_record(first.dir, &end) && end.how == END_EXITED);
	finish_job(&first);
}

static void pipelined_requests_are_answered_in_order(void)
{
	struct st_end end;
	struct answer a;
	struct job j;

	start(&j, NULL, "sleep", NULL);
	for (uint32_t i = 100; i < 200; i++)
		send_frame(j.fd, i % 2 ? FRAME_CONTINUE : FRAME_STOP, i, NULL, 0);
	for (uint32_t i = 100; i < 200; i++)
		CHECK(read_answer(j.fd, &a) && a.id == i &&
		      a.type == (i % 2 ? FRAME_CONTINUED : FRAME_STOPPED));
	ask(&j, FRAME_KILL_FAMILY);
	await_exit(&j, &end);
	finish_job(&j);
}

static void usage_counts_the_family(void)
{
	struct st_end end;
	struct answer *a;
	struct job j;

	start(&j, &no_group, "churn", NULL);
	for (;;) {
		uint64_t cpu, rss, largest;

		a = ask(&j, FRAME_USAGE);
		cpu = st_get_u64(&a->in);
		cpu += st_get_u64(&a->in);
		rss = st_get_u64(&a->in);
		largest = st_get_u64(&a->in);
		/*
		 * The kernel counts pages by processor and may show a small process as having none.
		 */
		CHECK(largest >= rss && st_get_u32(&a->in) >= 1);
		if (cpu >= 100000)
			break;
		usleep(1000);
	}
	ask(&j, FRAME_KILL_FAMILY);
	await_exit(&j, &end);
	CHECK(end.user_us + end.system_us >= 100000);
	finish_job(&j);
}

const struct test tests[] = {
#define TEST(name) { #name, name }
	TEST(an_exit_code_is_told_and_on_disk),
	TEST(a_job_starts_with_a_clean_slate),
	TEST(the_superusers_starter_runs_a_job_as_its_owner),
	TEST(a_failed_start_says_what_failed),
	TEST(a_job_may_start_suspended),
	TEST(a_path_longer_than_a_socket_address_will_do),
	TEST(families_stop_whole),
	TEST(a_fork_bomb_is_stopped_and_killed),
	TEST(a_chain_of_forks_is_stopped_and_killed),
	TEST(the_freezer_of_cgroup_version_1_will_do_to_stop),
	TEST(somebody_continued_from_outside_is_stopped_again),
	TEST(who_is_left_when_the_main_process_ends_is_killed),
	TEST(a_locked_job_does_not_start_a_second_time),
	TEST(a_lock_is_free_when_its_starter_was_killed),
	TEST(a_lock_that_is_no_file_is_refused),
	TEST(a_job_that_ignores_its_kill_signal_can_still_be_killed),
	TEST(terminate_reaches_a_stopped_job),
	TEST(a_signal_goes_to_the_main_process),
	TEST(a_starter_told_to_end_ends_its_job_first),
	TEST(a_killed_starter_takes_the_main_process_along),
	TEST(a_job_may_close_its_standard_files),
	TEST(a_node_that_goes_finds_the_end_on_disk),
	TEST(a_launch_whose_node_dies_at_once_still_happens),
	TEST(an_idle_starter_ends_with_its_node),
	TEST(a_directory_that_disappears_loses_nothing),
	TEST(a_directory_that_is_cleared_after_the_end_was_told_keeps_nobody),
	TEST(a_job_is_found_in_a_directory_made_again),
	TEST(a_full_disk_loses_no_exit_status),
	TEST(rubbish_on_the_socket_disturbs_nobody),
	TEST(a_bad_specification_is_refused_and_the_starter_still_good),
	TEST(a_directory_serves_one_start_only),
	TEST(pipelined_requests_are_answered_in_order),
	TEST(usage_counts_the_family),
};

const size_t test_count = sizeof tests / sizeof *tests;
