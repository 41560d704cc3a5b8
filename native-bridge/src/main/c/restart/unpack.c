// SPDX-License-Identifier: Apache-2.0
// Memory out of a compressed image. The workers of fill.c take the file in steps; a step's blocks are those that begin in
// it, and the last of them may end in the next step, so that its bytes are read, and their sums checked, twice.
// Context: no libc, in the hole.
#include "restart.h"

#include "crc32c.h"
#include "lz4_block.h"

static void check(const u8 *p, u64 from, u64 to)
{
	for (; from < to; from += RI_BLOCK, p += RI_BLOCK)
		if (crc32c(0, p, to - from < RI_BLOCK ? to - from : RI_BLOCK) != rs.sums[from / RI_BLOCK])
			rs_bad_block(from);
}

/* Where the last block that begins in [from, to) ends, at a block of the sums or the end of the data. */
static u64 end_of_step(const struct ri_extent *e, u32 n, u64 to)
{
	u32 k = rs_first_extent(e, n, to);
	u64 end = to;

	if (k < n && e[k].codec && e[k].off < to)
		end = RAW_ALIGN(e[k].off + e[k].stored, RI_BLOCK);
	return end < rs.foot.tables_off ? end : rs.foot.tables_off;
}

/* The bytes of an extent that is not compressed which lie in the step. */
static void copy_part(const struct ri_extent *e, u64 from, u64 to, const u8 *room)
{
	u64 a = e->off > from ? e->off : from, b = e->off + e->bytes < to ? e->off + e->bytes : to;

	raw_copy((void *)(e->addr + (a - e->off)), room + (a - from), b - a);
}

static bool decode(const struct ri_extent *e, const u8 *block)
{
	return lz4_decode(block, e->stored, (u8 *)e->addr, e->bytes) == (s64)e->bytes;
}

/* Brings in what file bytes [from, to) hold; from is a multiple of RS_STEP. room: RS_UNPACK_ROOM bytes. */
void rs_unpack(u64 from, u64 to, u8 *room)
{
	u32 n;
	const struct ri_extent *e = rs_table(RI_T_EXTENTS, &n);
	u64 end = end_of_step(e, n, to);

	rs_read(room, end - from, from);
	check(room, from, end);
	for (u32 k = rs_first_extent(e, n, from); k < n && e[k].off < to; k++) {
		if (!e[k].codec)
			copy_part(&e[k], from, to, room);
		else if (e[k].off >= from && !decode(&e[k], room + (e[k].off - from)))
			rs_bad_block(e[k].off);
	}
}
