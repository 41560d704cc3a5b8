// SPDX-License-Identifier: Apache-2.0
// Fact: a mapping made between two images is in the second.
#include "changes.h"

int main(void)
{
	uint64_t *p = filled(1), *others[ROUNDS], sum = 0;

	for (int round = 0; round < ROUNDS; round++) {
		write_some(p, round);
		others[round] = new_memory(512 << 10);
		for (int i = 0; i < 65536; i += 9)
			others[round][i] = mix((uint64_t)(round + i));
		for (int i = 0; i <= round; i++)
			sum += sum_of(others[i], 65536);
		next_round(round, sum + sum_of(p, (size_t)PAGES * WORDS));
	}
	at_the_end(sum_of(p, (size_t)PAGES * WORDS) + sum_of(others[ROUNDS - 1], 65536));
	return 0;
}
