// SPDX-License-Identifier: Apache-2.0
// In a static program the C library has read argc before the library took its own arguments out of argv: main gets the
// number that is left. (In a dynamic one the library runs before that.) Context: normal.
#include "ckpt.h"
#include "real.h"

#ifdef CK_STATIC
int main(int argc, char **argv, char **envp);

CK_EXPORT int CK_WRAP(main)(int argc, char **argv, char **envp)
{
	for (argc = 0; argv[argc]; argc++)
		;
	return CK_REAL(main)(argc, argv, envp);
}
#endif
