// SPDX-License-Identifier: Apache-2.0
// Fact: changes in thousands of places are found, and the rest is still not saved again.
#include "changes.h"

int main(void)
{
	uint64_t *p[6];

	for (int i = 0; i < 6; i++)
		p[i] = filled((uint64_t)i);
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t sum = 0;

		for (int page = 0; page < PAGES; page += 3)
			for (int i = 0; i < 6; i++)
				p[i][(size_t)page * WORDS + 1] ^= mix((uint64_t)(round + page));
		for (int i = 0; i < 6; i++)
			sum += sum_of(p[i], (size_t)PAGES * WORDS);
		next_round(round, sum);
	}
	at_the_end(sum_of(p[5], (size_t)PAGES * WORDS));
	return 0;
}
