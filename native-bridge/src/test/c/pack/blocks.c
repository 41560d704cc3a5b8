// SPDX-License-Identifier: Apache-2.0
// Test of lz4_block.h, built with the address and undefined-behaviour sanitizers. What LZ4 compresses must come back as
// it was; what is no block, or a block that was changed, must never be read or written outside its memory, which ends
// where the allocation does. usage: blocks ROUNDS [SEED]
#include "lz4_block.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 65536

static u64 state;

static u64 next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Data with repeats near and far, and runs, as memory has them. */
static void fill(u8 *p, u64 n)
{
	u64 at = 0;

	while (at < n) {
		u64 kind = next() % 3, length = next() % 300 + 1, back = at ? next() % at + 1 : 0;

		for (u64 i = 0; i < length && at < n; i++, at++)
			p[at] = kind == 0 || !back ? (u8)next() : kind == 1 ? p[at - back] : (u8)length;
	}
}

static u8 *exactly(const u8 *from, u64 n)
{
	u8 *p = malloc(n ? n : 1);

	if (!p)
		exit(2);
	if (n)
		memcpy(p, from, n);
	return p;
}

static s64 decode(const u8 *block, u64 n, u64 room, u8 *result)
{
	u8 *in = exactly(block, n), *out = exactly(result, room);
	s64 got = lz4_decode(in, n, out, room);

	if (got > 0)
		memcpy(result, out, (u64)got);
	free(in);
	free(out);
	return got;
}

int main(int argc, char **argv)
{
	static u8 data[MOST], block[MOST + 1024], back[MOST];
	void *lib = dlopen("liblz4.so.1", RTLD_NOW);
	int (*compress)(const char *, char *, int, int, int) = NULL;
	long rounds = argc > 1 ? atol(argv[1]) : 1000, accepted = 0;

	state = argc > 2 ? strtoull(argv[2], NULL, 0) : 20261121;
	printf("seed %llu\n", (unsigned long long)state);
	if (lib)
		*(void **)&compress = dlsym(lib, "LZ4_compress_fast");
	if (!compress)
		printf("SKIPPED: liblz4.so.1 is not on this machine: only what is no block is decoded\n");
	for (long i = 0; i < rounds; i++) {
		u64 n = next() % MOST + 1, size = next() % 64;

		fill(data, n);
		if (compress)
			size = (u64)compress((const char *)data, (char *)block, (int)n, sizeof block, 1);
		else
			fill(block, size);
		if (compress && (decode(block, size, n, back) != (s64)n || memcmp(data, back, n))) {
			printf("FAIL: round %ld does not come back\n", i);
			return 1;
		}
		if (compress && n > 1 && decode(block, size, n - 1, back) != -1) {
			printf("FAIL: round %ld is written where there is no room\n", i);
			return 1;
		}
		for (u64 k = next() % 4 + 1; k && size; k--)
			block[next() % size] = next() % 3 ? (u8)next() : 255;
		accepted += decode(block, size ? next() % size + 1 : 0, next() % n + 1, back) >= 0;
	}
	printf("blocks: %ld rounds, %ld of the changed ones accepted, no fault\n", rounds, accepted);
	if (lib)
		dlclose(lib);
	return 0;
}
