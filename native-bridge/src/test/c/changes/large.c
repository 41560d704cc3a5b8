// SPDX-License-Identifier: Apache-2.0
// Fact: when little of much memory has changed, which is then copied and not forked, the image is of one moment although
// the program runs on.
#include "changes.h"

enum { LARGE = 16 };

int main(void)
{
	uint64_t *p[LARGE];

	for (int i = 0; i < LARGE; i++)
		p[i] = filled((uint64_t)i);
	for (int round = 0; round < ROUNDS; round++) {
		uint64_t sum = 0;

		for (int i = 0; i < LARGE; i += 5)
			write_some(p[i], round * LARGE + i);
		for (int i = 0; i < LARGE; i++)
			sum += sum_of(p[i], (size_t)PAGES * WORDS);
		next_round(round, sum);
	}
	for (int i = 0; i < LARGE; i++)
		at_the_end(sum_of(p[i], (size_t)PAGES * WORDS));
	return 0;
}
