// SPDX-License-Identifier: Apache-2.0
// Fact: clock_gettime, time, getrandom and getcpu work after a restart and clocks do not go backwards.
#include "step.h"

#include <sched.h>
#include <sys/random.h>
#include <sys/time.h>
#include <time.h>

int main(void)
{
	struct timespec last = {0, 0}, t;
	struct timeval tv;
	char r[16];

	for (int step = 0; step < STEPS; step++) {
		checkpoint_here();
		clock_gettime(CLOCK_REALTIME, &t);
		gettimeofday(&tv, NULL);
		printf("forward %d near %d random %zd cpu %d\n",
		       t.tv_sec > last.tv_sec || (t.tv_sec == last.tv_sec && t.tv_nsec > last.tv_nsec),
		       labs((long)(tv.tv_sec - t.tv_sec)) <= 1 && labs((long)(time(NULL) - t.tv_sec)) <= 1,
		       getrandom(r, sizeof r, 0), sched_getcpu() >= 0);
		last = t;
	}
	return 0;
}
