/* SPDX-License-Identifier: Apache-2.0 */
#include "family.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Cleared to test on any kernel what happens on one without CONFIG_PROC_CHILDREN. */
#ifndef LIST_CHILDREN
#define LIST_CHILDREN 1
#endif

enum {
	STOP_BUDGET_MS = 250, /* the starter answers nothing else meanwhile */
	KILL_BUDGET_MS = 1000,
	FREEZE_AFTER_LOOKS = 5, /* an ordinary family needs two */
};

static uint64_t now_ms(void)
{
	return st_boot_time_ns() / 1000000u;
}

static void pause_us(long us)
{
	const struct timespec t = { .tv_nsec = us * 1000 };

	nanosleep(&t, NULL);
}

/*
 * Gives way until a child has changed: the main process tells the moment it has stopped. Others
 * tell nobody, and news that are not read stay news, so from the third look on it is a short sleep.
 */
static void await_news(const struct st_family *f, int looks)
{
	struct pollfd news = { .fd = f->news, .events = POLLIN };
	const struct timespec most = { .tv_nsec = 200000 };

	if (looks <= 2)
		ppoll(&news, 1, &most, NULL);
	else
		pause_us(looks < 20 ? 50 : 500);
}

static int send_signal(const struct st_stat *s, int sig)
{
	struct st_stat again;
	int fd, err;

	if (s->ppid == getpid())
		return kill(s->pid, sig) == 0 ? 0 : -errno;
	fd = (int)syscall(SYS_pidfd_open, s->pid, 0);
	if (fd < 0)
		return -errno;
	err = st_proc_stat(s->pid, &again);
	if (!err && again.start_ticks != s->start_ticks)
		err = -ESRCH;
	if (!err && syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0) != 0)
		err = -errno;
	close(fd);
	return err;
}

static void send_to_main_group(const struct st_family *f, int sig)
{
	if (f->main)
		kill(-f->main, sig);
}

static int add_member(struct st_look *look, const struct st_stat *s)
{
	if (look->n == look->cap) {
		size_t cap = look->cap ? look->cap * 2 : 64;
		struct st_stat *more = realloc(look->member, cap * sizeof *more);

		if (!more)
			return -ENOMEM;
		look->member = more;
		look->cap = cap;
	}
	look->member[look->n++] = *s;
	return 0;
}

