// SPDX-License-Identifier: Apache-2.0
// Fact: pages that were overwritten with zeros are zeros, although zeros are not stored.
#include "changes.h"

int main(void)
{
	uint64_t *p = filled(1);

	for (int round = 0; round < ROUNDS; round++) {
		write_some(p, round);
		memset(p + (size_t)round * 70 * WORDS, 0, 21 * 4096);
		next_round(round, sum_of(p, (size_t)PAGES * WORDS));
	}
	at_the_end(sum_of(p, (size_t)PAGES * WORDS));
	return 0;
}
