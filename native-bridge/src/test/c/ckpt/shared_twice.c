// SPDX-License-Identifier: Apache-2.0
// Fact: one object mapped at two addresses is still one object.
#include "step.h"

#include <sys/mman.h>

int main(void)
{
	int fd = memfd_create("object", 0);
	char *a, *b;

	if (ftruncate(fd, 8192))
		return 1;
	a = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	b = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		a[100] = (char)(step * 3);
		b[5000] = (char)(step * 5);
		printf("%d %d\n", b[100], a[5000]);
	}
	return 0;
}