void st_family_init(struct st_family *f, int news)
{
	char path[64];

	f->news = news;
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	f->children = LIST_CHILDREN ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

void st_family_free(struct st_family *f)
{
	free(f->killed.member);
	f->killed = (struct st_look){ 0 };
}

/* Kernels without a list of children: everybody's parent, and whoever hangs on this process. */
static int members_by_table(struct st_look *look)
{
	struct st_pids all = { 0 };
	struct st_stat *table;
	size_t n = 0;
	int err = st_proc_all(&all);

	table = err ? NULL : calloc(all.n + 1, sizeof *table);
	if (!table) {
		st_pids_free(&all);
		return err ? err : -ENOMEM;
	}
	for (size_t i = 0; i < all.n; i++)
		if (st_proc_stat(all.pid[i], &table[n]) == 0)
			n++;
	for (size_t i = 0; i < n && !err; i++)
		if (table[i].ppid == getpid())
			err = add_member(look, &table[i]);
	for (size_t next = 0; next < look->n && !err; next++)
		for (size_t i = 0; i < n && !err; i++)
			if (table[i].ppid == look->member[next].pid)
				err = add_member(look, &table[i]);
	free(table);
	st_pids_free(&all);
	return err;
}

static int add_pids(struct st_look *look, const struct st_pids *pids, size_t from)
{
	int err = 0;

	for (size_t i = from; i < pids->n && !err; i++) {
		struct st_stat s;

		if (st_proc_stat(pids->pid[i], &s) == 0)
			err = add_member(look, &s);
	}
	return err;
}

/*
 * A chain of processes that each fork and end is caught only by signalling a child the moment it is
 * seen: `at_sight` is sent to the starter's own children, whose pids cannot be reused, before
 * anything else is read.
 */
static int members_by_tree(const struct st_family *f, struct st_look *look, int at_sight)
{
	struct st_pids pids = { 0 };
	int err = st_add_numbers(f->children, &pids);

	if (at_sight)
		for (size_t i = 0; i < pids.n; i++)
			kill(pids.pid[i], at_sight);
	if (!err)
		err = add_pids(look, &pids, 0);
	for (size_t next = 0; next < look->n && !err; next++) {
		size_t known = pids.n;

		err = st_proc_children(&look->member[next], &pids);
		if (!err)
			err = add_pids(look, &pids, known);
	}
	st_pids_free(&pids);
	return err;
}

static int by_pid(const void *a, const void *b)
{
	const struct st_stat *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

/*
 * In order of pid, nobody twice: the tree and the group name the same processes, and some move
 * while one reads.
 */
static void tidy(struct st_look *look)
{
	size_t kept = 0;

	if (look->n)
		qsort(look->member, look->n, sizeof *look->member, by_pid);
	look->digest = 1469598103934665603u;
	for (size_t i = 0; i < look->n; i++) {
		const struct st_stat *s = &look->member[i];

		if (kept && look->member[kept - 1].pid == s->pid)
			continue;
		look->member[kept++] = *s;
		look->digest = (look->digest ^ (uint64_t)s->pid) * 1099511628211u;
		look->digest = (look->digest ^ s->start_ticks) * 1099511628211u;
		look->digest = (look->digest ^ (uint64_t)s->threads) * 1099511628211u;
	}
	look->n = kept;
}

static int look_at(const struct st_family *f, struct st_look *look, int at_sight)
{
	struct st_pids group = { 0 };
	int err;

	look->n = 0;
	err = f->children < 0 ? members_by_table(look) : members_by_tree(f, look, at_sight);
	if (!err)
		err = st_cgroup_members(&f->cgroup, &group);
	if (!err)
		err = add_pids(look, &group, 0);
	st_pids_free(&group);
	tidy(look);
	return err;
}

int st_family_stop(struct st_family *f, uint32_t *stopped, uint32_t *pending)
{
	uint64_t until = now_ms() + STOP_BUDGET_MS, digest = 0;
	struct st_look look = { 0 };
	bool frozen = false;
	int err = 0;

	send_to_main_group(f, SIGSTOP);
	for (int looks = 1;; looks++) {
		err = look_at(f, &look, 0);
		*stopped = *pending = 0;
		for (size_t i = 0; i < look.n; i++) {
			if (st_proc_is_dead(&look.member[i]))
				continue;
			if (st_proc_is_stopped(&look.member[i])) {
				++*stopped;
			} else {
				++*pending;
				send_signal(&look.member[i], SIGSTOP);
			}
		}
		if (frozen) { /* whoever wakes now meets its SIGSTOP before its next instruction */
			st_cgroup_freeze(&f->cgroup, false);
			frozen = false;
		} else if (looks >= FREEZE_AFTER_LOOKS && f->cgroup.kind != ST_CGROUP_NONE &&
			   *pending) {
			frozen = st_cgroup_freeze(&f->cgroup, true) == 0;
			if (!frozen)
				st_cgroup_freeze(&f->cgroup, false);
		}
		if ((!*pending && look.digest == digest) || now_ms() >= until)
			break;
		digest = look.digest;
		if (*pending && !frozen)
			await_news(f, looks);
	}
	if (frozen)
		st_cgroup_freeze(&f->cgroup, false);
	free(look.member);
	return err;
}

void st_family_stop_strays(struct st_family *f)
{
	struct st_look look = { 0 };

	look_at(f, &look, 0);
	for (size_t i = 0; i < look.n; i++)
		if (!st_proc_is_dead(&look.member[i]) && !st_proc_is_stopped(&look.member[i]))
			send_signal(&look.member[i], SIGSTOP);
	free(look.member);
}

int st_family_continue(struct st_family *f, uint32_t *continued)
{
	struct st_look look = { 0 };
	int err = look_at(f, &look, 0);

	*continued = 0;
	for (size_t i = 0; i < look.n; i++)
		if (!st_proc_is_dead(&look.member[i]) && send_signal(&look.member[i], SIGCONT) == 0)
			++*continued;
	free(look.member);
	return err;
}

static bool knows(const struct st_look *look, const struct st_stat *s)
{
	size_t low = 0, high = look->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (look->member[mid].pid < s->pid)
			low = mid + 1;
		else
			high = mid;
	}
	return low < look->n && look->member[low].pid == s->pid &&
	       look->member[low].start_ticks == s->start_ticks;
}

/*
 * SIGKILL for every living member of this look. Returns how many of them the last look did not
 * know.
 */
static uint32_t kill_look(const struct st_family *f, const struct st_look *look,
			  const struct st_look *last, uint32_t *all, uint32_t *others)
{
	uint32_t strangers = 0;

	for (size_t i = 0; i < look->n; i++) {
		const struct st_stat *s = &look->member[i];

		if (knows(last, s) || st_proc_is_dead(s))
			continue;
		strangers++;
		if (send_signal(s, SIGKILL) != 0)
			continue;
		++*all;
		if (s->pid != f->main)
			++*others;
	}
	return strangers;
}

int st_family_kill(struct st_family *f, uint32_t *all, uint32_t *others)
{
	uint64_t until = now_ms() + KILL_BUDGET_MS;
	struct st_look look = { 0 };
	int err, quiet = 0;

	err = look_at(f, &look, 0);
	kill_look(f, &look, &f->killed, all, others);
	st_cgroup_kill(&f->cgroup);
	send_to_main_group(f, SIGKILL);
	/*
	 * A process with SIGKILL pending cannot fork any more: two looks without a stranger, and
	 * nobody is left out.
	 */
	for (int looks = 1; quiet < 2 && now_ms() < until; looks++) {
		struct st_look old = f->killed;
		uint32_t stopped, pending;

		f->killed = look;
		look = old;
		/* Stopped members keep their places, so a limited bomb runs dry. */
		if (looks > FREEZE_AFTER_LOOKS)
			st_family_stop(f, &stopped, &pending);
		err = look_at(f, &look, SIGKILL);
		quiet = kill_look(f, &look, &f->killed, all, others) ? 0 : quiet + 1;
		st_family_reap(f);
	}
	free(f->killed.member);
	f->killed = look;
	return err ? err : quiet < 2 ? -EAGAIN : 0;
}

/* Only the starter's own children: every descendant hangs on one of them. */
static int own_children(const struct st_family *f, struct st_pids *out)
{
	struct st_look look = { 0 };
	int err;

	if (f->children >= 0)
		return st_add_numbers(f->children, out);
	err = members_by_table(&look);
	for (size_t i = 0; i < look.n && !err; i++)
		if (look.member[i].ppid == getpid())
			err = st_pids_add(out, look.member[i].pid);
	free(look.member);
	return err;
}

bool st_family_has_others(struct st_family *f)
{
	struct st_pids pids = { 0 };
	bool others = false;

	if (own_children(f, &pids) == 0 && st_cgroup_members(&f->cgroup, &pids) == 0)
		for (size_t i = 0; i < pids.n; i++)
			others |= pids.pid[i] != f->main;
	st_pids_free(&pids);
	return others;
}

bool st_family_reap(struct st_family *f)
{
	struct st_pids pids = { 0 };
	siginfo_t info;

	while (!f->main_ended) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0)
			return false;
		if (info.si_pid == f->main)
			f->main_ended = true;
		else
			waitpid(info.si_pid, NULL, WNOHANG);
	}
	/* From here on the unreaped main process would hide the others from a wait for anybody. */
	if (own_children(f, &pids) == 0)
		for (size_t i = 0; i < pids.n; i++)
			if (pids.pid[i] != f->main)
				waitpid(pids.pid[i], NULL, WNOHANG);
	st_pids_free(&pids);
	return true;
}

