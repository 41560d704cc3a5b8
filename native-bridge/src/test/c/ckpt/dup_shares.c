// SPDX-License-Identifier: Apache-2.0
// Fact: two descriptors of one open file move together; two opens of it do not.
#include "step.h"

#include <fcntl.h>

int main(void)
{
	int a = open("file", O_RDWR | O_CREAT, 0600), b = dup(a), c = open("file", O_RDONLY);
	char word[5] = "";

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		dprintf(a, "%04d", step);
		printf("%ld %ld ", (long)lseek(b, 0, SEEK_CUR), (long)lseek(c, 0, SEEK_CUR));
		if (read(c, word, 4) < 0)
			return 1;
		puts(word);
	}
	return 0;
}
