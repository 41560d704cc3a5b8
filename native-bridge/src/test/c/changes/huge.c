// SPDX-License-Identifier: Apache-2.0
// Fact: memory in huge pages is tracked page by page, too.
#include "changes.h"

int main(void)
{
	size_t bytes = 16 << 20;
	uint64_t *p = new_memory(bytes + (2 << 20));

	p = (uint64_t *)(((uintptr_t)p + (2 << 20) - 1) & ~(uintptr_t)((2 << 20) - 1));
	madvise(p, bytes, MADV_HUGEPAGE);
	for (size_t i = 0; i < bytes / 8; i++)
		p[i] = mix(i);
	for (int round = 0; round < ROUNDS; round++) {
		for (int k = 0; k < 4; k++)
			p[mix((uint64_t)(round * 4 + k)) % (bytes / 8)] = (uint64_t)round;
		next_round(round, sum_of(p, bytes / 8));
	}
	at_the_end(sum_of(p, bytes / 8));
	return 0;
}
