// SPDX-License-Identifier: Apache-2.0
// Decodes LZ4 blocks, as the LZ4 block format description has them, without libc: the restorer cannot call the library
// that made them. Nothing in the input is believed: every length is held against what is left of input and room before
// it is used, so a wrong block is an error and never a write outside [out, out + room).
//
// A block is a row of sequences. A sequence: a token (number of literals in the high half, length of the match less 4 in
// the low half; 15 goes on in bytes that are added up to the first that is not 255), the literals, the match's distance
// in two bytes. The last sequence ends with its literals.
#ifndef LZ4_BLOCK_H
#define LZ4_BLOCK_H

#include "raw.h"

struct lz4_word {
	u64 v;
} __attribute__((packed, may_alias));

#define LZ4_LEAST_MATCH 4
#define LZ4_GO_ON 255

/* The rest of a length that began with 15. False at the end of the input, or when it would not fit anywhere. */
static inline bool lz4_length(const u8 **in, const u8 *in_end, u64 *length)
{
	u8 more;

	do {
		if (*in == in_end || *length > 1UL << 31)
			return false;
		more = *(*in)++;
		*length += more;
	} while (more == LZ4_GO_ON);
	return true;
}

/* Whole words as long as source and room have them; what lies behind n is written again by what follows. */
static inline void lz4_copy(u8 *to, const u8 *from, u64 n, u64 room, u64 have)
{
	u64 i = 0;

	if (RAW_ALIGN(n, 8) <= room && RAW_ALIGN(n, 8) <= have)
		for (; i < n; i += 8)
			((struct lz4_word *)(void *)(to + i))->v = ((const struct lz4_word *)(const void *)(from + i))->v;
	for (; i < n; i++)
		to[i] = from[i];
}

/* Decodes [in, in + n) into at most room bytes; returns how many, or -1 when the input is no such block. */
static inline s64 lz4_decode(const u8 *in, u64 n, u8 *out, u64 room)
{
	const u8 *in_end = in + n;
	u8 *to = out, *end = out + room;

	while (in < in_end) {
		u32 token = *in++;
		u64 length = token >> 4, back;

		if (length == 15 && !lz4_length(&in, in_end, &length))
			return -1;
		if (length > (u64)(in_end - in) || length > (u64)(end - to))
			return -1;
		lz4_copy(to, in, length, (u64)(end - to), (u64)(in_end - in));
		to += length;
		in += length;
		if (in == in_end)
			return to - out;
		if (in_end - in < 2)
			return -1;
		back = in[0] | (u64)in[1] << 8;
		in += 2;
		length = token & 15;
		if (length == 15 && !lz4_length(&in, in_end, &length))
			return -1;
		length += LZ4_LEAST_MATCH;
		if (!back || back > (u64)(to - out) || length > (u64)(end - to))
			return -1;
		/* A distance below a word's repeats what is just being written. */
		lz4_copy(to, to - back, length, back < 8 ? 0 : (u64)(end - to), length + 8);
		to += length;
	}
	return -1;
}

#endif
