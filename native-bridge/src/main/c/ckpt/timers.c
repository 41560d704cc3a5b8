// SPDX-License-Identifier: Apache-2.0
// alarm, setitimer and POSIX timers: what is left of each is kept, and it goes on with that. POSIX timers get the same
// numbers again, because the C library hands the kernel's numbers to the program.
// Context: handler (gather), resumed program (bring back).
#include "ckpt.h"

struct itimer_value {
	s64 every_sec, every_usec, left_sec, left_usec;
};
struct timer_value {
	s64 every_sec, every_nsec, left_sec, left_nsec;
};
struct sig_event {
	u64 value;
	s32 signo, notify, tid;
	u32 pad[13];
};

_Static_assert(sizeof(struct sig_event) == 72 || sizeof(struct sig_event) == 80, "at least the kernel's 64 bytes");

#define NOTIFY_THREAD_ID 4
#define RESTORE_IDS 77 /* PR_TIMER_CREATE_RESTORE_IDS, kernel 6.15 */

static struct ri_timer *add(void)
{
	struct ck_tables *t = &ck.tables;
	struct ri_timer *n;

	if (t->n_timers == CK_MAX_TIMERS)
		return NULL;
	n = &t->timers[t->n_timers++];
	raw_zero(n, sizeof *n);
	return n;
}

static const char *after(const char *s, const char *name)
{
	s = raw_find(s, name);
	return s ? s + raw_strlen(name) : NULL;
}

/* One record of /proc/self/timers: "ID: 1\nsignal: 14/0000...\nnotify: signal/pid.77\nClockID: 0\n" */
static const char *posix_timer(const char *s)
{
	struct ri_timer *t = add();
	struct timer_value v;
	bool negative;

	if (!t)
		return NULL;
	t->kind = RI_POSIX_TIMER;
	t->id = (s32)raw_number(&s, 10);
	s = after(s, "signal: ");
	if (!s)
		return NULL;
	t->signo = (s32)raw_number(&s, 10);
	s++;
	t->value = raw_number(&s, 16);
	s = after(s, "notify: ");
	if (!s)
		return NULL;
	t->notify = raw_starts(s, "none") ? 1 : raw_starts(s, "thread") ? 2 : 0;
	s = after(s, "/");
	if (!s)
		return NULL;
	if (raw_starts(s, "tid"))
		t->notify |= NOTIFY_THREAD_ID;
	s += 4;
	t->tid = (s32)raw_number(&s, 10);
	s = after(s, "ClockID: ");
	if (!s)
		return NULL;
	negative = *s == '-';
	if (negative)
		s++;
	t->clock = (s32)raw_number(&s, 10);
	if (negative)
		t->clock = -t->clock;
	if (RAW_SYS2(__NR_timer_gettime, t->id, &v) == 0) {
		t->left_sec = v.left_sec;
		t->left_nsec = v.left_nsec;
		t->every_sec = v.every_sec;
		t->every_nsec = v.every_nsec;
	}
	return s;
}

int ck_gather_timers(void)
{
	const char *s = ck.scratch.text;
	long n;

	ck.tables.n_timers = 0;
	for (int which = 0; which < 3; which++) {
		struct itimer_value v = {0, 0, 0, 0};
		struct ri_timer *t;

		if (RAW_SYS2(__NR_getitimer, which, &v) || !(v.left_sec | v.left_usec))
			continue;
		t = add();
		if (!t)
			return -7;
		t->kind = RI_ITIMER;
		t->id = which;
		t->left_sec = v.left_sec;
		t->left_nsec = v.left_usec * 1000;
		t->every_sec = v.every_sec;
		t->every_nsec = v.every_usec * 1000;
	}
	n = raw_slurp("/proc/self/timers", ck.scratch.text, ck.scratch.text_bytes);
	if (n <= 0)
		return n == -2 ? 0 : (int)n; /* -ENOENT: a kernel that cannot tell */
	while (s && (s = after(s, "ID: ")) != NULL)
		s = posix_timer(s);
	return 0;
}

/* Creates timers until the wanted number comes up, and deletes the others: what kernels before 6.15 leave one to do. */
static long create_numbered(int clock, struct sig_event *ev, int id)
{
	for (int tries = 0; tries < 1 << 16; tries++) {
		s32 got = id;
		long err = RAW_SYS3(__NR_timer_create, clock, ev, &got);

		if (err || got == id)
			return err;
		RAW_SYS1(__NR_timer_delete, got);
		if (got > id)
			return -17;
	}
	return -11;
}

int ck_bring_back_timers(void)
{
	int failed = 0;

	raw_prctl(RESTORE_IDS, 1, 0, 0, 0);
	for (u32 i = 0; i < ck.tables.n_timers; i++) {
		const struct ri_timer *t = &ck.tables.timers[i];

		if (t->kind == RI_ITIMER) {
			struct itimer_value v = {t->every_sec, t->every_nsec / 1000, t->left_sec,
						 t->left_nsec / 1000};

			if (!(v.left_sec | v.left_usec))
				v.left_usec = 1;
			RAW_SYS3(__NR_setitimer, t->id, &v, 0);
		} else {
			struct timer_value v = {t->every_sec, t->every_nsec, t->left_sec, t->left_nsec};
			struct sig_event ev = {.value = t->value, .signo = t->signo, .notify = t->notify};

			if (t->notify & NOTIFY_THREAD_ID) {
				ev.tid = raw_gettid();
				for (u32 k = 0; k < ck.tables.n_threads; k++)
					if (ck.tables.threads[k].tid == t->tid)
						ev.tid = (s32)ck.tables.threads[k].pad;
			}
			if (create_numbered(t->clock, &ev, t->id) || RAW_SYS4(__NR_timer_settime, t->id, 0, &v, 0))
				failed++;
		}
	}
	raw_prctl(RESTORE_IDS, 0, 0, 0, 0);
	return failed ? -22 : 0;
}
