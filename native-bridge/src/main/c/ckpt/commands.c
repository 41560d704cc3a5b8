// SPDX-License-Identifier: Apache-2.0
// The command stream (placeholder until the next commit). Context: before main, or SIGTSTP handler.
#include "ckpt.h"

int ck_commands(int fd, bool at_start, int *exit_status)
{
	(void)fd;
	(void)at_start;
	(void)exit_status;
	return 1;
}
