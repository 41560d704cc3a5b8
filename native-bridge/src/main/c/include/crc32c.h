// SPDX-License-Identifier: Apache-2.0
// CRC32C (Castagnoli) without libc. With SSE4.2 one lane runs at 8 GB/s; crc32c_blocks() keeps four lanes busy, because
// the instruction has a latency of three cycles. Without it: bit by bit.
#ifndef CRC32C_H
#define CRC32C_H

#include "raw.h"

static inline u32 crc32c_soft(u32 crc, const u8 *p, u64 n)
{
	while (n--) {
		crc ^= *p++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (0x82f63b78u & (0 - (crc & 1)));
	}
	return crc;
}

#if defined(__x86_64__)
/* Asked once: in a virtual machine the question costs microseconds. */
static inline bool crc32c_fast(void)
{
	static signed char fast = -1;

	if (fast < 0) {
		u32 a = 1, b, c = 0, d;

		__asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
		fast = c >> 20 & 1;
	}
	return fast;
}

__attribute__((target("sse4.2"))) static inline u32 crc32c_hard(u32 crc, const u8 *p, u64 n)
{
	u64 c = crc;

	for (; n && ((u64)p & 7); n--)
		c = __builtin_ia32_crc32qi((u32)c, *p++);
	for (; n >= 8; n -= 8, p += 8)
		c = __builtin_ia32_crc32di(c, *(const u64 *)p);
	for (; n; n--)
		c = __builtin_ia32_crc32qi((u32)c, *p++);
	return (u32)c;
}

/* Raw (not inverted) sums of four neighbouring blocks of `bytes` (a multiple of 8), interleaved. */
__attribute__((target("sse4.2"))) static inline void crc32c_four(u32 out[4], const u8 *p, u64 bytes)
{
	const u64 *a = (const u64 *)p, *b = (const u64 *)(p + bytes), *c = (const u64 *)(p + 2 * bytes),
		  *d = (const u64 *)(p + 3 * bytes);
	u64 w = ~0u, x = ~0u, y = ~0u, z = ~0u;

	for (u64 i = 0; i < bytes / 8; i++) {
		w = __builtin_ia32_crc32di(w, a[i]);
		x = __builtin_ia32_crc32di(x, b[i]);
		y = __builtin_ia32_crc32di(y, c[i]);
		z = __builtin_ia32_crc32di(z, d[i]);
	}
	out[0] = (u32)~w, out[1] = (u32)~x, out[2] = (u32)~y, out[3] = (u32)~z;
}
#endif

/* Continues a sum: start with 0. */
static inline u32 crc32c(u32 crc, const void *p, u64 n)
{
#if defined(__x86_64__)
	if (crc32c_fast())
		return ~crc32c_hard(~crc, p, n);
#endif
	return ~crc32c_soft(~crc, p, n);
}

/* The sums of whole neighbouring blocks. */
static inline void crc32c_blocks(u32 *out, const u8 *p, u64 block, u64 blocks)
{
	u64 i = 0;

#if defined(__x86_64__)
	if (crc32c_fast())
		for (; i + 4 <= blocks; i += 4)
			crc32c_four(out + i, p + i * block, block);
#endif
	for (; i < blocks; i++)
		out[i] = crc32c(0, p + i * block, block);
}

#endif
