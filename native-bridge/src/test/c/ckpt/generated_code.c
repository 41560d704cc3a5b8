// SPDX-License-Identifier: Apache-2.0
// Fact: code that the program made runs.
#include "step.h"

#include <sys/mman.h>

int main(void)
{
	unsigned char *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int (*f)(void);

	memcpy(code, "\xb8\0\0\0\0\xc3", 6); /* mov eax, n; ret */
	memcpy(&f, &code, sizeof f);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		code[1] = (unsigned char)(step * 11);
		printf("%d\n", f());
	}
	return 0;
}
