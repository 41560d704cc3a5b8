/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the starter leaves in the job directory: who runs there, and how it ended. See frame.h for
 * the files. The end is kept in memory until it is on disk: a full disk was provided for by writing
 * the file's block beforehand, a directory that has gone is looked for again. Normal context.
 */
#ifndef ST_RECORD_H
#define ST_RECORD_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "frame.h"
#include "wire.h"

struct st_record {
	int dir;  /* the job directory, -1 before the launch */
	int file; /* exit.rec */
	char dir_path[PATH_MAX];
	bool on_disk;
	int err; /* why not, a negative errno */
};

struct st_end {
	uint32_t how;
	int32_t value;
	uint32_t flags; /* enum end_flag */
	int32_t pid;
	uint64_t start_ticks;
	int64_t began_ns, ended_ns;
	uint64_t began_boot_ns, ended_boot_ns;
	uint64_t user_us, system_us, largest_rss_bytes;
	uint32_t killed;
	char text[2048];
};

/*
 * Opens the directory and reserves exit.rec. Returns 0 or a negative errno with a sentence in why.
 */
int st_record_open(struct st_record *r, const char *dir, char *why, size_t cap);
/* Says who runs here, once and for all: -EEXIST if it was said before. */
int st_record_publish(struct st_record *r, pid_t job, uint64_t job_ticks, const char *cgroup_path);
/*
 * Looks whether the directory that was opened still is the one at its path; if another is there by
 * now, moves into it: a new reserve, to be published anew. Returns 1 if it moved, 0 if all is as it
 * was, or a negative errno.
 */
int st_record_follow(struct st_record *r);
/* Flushes what was written at the launch, so that the end is one block to overwrite. */
void st_record_settle(struct st_record *r);
/*
 * Writes the end so that it outlives this process, though not yet the machine: st_record_end()
 * follows, and makes good what fails here.
 */
void st_record_note(struct st_record *r, const struct st_end *end);
/*
 * Writes the end, durably; sets on_disk and err, and may be tried again. anew: where the record has
 * gone, make another; else that is -ENOENT.
 */
void st_record_end(struct st_record *r, const struct st_end *end, bool anew);
/* Undoes st_record_open() and st_record_publish(): the job was never started. */
void st_record_discard(struct st_record *r);
void st_record_close(struct st_record *r);

void st_end_put(struct st_writer *w, const struct st_end *end);
/* The end as it is on disk: one FRAME_EXITED, and zeros after it. */
void st_end_block(uint8_t block[EXIT_RECORD_BYTES], const struct st_end *end);

#endif
