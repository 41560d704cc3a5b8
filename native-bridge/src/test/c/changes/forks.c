// SPDX-License-Identifier: Apache-2.0
// Fact: a child that changes its copy, and writes before it does, leaves no trace in the program's images.
#include "changes.h"

#include <sys/wait.h>

int main(void)
{
	uint64_t *p = filled(1);

	for (int round = 0; round < ROUNDS; round++) {
		pid_t child;

		write_some(p, round);
		child = fork();
		if (child == 0) {
			write_some(p, round + 100);
			_exit((int)(p[3] & 63));
		}
		p[(size_t)round * 80 * WORDS] = (uint64_t)round;
		waitpid(child, NULL, 0);
		next_round(round, sum_of(p, (size_t)PAGES * WORDS));
	}
	at_the_end(sum_of(p, (size_t)PAGES * WORDS));
	return 0;
}
