// SPDX-License-Identifier: Apache-2.0
// What the tools print as JSON. Context: normal.
#include "tools.h"

#include <stdio.h>

void tl_json(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 32)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}
