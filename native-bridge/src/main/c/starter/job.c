/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job of this starter: launch, requests about it, its end. Order matters in two places. At the
 * launch the starter is published (starter.sock, starter.pid) before the child may go on, so that
 * no job ever runs that a new node could not find. At the end nobody is told before the exit record
 * is written, so that it is found whoever dies now; the disk is waited for afterwards, because the
 * node has its own journal for what the machine must remember, and a batch job may be waiting to go
 * on. Normal context.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "starter.h"

enum {
	SETTLE_AFTER_MS = 20, /* after the first requests, before the end of a short job */
	STRAYS_EVERY_MS = 250,
	KILL_AGAIN_MS = 10,
	LEFTOVERS_WAIT_MS = 5000, /* for descendants in an uninterruptible wait */
	RECORD_AGAIN_MS = 1000,
	REACHABLE_EVERY_MS = 1000,
	SMALL_FRAME = 128,
};

#define FORGET_AFTER_NS (3600ull * 1000000000ull)

static uint64_t now_ms(void)
{
	return st_boot_time_ns() / 1000000u;
}

static void answer_numbers(struct starter *s, int conn, uint32_t id, enum frame_type type,
			   int count, const uint32_t *v, bool tell_others)
{
	uint8_t buf[SMALL_FRAME];
	struct st_writer w;

	st_frame_begin(&w, buf, sizeof buf);
	for (int i = 0; i < count; i++)
		st_put_u32(&w, v[i]);
	st_frame_seal(&w, type, id);
	st_send(s, conn, &w);
	if (tell_others) {
		st_frame_seal(&w, type, 0);
		st_send_to_others(s, conn, &w);
	}
}

static void answer_ok(struct starter *s, int conn, uint32_t id)
{
	answer_numbers(s, conn, id, FRAME_OK, 0, NULL, false);
}

/* ---- launch ---- */

static void answer_started(struct starter *s)
{
	uint8_t buf[SMALL_FRAME];
	struct st_writer w;

	if (!s->start_unanswered)
		return;
	s->start_unanswered = false;
	st_frame_begin(&w, buf, sizeof buf);
	st_put_i32(&w, s->end.pid);
	st_put_u64(&w, s->end.start_ticks);
	st_put_i64(&w, s->end.began_ns);
	st_frame_seal(&w, FRAME_STARTED, s->launch_id);
	st_send(s, s->launch_conn, &w);
	st_frame_seal(&w, FRAME_STARTED, 0);
	st_send_to_others(s, s->launch_conn, &w);
}

static void close_report(struct starter *s)
{
	close(s->report); /* which also ends its watch */
	s->report = -1;
}

/* The child forked, but cannot be let go. */
static void abandon(struct starter *s, struct st_spawned *child)
{
	kill(child->pid, SIGKILL);
	waitpid(child->pid, NULL, 0);
	close(child->go);
	close(child->report);
	s->family.main = 0;
	s->end = (struct st_end){ 0 };
}

/*
 * The old socket was for whoever prepared this starter; the job's own is where everybody will look
 * for it.
 */
static int move_listener(struct starter *s)
{
	char path[PATH_MAX + 32];
	int fd;

	snprintf(path, sizeof path, "/proc/self/fd/%d/starter.sock", s->record.dir);
	fd = st_listen(path);
	if (fd < 0)
		return fd;
	close(s->listener);
	s->listener = fd;
	return st_watch(s, fd, ST_TAG_LISTENER, EPOLLIN);
}

/* The socket first: whoever reads who runs here can already talk to it. */
static int publish(struct starter *s)
{
	bool group = s->family.cgroup.kind != ST_CGROUP_NONE;
	int err = move_listener(s);

	if (err)
		return err;
	err = st_record_publish(&s->record, s->end.pid, s->end.start_ticks,
				group ? s->family.cgroup.path : "");
	if (err)
		unlinkat(s->record.dir, "starter.sock", 0);
	return err;
}

