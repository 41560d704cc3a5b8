// SPDX-License-Identifier: Apache-2.0
// Fact: threads that write all the time have done nothing between the image and the program's end that is done again
// after the restart: no line is in the file twice, and none is missing.
#include "step.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>

#define THREADS 3
#define LINES 20000 /* of each */

static int file;
static atomic_long written;

static void *writes(void *first)
{
	for (long i = (long)first; i < LINES * THREADS; i += THREADS) {
		char line[16];
		int n = snprintf(line, sizeof line, "%ld\n", i);

		if (write(file, line, (size_t)n) != n)
			exit(1);
		written++;
	}
	return NULL;
}

int main(void)
{
	static unsigned char seen[LINES * THREADS];
	long again = 0, lines = 0, i;
	pthread_t threads[THREADS];
	FILE *in;

	file = open("lines", O_WRONLY | O_CREAT | O_APPEND, 0600);
	for (long t = 0; t < THREADS; t++)
		pthread_create(&threads[t], NULL, writes, (void *)t);
	for (int step = 0; step < STEPS; step++) {
		while (written < (step + 1) * LINES * THREADS / (STEPS + 1))
			sched_yield();
		checkpoint_here();
	}
	for (int t = 0; t < THREADS; t++)
		pthread_join(threads[t], NULL);
	in = fopen("lines", "r");
	while (fscanf(in, "%ld", &i) == 1) {
		lines++;
		again += seen[i]++;
	}
	printf("%ld lines, %ld of them again\n", lines, again);
	return 0;
}
