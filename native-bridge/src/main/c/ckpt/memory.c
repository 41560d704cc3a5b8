// SPDX-License-Identifier: Apache-2.0
// The four functions the compiler may call on its own. Hidden, so the capture path never enters the C library for them
// (a first call through the PLT would take the dynamic linker's locks). Also linked into the restorer.
#include "raw.h"

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);

#pragma GCC visibility push(hidden)

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	raw_copy(to, from, n);
	return to;
}

void *memmove(void *to, const void *from, size_t n)
{
	u8 *t = to;
	const u8 *f = from;

	if (t <= f || t >= f + n)
		raw_copy(to, from, n);
	else
		while (n--)
			t[n] = f[n];
	return to;
}

void *memset(void *to, int c, size_t n)
{
	u8 *t = to;

	while (n--)
		*t++ = (u8)c;
	return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const u8 *x = a, *y = b;

	for (; n; n--, x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

#pragma GCC visibility pop
