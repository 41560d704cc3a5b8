// SPDX-License-Identifier: Apache-2.0
// Fact: memory moved by mremap, onto memory that was there before, takes its content along.
#include "changes.h"

int main(void)
{
	uint64_t *p = filled(1), *q = filled(2), *r = filled(3);

	for (int round = 0; round < ROUNDS; round++) {
		uint64_t *fresh = new_memory(BYTES);

		write_some(p, round);
		/* r's pages to where q's were, q's to a new place; both change hands unwritten */
		if (mremap(q, BYTES, BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, fresh) != fresh ||
		    mremap(r, BYTES, BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, q) != q)
			return 1;
		r = fresh;
		q[(size_t)round * WORDS] ^= 5;
		next_round(round, sum_of(q, (size_t)PAGES * WORDS) * 3 + sum_of(r, (size_t)PAGES * WORDS));
		next_round(round, sum_of(p, (size_t)PAGES * WORDS));
	}
	at_the_end(sum_of(q, (size_t)PAGES * WORDS) * 3 + sum_of(r, (size_t)PAGES * WORDS));
	return 0;
}
