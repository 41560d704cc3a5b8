// SPDX-License-Identifier: Apache-2.0
// What a program has from whoever started it, but may change itself: limits, niceness, scheduling policy, processors. What
// it did not change is that of the restart; what it changed is brought back, or a warning says that it could not be. Kept
// in the library's own memory, which is in the image. Context: start; handler (note); resumed program (bring back).
#include "ckpt.h"

#define LIMITS 16
#define NAMES {"CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS", "LOCKS", "SIGPENDING", \
	       "MSGQUEUE", "NICE", "RTPRIO", "RTTIME"}

struct processors {
	u64 mask[16];
};

struct limit {
	u64 soft, hard;
};

struct policy {
	s64 number;
	s32 priority;
};

static struct surroundings {
	struct limit limits[LIMITS];
	struct processors processors;
	long niceness;
	struct policy policy;
} given, chosen; /* by whoever started the program; as of the last checkpoint */
static u32 own_limits; /* a bit for each that the program has changed */
static bool own_niceness, own_processors, own_policy;
static volatile bool threads_differ;

static long niceness(void)
{
	return RAW_SYS2(__NR_getpriority, 0, 0);
}

static void get_processors(struct processors *p)
{
	raw_zero(p, sizeof *p);
	RAW_SYS3(__NR_sched_getaffinity, 0, sizeof p->mask, p->mask);
}

static struct policy policy(void)
{
	struct policy p = {RAW_SYS1(__NR_sched_getscheduler, 0), 0};

	RAW_SYS2(__NR_sched_getparam, 0, &p.priority);
	return p;
}

static bool same_policy(struct policy a, struct policy b)
{
	return a.number == b.number && a.priority == b.priority;
}

static void look(struct surroundings *s)
{
	for (u32 i = 0; i < LIMITS; i++)
		RAW_SYS4(__NR_prlimit64, 0, i, 0, &s->limits[i]);
	get_processors(&s->processors);
	s->niceness = niceness();
	s->policy = policy();
}

void ck_surroundings_given(void)
{
	look(&given);
}

/* By the thread that asks for a checkpoint, before the others are looked at. */
void ck_gather_surroundings(void)
{
	threads_differ = false;
	look(&chosen);
	for (u32 i = 0; i < LIMITS; i++)
		if (!raw_equal(&chosen.limits[i], &given.limits[i], sizeof given.limits[i]))
			own_limits |= 1u << i;
	own_policy |= !same_policy(chosen.policy, given.policy);
	own_niceness |= chosen.niceness != given.niceness;
	own_processors |= !raw_equal(&chosen.processors, &given.processors, sizeof given.processors);
}

/* By every other thread. */
void ck_gather_thread_surroundings(void)
{
	struct processors p;

	get_processors(&p);
	if (niceness() != chosen.niceness || !same_policy(policy(), chosen.policy) ||
	    !raw_equal(&p, &chosen.processors, sizeof p))
		threads_differ = true;
}

/* Memory that comes later needs more of these for a while than the program has allowed itself. */
bool ck_limits_memory(void)
{
	return own_limits & (1u << 2 | 1u << 9);
}

static void bring_back_limit(u32 i)
{
	static const char *const names[] = NAMES;
	char text[96];
	struct limit l = chosen.limits[i];
	struct raw_text t;

	if (RAW_SYS4(__NR_prlimit64, 0, i, &l, 0) == 0)
		return;
	if (l.soft <= given.limits[i].hard) {
		l.hard = given.limits[i].hard; /* higher than here: only the superuser may */
		if (RAW_SYS4(__NR_prlimit64, 0, i, &l, 0) == 0)
			return;
	}
	rt_init(&t, text, sizeof text);
	rt_str(&t, "a limit that the program had set cannot be set again: RLIMIT_");
	rt_str(&t, names[i]);
	ck_warn_text(CK_UNSUP, text);
}

/* Before the files, which may need more descriptors, and the threads, which inherit the rest. */
void ck_bring_back_surroundings(void)
{
	ck_surroundings_given();
	for (u32 i = 0; i < LIMITS; i++)
		if (own_limits >> i & 1)
			bring_back_limit(i);
	if (own_niceness && RAW_SYS3(__NR_setpriority, 0, 0, 20 - chosen.niceness))
		ck_warn_text(CK_UNSUP, "the niceness that the program had set cannot be set again");
	if (own_processors &&
	    RAW_SYS3(__NR_sched_setaffinity, 0, sizeof chosen.processors.mask, chosen.processors.mask))
		ck_warn_text(CK_UNSUP, "the processors that the program had chosen are not here");
	if (own_policy && RAW_SYS3(__NR_sched_setscheduler, 0, chosen.policy.number, &chosen.policy.priority))
		ck_warn_text(CK_UNSUP, "the scheduling policy that the program had set cannot be set again");
	if (threads_differ)
		ck_warn_text(CK_UNSUP, "threads had a niceness, policy or processors of their own, which are not brought back");
}