void st_family_usage(struct st_family *f, struct st_usage *u)
{
	uint64_t user, system, largest = 0;
	struct st_look look = { 0 };
	struct rusage reaped;

	memset(u, 0, sizeof *u);
	getrusage(RUSAGE_CHILDREN, &reaped);
	u->user_us =
		(uint64_t)reaped.ru_utime.tv_sec * 1000000u + (uint64_t)reaped.ru_utime.tv_usec;
	u->system_us =
		(uint64_t)reaped.ru_stime.tv_sec * 1000000u + (uint64_t)reaped.ru_stime.tv_usec;
	look_at(f, &look, 0);
	for (size_t i = 0; i < look.n; i++) {
		const struct st_stat *s = &look.member[i];
		uint64_t high = st_proc_largest_rss_bytes(s->pid);

		u->user_us += st_ticks_to_us(s->user_ticks);
		u->system_us += st_ticks_to_us(s->system_ticks);
		u->rss_bytes += s->rss_bytes;
		u->processes += !st_proc_is_dead(s);
		if (high > largest)
			largest = high;
	}
	free(look.member);
	/* The group also counts those whom nobody waited for, and to the microsecond. */
	if (st_cgroup_cpu(&f->cgroup, &user, &system) == 0 &&
	    user + system >= u->user_us + u->system_us) {
		u->user_us = user;
		u->system_us = system;
	}
	if (largest < (uint64_t)reaped.ru_maxrss * 1024)
		largest = (uint64_t)reaped.ru_maxrss * 1024;
	if (largest < u->rss_bytes)
		largest = u->rss_bytes;
	if (f->largest_rss_bytes < largest)
		f->largest_rss_bytes = largest;
	u->largest_rss_bytes = f->largest_rss_bytes;
}
