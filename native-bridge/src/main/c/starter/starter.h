/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one state of a starter process, and the three files that work on it:
 *   main.c   command line, becoming a daemon of its own, the event loop
 *   serve.c  connections: frames in, frames out
 *   job.c    the job: launch, requests about it, its end
 * One thread, no signal handlers: every signal is blocked and read from a signalfd. A starter runs
 * one job in its life: idle, then running, then ended.
 */
#ifndef ST_STARTER_H
#define ST_STARTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "family.h"
#include "frame.h"
#include "record.h"
#include "spawn.h"
#include "spec.h"

enum { ST_CONNS_MAX = 4, ST_OUT_MAX = 256 << 10, ST_NO_CONN = -1 };

struct st_conn {
	int fd; /* -1: free */
	bool spoke; /* has sent a whole frame */
	bool closing; /* once everything is written */
	uint8_t *in, *out;
	size_t in_len, in_cap, out_len, out_cap;
};

struct starter {
	int epoll, signals, listener;
	struct st_conn conns[ST_CONNS_MAX];
	bool had_conn;
	enum phase phase;

	struct st_spec spec;
	struct st_family family;
	struct st_record record;
	struct st_end end;
	int oom_score_adj; /* what the job gets back, or ST_OOM_UNCHANGED */

	int lock; /* of a job that other nodes may start, too; -1: none is held */
	int report; /* -1 once the child has become the job, or failed to */
	struct st_failure failure;
	bool start_unanswered;
	int launch_conn;
	uint32_t launch_id;

	bool stopped;	/* the family is meant to be */
	bool killing;	/* goes on until nobody is left */
	bool asked_to_go; /* SIGTERM has been answered with the kill signal */
	bool leave_when_done, acknowledged;
	bool told_end; /* to somebody, when its record was in its place */
	/* Boot time in ms, 0: not due. */
	uint64_t settle_at, look_at, retry_at, give_up_at, look_for_dir_at;
};

/* serve.c */
int st_listen(const char *path);
void st_serve_listener(struct starter *s);
void st_serve_conn(struct starter *s, int index, uint32_t events);
void st_send(struct starter *s, int conn, const struct st_writer *frame);
void st_send_to_others(struct starter *s, int but, const struct st_writer *frame);
void st_send_error(struct starter *s, int conn, uint32_t id, int err, const char *text);
void st_close_conns(struct starter *s);
bool st_has_conns(const struct starter *s);
bool st_all_written(const struct starter *s);
int st_watch(struct starter *s, int fd, uint32_t tag, uint32_t events);

/* lock.c: returns a descriptor that holds the lock, or a negative errno with a sentence in why */
int st_lock(const char *path, char *why, size_t cap);
/* Gives it back; end is how the run ended, NULL if it never began. */
void st_unlock(int fd, const struct st_end *end);

/* job.c */
void st_job_request(struct starter *s, int conn, const struct st_header *h, const uint8_t *body);
void st_job_report(struct starter *s);
void st_job_child_changed(struct starter *s);
void st_job_asked_to_go(struct starter *s);
/* Does what is due and returns the milliseconds until the next thing is, or -1. */
int st_job_tick(struct starter *s);
/* Before this process ends: leaves nothing behind but the records. */
void st_job_leave(struct starter *s);

enum st_tag { ST_TAG_LISTENER, ST_TAG_SIGNALS, ST_TAG_REPORT, ST_TAG_CONN };

#endif
