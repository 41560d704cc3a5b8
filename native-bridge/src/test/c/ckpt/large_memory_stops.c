// SPDX-License-Identifier: Apache-2.0
// Driven by behaviour.sh: has so much memory that a restart does not wait for it, and stops itself right after.
#include "step.h"

#include <sys/mman.h>

#define SIZE (160UL << 20)

int main(void)
{
	unsigned long *mem = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), wrong = 0;

	for (unsigned long i = 0; i < SIZE / 8; i++)
		mem[i] = i * 0x9e3779b97f4a7c15UL + 1;
	checkpoint_here();
	raise(SIGSTOP);
	for (unsigned long i = 0; i < SIZE / 8; i += 4096)
		wrong += mem[i] != i * 0x9e3779b97f4a7c15UL + 1;
	return wrong ? 1 : 5;
}