static int get_ready(struct starter *s, const struct st_spawned *child, char *why, size_t cap)
{
	struct st_stat stat = { 0 };
	int err = st_proc_stat(child->pid, &stat);

	s->end.pid = child->pid;
	s->end.start_ticks = stat.start_ticks;
	if (!err)
		err = publish(s);
	if (!err)
		err = st_watch(s, child->report, ST_TAG_REPORT, EPOLLIN);
	if (err == -EEXIST)
		snprintf(why, cap, "a node has given up waiting for the job in '%s'",
			 s->spec.job_dir);
	else if (err)
		snprintf(why, cap, "cannot publish the starter in '%s': %s (errno %d)",
			 s->spec.job_dir, strerror(-err), -err);
	return err;
}

static void unlock(struct starter *s, const struct st_end *end)
{
	if (s->lock >= 0)
		st_unlock(s->lock, end);
	s->lock = -1;
}

static int start(struct starter *s, char *why, size_t cap)
{
	struct st_spawned child;
	int err;

	if (s->spec.lock[0]) {
		s->lock = st_lock(s->spec.lock, why, cap);
		if (s->lock < 0)
			return s->lock;
	}
	err = st_record_open(&s->record, s->spec.job_dir, why, cap);
	if (err)
		return err;
	if (s->spec.flags & LAUNCH_NO_CGROUP || s->spec.cgroup_parent[0])
		st_cgroup_remove(&s->family.cgroup);
	if (s->spec.cgroup_parent[0] && !(s->spec.flags & LAUNCH_NO_CGROUP))
		st_cgroup_make(&s->family.cgroup, s->spec.cgroup_parent);
	err = st_spawn(&s->spec, &s->family.cgroup, s->oom_score_adj, &child);
	if (err) {
		snprintf(why, cap, "cannot fork: %s (errno %d)", strerror(-err), -err);
		st_record_discard(&s->record);
		return err;
	}
	s->family.main = child.pid;
	err = get_ready(s, &child, why, cap);
	if (err) {
		abandon(s, &child);
		st_record_discard(&s->record);
		return err;
	}
	s->report = child.report;
	s->end.began_ns = st_time_of_day_ns();
	s->end.began_boot_ns = st_boot_time_ns();
	st_spawn_go(&child);
	return 0;
}

static void launch(struct starter *s, int conn, const struct st_header *h, const uint8_t *body)
{
	char text[TEXT_MAX];
	const char *why = text;
	int err;

	if (s->phase != PHASE_IDLE) {
		st_send_error(s, conn, h->id, EBUSY, "this starter has its job already");
		return;
	}
	err = st_spec_decode(&s->spec, body, h->length, &why);
	if (!err) {
		why = text;
		snprintf(text, sizeof text, "cannot start the job");
		err = start(s, text, sizeof text);
	}
	if (err) {
		unlock(s, NULL);
		st_send_error(s, conn, h->id, err, why);
		st_spec_free(&s->spec);
		return;
	}
	s->phase = PHASE_RUNNING;
	s->start_unanswered = true;
	s->launch_conn = conn;
	s->launch_id = h->id;
	s->stopped = s->spec.flags & LAUNCH_SUSPENDED;
	s->settle_at = now_ms() + SETTLE_AFTER_MS;
	s->look_for_dir_at = now_ms() + REACHABLE_EVERY_MS;
}

void st_job_report(struct starter *s)
{
	ssize_t n;

	if (s->report < 0)
		return;
	n = read(s->report, &s->failure, sizeof s->failure);
	close_report(s);
	if (n != sizeof s->failure) {
		s->failure = (struct st_failure){ 0 };
		answer_started(s);
	} /* else the child is about to end, and the answer is given with its end */
}

/* ---- requests ---- */

static void stop(struct starter *s, int conn, uint32_t id)
{
	uint32_t counts[2];

	s->stopped = true;
	s->look_at = now_ms() + STRAYS_EVERY_MS;
	st_family_stop(&s->family, &counts[0], &counts[1]);
	answer_numbers(s, conn, id, FRAME_STOPPED, 2, counts, true);
}

static void go_on(struct starter *s, int conn, uint32_t id)
{
	uint32_t count;

	s->stopped = false;
	s->look_at = 0;
	st_family_continue(&s->family, &count);
	answer_numbers(s, conn, id, FRAME_CONTINUED, 1, &count, true);
}

