// SPDX-License-Identifier: Apache-2.0
// Fact: working directory and umask come back.
#include "step.h"

#include <fcntl.h>
#include <sys/stat.h>

int main(void)
{
	char cwd[4096];
	struct stat st;

	umask(027);
	for (int step = 0; step < STEPS; step++) {
		char name[32];

		snprintf(name, sizeof name, "sub%d", step);
		mkdir(name, 0755);
		if (chdir(name))
			return 1;
		checkpoint_here();
		close(open("file", O_CREAT | O_WRONLY, 0666));
		stat("file", &st);
		if (!getcwd(cwd, sizeof cwd))
			return 2;
		printf("%s %o\n", strrchr(cwd, '/'), st.st_mode);
	}
	return 0;
}
