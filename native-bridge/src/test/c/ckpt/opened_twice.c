// SPDX-License-Identifier: Apache-2.0
// Fact: two descriptors of one file that stand at one offset stay apart if each was opened, and together if one is the
// other's duplicate.
#include "step.h"

#include <fcntl.h>

int main(void)
{
	int first = open("twice", O_RDWR | O_CREAT, 0600), second = open("twice", O_RDWR), third = dup(first);

	for (int step = 0; step < STEPS; step++) {
		lseek(first, step, SEEK_SET);
		lseek(second, step, SEEK_SET);
		checkpoint_here();
		lseek(first, 10, SEEK_CUR);
		printf("%d %d %d flags %d\n", (int)lseek(first, 0, SEEK_CUR) - step, (int)lseek(second, 0, SEEK_CUR) - step,
		       (int)lseek(third, 0, SEEK_CUR) - step, fcntl(first, F_GETFL) & O_NONBLOCK);
	}
	return 0;
}
