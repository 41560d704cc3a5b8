// SPDX-License-Identifier: Apache-2.0
/* What the program `heap` and the program that measures it, `checkpoints`, tell each other in a shared file. */
#ifndef HEAP_H
#define HEAP_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct heap_orders {
	uint64_t life;	 /* counted up by the driver before each restart */
	uint64_t mark;	 /* forget the longest time between iterations */
	uint64_t fork;	 /* make a copy, as bare as it can be, that lives for some milliseconds */
	uint64_t change; /* write one page in a hundred */
};

struct heap_control {
	volatile struct heap_orders asked, done;
	volatile uint64_t ready, end;
	volatile int64_t longest_ns; /* between two iterations, since the last mark */
	volatile int64_t first_ns, touched_ns; /* CLOCK_MONOTONIC, after a restart */
	volatile uint64_t wrong, sum;
	volatile uint64_t iterations; /* since the first start; a restart goes on counting */
	volatile uint64_t rest; /* while it is set, the program leaves the processor to others */
};

static inline int64_t heap_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

#endif
