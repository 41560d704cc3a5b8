// SPDX-License-Identifier: Apache-2.0
// Fact: pages of the heap that were written come from the newest image, all others from older ones.
#include "changes.h"

int main(void)
{
	uint64_t *p = malloc(BYTES), *small[64];

	for (size_t i = 0; i < (size_t)PAGES * WORDS; i++)
		p[i] = mix(i);
	for (int i = 0; i < 64; i++)
		small[i] = calloc(1, 16 << 10);
	for (int round = 0; round < ROUNDS; round++) {
		write_some(p, round);
		small[round * 5][round] = (uint64_t)round;
		next_round(round, sum_of(p, (size_t)PAGES * WORDS) + sum_of(small[round * 5], 2048));
	}
	at_the_end(sum_of(p, (size_t)PAGES * WORDS));
	return 0;
}
