// SPDX-License-Identifier: Apache-2.0
// Fact: children can be made between checkpoints; the child is no copy of the checkpoint.
#include "step.h"

#include <sys/wait.h>

int main(void)
{
	for (int step = 0; step < STEPS; step++) {
		char line[64] = "";
		int status;
		FILE *p;

		checkpoint_here();
		fflush(stdout);
		if (fork() == 0)
			_exit(step + 1);
		wait(&status);
		p = popen("echo from a shell", "r");
		if (!fgets(line, sizeof line, p))
			return 1;
		pclose(p);
		printf("child %d %s", WEXITSTATUS(status), line);
		printf("system %d\n", system("exit 3"));
	}
	return 0;
}
