// SPDX-License-Identifier: Apache-2.0
// Fact: a mapping that grows downwards, as a stack does, is tracked as any other.
#include "changes.h"

int main(void)
{
	uint64_t *p = filled(1);
	uint64_t *q = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0);

	if (q == MAP_FAILED)
		return 1;
	for (size_t i = 0; i < (size_t)PAGES * WORDS; i++)
		q[i] = mix(i);
	for (int round = 0; round < ROUNDS; round++) {
		write_some(p, round);
		write_some(q, round + 50);
		next_round(round, sum_of(p, (size_t)PAGES * WORDS) + sum_of(q, (size_t)PAGES * WORDS));
	}
	at_the_end(sum_of(q, (size_t)PAGES * WORDS));
	return 0;
}
