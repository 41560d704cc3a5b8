// SPDX-License-Identifier: Apache-2.0
// Fact: the locale stays: wide characters are converted as before.
#include "step.h"

#include <locale.h>
#include <wchar.h>

int main(void)
{
	char out[64];

	setlocale(LC_ALL, "C.UTF-8");

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		size_t n = wcstombs(out, L"\u00e4\u20ac\U0001f600", sizeof out);

		printf("%zu %s %s\n", n, out, setlocale(LC_CTYPE, NULL));
	}
	return 0;
}
