// SPDX-License-Identifier: Apache-2.0
// Fact: rand, random and drand48 go on with their sequences.
#include "step.h"

int main(void)
{
	srand(42);
	srandom(43);
	srand48(44);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		printf("%d %ld %.17g\n", rand(), random(), drand48());
	}
	return 0;
}
