// SPDX-License-Identifier: Apache-2.0
// Prints 1 to 2000, a line each and at once, and ends with status 7. With an argument, it stops itself for a checkpoint
// and the end after every so many lines. Else it is slow, so that there is time to disturb it, until the file `go` is
// there. For the tests of condor_compile and the wrapper.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

extern void ckpt_and_exit(void) __attribute__((weak));

int main(int argc, char **argv)
{
	int every = argc == 2 ? atoi(argv[1]) : 0;
	struct timespec tick = {0, 20000000};

	for (int i = 1; i <= 2000; i++) {
		printf("%d\n", i);
		fflush(stdout);
		if (every && i % every == 0 && ckpt_and_exit)
			ckpt_and_exit();
		if (!every && access("go", F_OK))
			nanosleep(&tick, NULL);
	}
	return argc > 2 ? 99 : 7; /* 99: the library's arguments are still there */
}