/* Has no effect once the main process has ended by itself, though it may not be known yet. */
static void note_asked(struct starter *s)
{
	struct st_stat stat;

	if (!s->end.how && st_proc_stat(s->family.main, &stat) == 0 && stat.state != 'Z')
		s->end.flags |= END_ASKED;
}

/* The signal first, so that a stopped program meets it before it runs on. */
static int terminate(struct starter *s)
{
	uint32_t count;
	int err = kill(s->family.main, s->spec.kill_signal) == 0 ? 0 : -errno;

	note_asked(s);
	if (s->stopped) {
		s->stopped = false;
		s->look_at = 0;
		st_family_continue(&s->family, &count);
	}
	return err;
}

static void kill_family(struct starter *s, uint32_t *all)
{
	uint32_t others = 0;

	*all = 0;
	note_asked(s);
	s->stopped = false;
	s->killing = st_family_kill(&s->family, all, &others) != 0;
	s->look_at = s->killing ? now_ms() + KILL_AGAIN_MS : 0;
}

static void signal_main(struct starter *s, int conn, const struct st_header *h, const uint8_t *body)
{
	struct st_reader r = { .at = body, .end = body + h->length };
	int sig = st_get_i32(&r);

	if (r.bad || sig < 1 || sig > SIGRTMAX)
		st_send_error(s, conn, h->id, EINVAL, "no such signal");
	else if (kill(s->family.main, sig) != 0)
		st_send_error(s, conn, h->id, errno, "the signal could not be sent");
	else
		answer_ok(s, conn, h->id);
}

static void usage(struct starter *s, int conn, uint32_t id)
{
	uint8_t buf[SMALL_FRAME];
	struct st_writer w;
	struct st_usage u;

	st_family_usage(&s->family, &u);
	if (s->phase == PHASE_ENDED) {
		u.user_us = s->end.user_us;
		u.system_us = s->end.system_us;
	}
	st_frame_begin(&w, buf, sizeof buf);
	st_put_u64(&w, u.user_us);
	st_put_u64(&w, u.system_us);
	st_put_u64(&w, u.rss_bytes);
	st_put_u64(&w, u.largest_rss_bytes);
	st_put_u32(&w, u.processes);
	st_frame_seal(&w, FRAME_USAGE_REPLY, id);
	st_send(s, conn, &w);
}

static void status(struct starter *s, int conn, uint32_t id)
{
	uint8_t buf[FRAME_HEADER_BYTES + 256 + 2 * TEXT_MAX];
	uint32_t flags = 0;
	struct st_writer w;

	flags |= s->stopped ? STATUS_STOPPED : 0;
	flags |= s->record.on_disk ? STATUS_RECORD_ON_DISK : 0;
	flags |= s->family.cgroup.kind != ST_CGROUP_NONE ? STATUS_CGROUP : 0;
	st_frame_begin(&w, buf, sizeof buf);
	st_put_u32(&w, s->phase);
	st_put_u32(&w, flags);
	st_put_i32(&w, getpid());
	st_put_i32(&w, s->end.pid);
	st_put_u64(&w, s->end.start_ticks);
	st_put_i32(&w, -s->record.err);
	st_put_str(&w, s->record.err ? strerror(-s->record.err) : "");
	if (s->phase == PHASE_ENDED)
		st_end_put(&w, &s->end);
	st_frame_seal(&w, FRAME_STATUS_REPLY, id);
	st_send(s, conn, &w);
}

static void about_running(struct starter *s, int conn, const struct st_header *h,
			  const uint8_t *body)
{
	uint32_t count;
	int err;

	if (s->phase != PHASE_RUNNING || s->family.main_ended) {
		st_send_error(s, conn, h->id, ESRCH,
			      s->phase == PHASE_IDLE ? "there is no job yet" : "the job has ended");
		return;
	}
	switch (h->type) {
	case FRAME_SIGNAL_MAIN:
		signal_main(s, conn, h, body);
		break;
	case FRAME_STOP:
		stop(s, conn, h->id);
		break;
	case FRAME_CONTINUE:
		go_on(s, conn, h->id);
		break;
	case FRAME_TERMINATE:
		err = terminate(s);
		if (err)
			st_send_error(s, conn, h->id, err, "the signal could not be sent");
		else
			answer_ok(s, conn, h->id);
		break;
	default:
		kill_family(s, &count);
		answer_numbers(s, conn, h->id, FRAME_KILLED, 1, &count, false);
	}
}

