// SPDX-License-Identifier: Apache-2.0
// Fact: what the kernel wrote, by read(2), pread and getrandom-like calls, counts as written.
#include "changes.h"

#include <fcntl.h>
#include <sys/uio.h>

int main(void)
{
	uint64_t *p = filled(1), *source = filled(9);
	int fd = open("source", O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (write(fd, source, BYTES) != BYTES)
		return 1;
	for (int round = 0; round < ROUNDS; round++) {
		struct iovec v[2] = {{p + (size_t)round * 50 * WORDS, 3 * 4096}, {p + ((size_t)round * 50 + 10) * WORDS + 100, 9}};

		if (preadv(fd, v, 2, round * 4096) != 3 * 4096 + 9)
			return 1;
		if (pread(fd, p + (size_t)(900 + round) * WORDS, 4096, round * 8192) != 4096)
			return 1;
		next_round(round, sum_of(p, (size_t)PAGES * WORDS));
	}
	at_the_end(sum_of(p, (size_t)PAGES * WORDS));
	return 0;
}
