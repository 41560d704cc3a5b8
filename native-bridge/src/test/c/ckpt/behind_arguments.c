// SPDX-License-Identifier: Apache-2.0
// Fact: who reads on behind the arguments, as the kernel lays them out, finds the environment and then the kernel's notes,
// though the library has taken its own arguments away. The runtime of Go does.
#include "step.h"

#include <elf.h>

static int settings(char **at, char **end)
{
	int n = 0;

	for (; at < end; at++)
		n += strchr(*at, '=') != NULL;
	return n;
}

int main(int argc, char **argv)
{
	char **begin = argv + argc + 1, **end = begin;

	while (*end)
		end++;
	printf("%d %d\n", argc, settings(begin, end) == end - begin && end > begin);
	for (Elf64_auxv_t *note = (void *)(end + 1); note->a_type != AT_NULL; note++)
		if (note->a_type == AT_PAGESZ)
			printf("pages of %lu\n", (unsigned long)note->a_un.a_val);
	checkpoint_here();
	printf("end\n");
	return 0;
}
