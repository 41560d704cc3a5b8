// SPDX-License-Identifier: Apache-2.0
// Fact: devices opened before are read on.
#include "step.h"

#include <fcntl.h>

int main(void)
{
	int zero = open("/dev/zero", O_RDONLY), noise = open("/dev/urandom", O_RDONLY), null = open("/dev/null", O_WRONLY);
	char b[8];

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		memset(b, 1, sizeof b);
		printf("%zd %d ", read(zero, b, sizeof b), b[3]);
		printf("%zd %zd\n", read(noise, b, sizeof b), write(null, b, sizeof b));
	}
	return 0;
}
