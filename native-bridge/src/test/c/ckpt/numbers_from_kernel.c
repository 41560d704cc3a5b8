// SPDX-License-Identifier: Apache-2.0
// Fact: getrandom, clocks, sysconf and sched_getcpu work.
#include "step.h"

#include <sched.h>
#include <sys/random.h>
#include <time.h>

int main(void)
{
	struct timespec last = {0, 0}, now;
	char noise[16], before[16] = "";

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		printf("%zd ", getrandom(noise, sizeof noise, 0));
		printf("%d ", memcmp(noise, before, sizeof noise) != 0);
		memcpy(before, noise, sizeof before);
		clock_gettime(CLOCK_REALTIME, &now);
		printf("%d ", now.tv_sec > last.tv_sec || (now.tv_sec == last.tv_sec && now.tv_nsec >= last.tv_nsec));
		last = now;
		printf("%d %ld\n", sched_getcpu() >= 0, sysconf(_SC_PAGESIZE));
	}
	return 0;
}