void st_job_request(struct starter *s, int conn, const struct st_header *h, const uint8_t *body)
{
	switch (h->type) {
	case FRAME_LAUNCH:
		launch(s, conn, h, body);
		break;
	case FRAME_SIGNAL_MAIN:
	case FRAME_STOP:
	case FRAME_CONTINUE:
	case FRAME_TERMINATE:
	case FRAME_KILL_FAMILY:
		about_running(s, conn, h, body);
		break;
	case FRAME_STATUS:
		status(s, conn, h->id);
		break;
	case FRAME_USAGE:
		usage(s, conn, h->id);
		break;
	case FRAME_PING:
		answer_ok(s, conn, h->id);
		break;
	case FRAME_ACK_EXIT:
		if (s->phase == PHASE_ENDED) {
			s->acknowledged = true;
			answer_ok(s, conn, h->id);
		} else {
			st_send_error(s, conn, h->id, EBUSY, "the job has not ended");
		}
		break;
	case FRAME_SHUTDOWN_WHEN_DONE:
		s->leave_when_done = true;
		answer_ok(s, conn, h->id);
		break;
	default:
		st_send_error(s, conn, h->id, EOPNOTSUPP, "no such request");
	}
}

void st_job_asked_to_go(struct starter *s)
{
	uint32_t count;

	if (s->phase == PHASE_RUNNING && !s->family.main_ended) {
		if (s->asked_to_go)
			kill_family(s, &count);
		else
			terminate(s);
	}
	s->asked_to_go = true;
}

/* ---- end ---- */

static void note_end(struct starter *s)
{
	siginfo_t info = { 0 };

	s->end.ended_ns = st_time_of_day_ns();
	s->end.ended_boot_ns = st_boot_time_ns();
	s->give_up_at = now_ms() + LEFTOVERS_WAIT_MS;
	st_job_report(s);
	waitid(P_PID, (id_t)s->family.main, &info, WEXITED | WNOWAIT);
	if (s->failure.step) {
		s->end.how = END_NOT_STARTED;
		s->end.value = s->failure.err;
		st_failure_text(&s->spec, &s->failure, s->end.text, sizeof s->end.text);
	} else {
		s->end.how = info.si_code == CLD_EXITED ? END_EXITED : END_SIGNALLED;
		s->end.value = info.si_status;
		s->end.flags |= info.si_code == CLD_DUMPED ? END_CORE : 0;
	}
}

static void write_end(struct starter *s)
{
	uint64_t since_ns = st_boot_time_ns() - s->end.ended_boot_ns;

	/* Whoever was told may be clearing up already: nothing new is put in his way. */
	st_record_end(&s->record, &s->end, !s->told_end);
	s->retry_at = s->record.on_disk ? 0 : now_ms() + RECORD_AGAIN_MS;
	/*
	 * Its directory was taken away, by those who were told or for good, and nobody asks: there
	 * is nobody to tell.
	 */
	if (s->record.err == -ENOENT && !st_has_conns(s) &&
	    (s->told_end || since_ns > FORGET_AFTER_NS))
		s->acknowledged = true;
}

static void tell_end(struct starter *s)
{
	uint8_t buf[FRAME_HEADER_BYTES + 128 + TEXT_MAX];
	struct st_writer w;

	if (s->start_unanswered) {
		s->start_unanswered = false;
		st_send_error(s, s->launch_conn, s->launch_id, s->end.value, s->end.text);
	}
	st_frame_begin(&w, buf, sizeof buf);
	st_end_put(&w, &s->end);
	st_frame_seal(&w, FRAME_EXITED, 0);
	st_send_to_others(s, ST_NO_CONN, &w);
}

