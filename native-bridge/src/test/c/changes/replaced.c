// SPDX-License-Identifier: Apache-2.0
// Fact: of a mapping that was replaced at its place nothing comes from an older image.
#include "changes.h"

int main(void)
{
	uint64_t *p = filled(1), *q = filled(2), *r = filled(3);

	for (int round = 0; round < ROUNDS; round++) {
		write_some(p, round);
		if (mmap(q, BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != q)
			return 1;
		for (int i = round; i < PAGES; i += 7)
			q[(size_t)i * WORDS + 5] = mix((uint64_t)(round * i));
		next_round(round, sum_of(p, (size_t)PAGES * WORDS) + sum_of(q, (size_t)PAGES * WORDS) + r[round]);
	}
	at_the_end(sum_of(p, (size_t)PAGES * WORDS) + sum_of(q, (size_t)PAGES * WORDS));
	return 0;
}
