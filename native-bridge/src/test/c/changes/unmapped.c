// SPDX-License-Identifier: Apache-2.0
// Fact: what is unmapped stays so, and memory mapped again at the same place begins as zeros.
#include "changes.h"

#include <errno.h>

int main(void)
{
	uint64_t *p = filled(1), *q = filled(2);

	for (int round = 0; round < ROUNDS; round++) {
		size_t page = (size_t)round * 60;
		unsigned char there = 1;
		int gone;

		write_some(p, round);
		munmap(q + page * WORDS, 20 * 4096);
		next_round(round, sum_of(p, (size_t)PAGES * WORDS));
		gone = mincore(q + page * WORDS, 4096, &there) && errno == ENOMEM;
		if (round % 2 && mmap(q + page * WORDS, 20 * 4096, PROT_READ | PROT_WRITE,
				      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
			return 1;
		next_round(round, (uint64_t)gone + (round % 2 ? sum_of(q + page * WORDS, 20 * WORDS) : 0));
		next_round(round, sum_of(q + (page + 20) * WORDS, 40 * WORDS));
	}
	at_the_end(sum_of(p, (size_t)PAGES * WORDS));
	return 0;
}
