// SPDX-License-Identifier: Apache-2.0
// Fact: reading a directory goes on where it was.
#include "step.h"

#include <dirent.h>
#include <fcntl.h>

int main(void)
{
	char name[16];
	int seen = 0, number;
	struct dirent *e;
	DIR *dir;

	for (int i = 0; i < 100; i++) {
		sprintf(name, "n%d", i);
		close(open(name, O_WRONLY | O_CREAT, 0600));
	}
	dir = opendir(".");

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		for (int i = 0; i < 15 && (e = readdir(dir)); i++)
			seen += sscanf(e->d_name, "n%d", &number) == 1 ? number : 0;
	}
	while ((e = readdir(dir)))
		seen += sscanf(e->d_name, "n%d", &number) == 1 ? number : 0;
	printf("%d\n", seen);
	return 0;
}
