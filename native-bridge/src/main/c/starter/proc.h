/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What /proc says about processes, and the clocks. Normal context; no allocation except in lists.
 */
#ifndef ST_PROC_H
#define ST_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct st_stat {
	pid_t pid, ppid, pgrp;
	char state;
	int threads;
	uint64_t start_ticks;
	uint64_t user_ticks, system_ticks; /* its own and those of children it has waited for */
	uint64_t rss_bytes;
};

struct st_pids {
	pid_t *pid;
	size_t n, cap;
};

enum { ST_PIDS_MAX = 1 << 17 };

int st_proc_stat(pid_t pid, struct st_stat *s);

/* True if no thread of it can run user code: stopped by a signal or a tracer. */
bool st_proc_is_stopped(const struct st_stat *s);
/* True if it has ended and only waits to be reaped. */
bool st_proc_is_dead(const struct st_stat *s);

/* The most memory it ever had resident, 0 if unknown. */
uint64_t st_proc_largest_rss_bytes(pid_t pid);

/* Adds the numbers of an open file of decimal pids (children, cgroup.procs), from its beginning. */
int st_add_numbers(int fd, struct st_pids *out);
/*
 * Adds the children of every thread of a process; none if it has gone. Needs a kernel that lists
 * children.
 */
int st_proc_children(const struct st_stat *s, struct st_pids *out);
/* Adds every process of the system. */
int st_proc_all(struct st_pids *out);

int st_pids_add(struct st_pids *list, pid_t pid);
void st_pids_free(struct st_pids *list);

/* Reads a small file into buf and ends it with a NUL. Returns its length or a negative errno. */
int st_read_file(int dirfd, const char *path, char *buf, size_t cap);
int st_write_file(int dirfd, const char *path, const char *text);

void st_boot_id(char out[40]);
int64_t st_time_of_day_ns(void);
uint64_t st_boot_time_ns(void);
uint64_t st_ticks_to_us(uint64_t ticks);

#endif
