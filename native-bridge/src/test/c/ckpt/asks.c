// SPDX-License-Identifier: Apache-2.0
// Test aid: asks for its process id, for the id of a thread, or for nothing, as its first argument says, and prints it
// again after a checkpoint. "late": asks after the checkpoint.
#include "step.h"

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int id = !strcmp(what, "pid") ? getpid() : !strcmp(what, "tid") ? gettid() : 0;

	checkpoint_here();
	if (!strcmp(what, "late"))
		id = getpid();
	checkpoint_here();
	printf("%d\n", id);
	return 0;
}
