// SPDX-License-Identifier: Apache-2.0
// Fact: none of its own; behaviour.sh counts the warnings: one file is only written through O_RDWR, one is really both.
#include "step.h"

#include <fcntl.h>

int main(void)
{
	char b[4];

	for (int round = 0; round < 2; round++) {
		int only = open("only_written", O_RDWR | O_CREAT | O_TRUNC, 0644), both = open("both", O_RDWR | O_CREAT, 0644);

		checkpoint_here();
		if (write(only, "abc", 3) != 3 || write(both, "abc", 3) != 3 || lseek(both, 0, SEEK_SET) || read(both, b, 3) != 3)
			return 1;
		close(only);
		close(both);
	}
	return 0;
}
