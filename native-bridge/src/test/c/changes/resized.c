// SPDX-License-Identifier: Apache-2.0
// Fact: memory that mremap has made smaller and larger again shows zeros where it was cut off.
#include "changes.h"

int main(void)
{
	uint64_t *p = filled(1), *q = filled(2);

	for (int round = 0; round < ROUNDS; round++) {
		size_t left = (size_t)(PAGES - 50 - round * 10) * 4096;

		write_some(p, round);
		q = mremap(q, BYTES, left, 0);
		if (round % 2)
			next_round(round, sum_of(q, left / 8));
		q = mremap(q, left, BYTES, MREMAP_MAYMOVE);
		if (q == MAP_FAILED)
			return 1;
		next_round(round, sum_of(p, (size_t)PAGES * WORDS) + sum_of(q, (size_t)PAGES * WORDS));
	}
	at_the_end(sum_of(p, (size_t)PAGES * WORDS) + sum_of(q, (size_t)PAGES * WORDS));
	return 0;
}
