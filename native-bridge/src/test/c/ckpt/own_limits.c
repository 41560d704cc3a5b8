// SPDX-License-Identifier: Apache-2.0
// Fact: limits, niceness, scheduling policy and processors that a program has set itself are the same after a restart, and a descriptor
// beyond the usual limit is there.
#include "step.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/resource.h>

#define HIGH 1100

static int first_processor(void)
{
	cpu_set_t set;

	sched_getaffinity(0, sizeof set, &set);
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &set))
			return i;
	return 0;
}

int main(void)
{
	struct rlimit files, core = {0, 0}, file_size;
	const struct sched_param none = {.sched_priority = 0};
	cpu_set_t one, now;

	getrlimit(RLIMIT_NOFILE, &files);
	if (files.rlim_max > 2 * HIGH)
		files.rlim_cur = 2 * HIGH;
	setrlimit(RLIMIT_NOFILE, &files);
	setrlimit(RLIMIT_CORE, &core);
	getrlimit(RLIMIT_FSIZE, &file_size);
	file_size.rlim_cur = file_size.rlim_max < 1UL << 33 ? file_size.rlim_max : 1UL << 33;
	setrlimit(RLIMIT_FSIZE, &file_size);
	if (nice(3) < 0 || sched_setscheduler(0, SCHED_BATCH, &none))
		return 1;
	CPU_ZERO(&one);
	CPU_SET(first_processor(), &one);
	sched_setaffinity(0, sizeof one, &one);
	if (files.rlim_cur > HIGH && dup2(1, HIGH) != HIGH)
		return 1;
	for (int step = 0; step < STEPS; step++) {
		struct rlimit a, b, c;

		checkpoint_here();
		getrlimit(RLIMIT_NOFILE, &a);
		getrlimit(RLIMIT_CORE, &b);
		getrlimit(RLIMIT_FSIZE, &c);
		sched_getaffinity(0, sizeof now, &now);
		printf("files %d core %d file size %d niceness %d batch %d processors %d descriptor %d\n", a.rlim_cur == files.rlim_cur,
		       b.rlim_cur == 0, c.rlim_cur == file_size.rlim_cur, getpriority(PRIO_PROCESS, 0),
		       sched_getscheduler(0) == SCHED_BATCH, CPU_EQUAL(&one, &now), fcntl(HIGH, F_GETFD));
	}
	return 0;
}
