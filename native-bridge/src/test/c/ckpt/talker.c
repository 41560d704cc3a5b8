// SPDX-License-Identifier: Apache-2.0
// Fact: none of its own; behaviour.sh drives it. Prints what it sees and then counts, a line each time a line comes in.
#include "step.h"

extern int condor_slow_ckpt __attribute__((weak));

int main(int argc, char **argv)
{
	char line[256];
	int n = 0;

	printf("main %d", argc);
	for (int i = 1; i < argc; i++)
		printf(" %s", argv[i]);
	printf("\n");
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = 0;
		if (strcmp(line, "cwd") == 0) {
			char cwd[4096];

			printf("%s\n", getcwd(cwd, sizeof cwd) ? cwd : "?");
		} else if (strcmp(line, "catch") == 0) {
			struct sigaction act = {.sa_handler = SIG_IGN};

			printf("%s\n", sigaction(SIGUSR2, &act, NULL) ? "refused" : "caught");
		} else if (strncmp(line, "slow ", 5) == 0) {
			condor_slow_ckpt = atoi(line + 5);
			printf("%s\n", line);
		} else if (strcmp(line, "end") == 0) {
			break;
		} else {
			printf("%d %s\n", ++n, line);
		}
		fflush(stdout);
	}
	return 9;
}