static void finish(struct starter *s)
{
	struct st_usage u;

	waitpid(s->family.main, NULL, 0);
	s->family.main = 0;
	st_family_usage(&s->family, &u);
	s->end.user_us = u.user_us;
	s->end.system_us = u.system_us;
	s->end.largest_rss_bytes = u.largest_rss_bytes;
	s->phase = PHASE_ENDED;
	s->killing = s->stopped = false;
	s->look_at = s->settle_at = s->give_up_at = 0;
	st_record_note(&s->record, &s->end);
	unlock(s, s->end.how == END_NOT_STARTED ? NULL : &s->end);
	s->told_end = s->record.err == 0 && st_has_conns(s);
	tell_end(s);
	write_end(s);
	st_cgroup_remove(&s->family.cgroup);
}

/* The main process has ended: whoever is left is killed, and when nobody is, that was the end. */
static void go_on_ending(struct starter *s)
{
	uint32_t all = 0;

	if (!s->end.how)
		note_end(s);
	if (st_family_has_others(&s->family)) {
		st_family_kill(&s->family, &all, &s->end.killed);
		st_family_reap(&s->family);
		if (st_family_has_others(&s->family) && now_ms() < s->give_up_at) {
			s->look_at = now_ms() + KILL_AGAIN_MS;
			return;
		}
	}
	finish(s);
}

/*
 * A child that stops before it has become the job counts as started: it will be, when it is
 * continued.
 */
static void look_for_suspended_start(struct starter *s)
{
	siginfo_t info = { 0 };

	if (s->start_unanswered &&
	    waitid(P_PID, (id_t)s->family.main, &info, WSTOPPED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid)
		answer_started(s);
}

void st_job_child_changed(struct starter *s)
{
	if (s->phase != PHASE_RUNNING)
		return;
	if (st_family_reap(&s->family))
		go_on_ending(s);
	else
		look_for_suspended_start(s);
}

static void look_again(struct starter *s)
{
	uint32_t all;

	s->look_at = 0;
	if (s->family.main_ended) {
		go_on_ending(s);
	} else if (s->killing) {
		kill_family(s, &all);
	} else if (s->stopped) {
		st_family_stop_strays(&s->family);
		s->look_at = now_ms() + STRAYS_EVERY_MS;
	}
}

/*
 * Nobody can find a starter whose directory has gone; but a node may make it again, and look for
 * the job in it.
 */
static void stay_reachable(struct starter *s)
{
	int moved;

	s->look_for_dir_at = now_ms() + REACHABLE_EVERY_MS;
	if (st_has_conns(s) || faccessat(s->record.dir, "starter.sock", F_OK, 0) == 0)
		return;
	moved = st_record_follow(&s->record);
	if (moved > 0)
		publish(s);
	else if (moved == 0)
		move_listener(s);
	if (moved > 0 && s->phase == PHASE_ENDED)
		write_end(s);
}

static int sooner(int due, uint64_t at, uint64_t now)
{
	int ms = at <= now ? 0 : (int)(at - now);

	return due < 0 || ms < due ? ms : due;
}

int st_job_tick(struct starter *s)
{
	uint64_t now = now_ms();
	int due = -1;

	if (s->settle_at && s->settle_at <= now) {
		s->settle_at = 0;
		st_record_settle(&s->record);
	}
	if (s->look_at && s->look_at <= now)
		look_again(s);
	if (s->retry_at && s->retry_at <= now)
		write_end(s);
	if (s->look_for_dir_at && s->look_for_dir_at <= now)
		stay_reachable(s);
	now = now_ms();
	if (s->look_for_dir_at)
		due = sooner(due, s->look_for_dir_at, now);
	if (s->settle_at)
		due = sooner(due, s->settle_at, now);
	if (s->look_at)
		due = sooner(due, s->look_at, now);
	if (s->retry_at)
		due = sooner(due, s->retry_at, now);
	return due;
}

void st_job_leave(struct starter *s)
{
	if (s->phase != PHASE_IDLE)
		unlinkat(s->record.dir, "starter.sock", 0);
	st_cgroup_remove(&s->family.cgroup);
	st_family_free(&s->family);
	st_record_close(&s->record);
	st_spec_free(&s->spec);
}
