// SPDX-License-Identifier: Apache-2.0
// Fact: a program that closes every descriptor, the library's too, loses nothing; its images are full ones then.
#include "changes.h"

int main(void)
{
	uint64_t *p = filled(1);

	for (int round = 0; round < ROUNDS; round++) {
		write_some(p, round);
		if (round % 4 == 1)
			for (int fd = 3; fd < 1024; fd++)
				close(fd);
		next_round(round, sum_of(p, (size_t)PAGES * WORDS));
	}
	at_the_end(sum_of(p, (size_t)PAGES * WORDS));
	return 0;
}
