// SPDX-License-Identifier: Apache-2.0
// Fact: a thousand descriptors come back with their numbers, offsets and sharing: of one file and of many, duplicated and
// opened again, also where the limit of open files had to be raised for them.
#include "step.h"

#include <fcntl.h>
#include <sys/resource.h>

#define MANY 1000

static int fds[MANY];

int main(void)
{
	struct rlimit limit;
	char name[32];

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max < 2048 ? limit.rlim_max : 2048;
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "many.%d", i % 4 == 3 ? i : 0);
		fds[i] = i % 4 == 1 ? dup(fds[i - 1]) : open(name, O_RDWR | O_CREAT, 0600);
		if (fds[i] < 0)
			return 1;
	}
	for (int step = 0; step < STEPS; step++) {
		long sum = 0;

		for (int i = 0; i < MANY; i++)
			if (i % 4 != 1)
				lseek(fds[i], step * 100 + i, SEEK_SET);
		checkpoint_here();
		for (int i = 0; i < MANY; i++)
			sum = sum * 31 + lseek(fds[i], 0, SEEK_CUR);
		printf("step %d: %lx\n", step, sum);
		fflush(stdout);
	}
	return 0;
}
