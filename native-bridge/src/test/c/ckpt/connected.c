// SPDX-License-Identifier: Apache-2.0
// Fact: none of its own; behaviour.sh asks for a checkpoint while its socket is open.
#include "step.h"

#include <sys/socket.h>

int main(void)
{
	char line[100];
	int s = socket(AF_INET, SOCK_STREAM, 0);

	checkpoint_here();
	printf("open\n");
	fflush(stdout);
	if (fgets(line, sizeof line, stdin))
		close(s);
	while (fgets(line, sizeof line, stdin))
		;
	return 0;
}
