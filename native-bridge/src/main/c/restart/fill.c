// SPDX-License-Identifier: Apache-2.0
// Reads the data of an image into place, in file order, two threads side by side, and checks the sum of every block while
// it is in the cache. A wrong block ends the restart: the program's first instruction runs only after the last block was
// right. Context: no libc, in the hole.
#include "restart.h"

#include "beside.h"
#include "crc32c.h"

#include <linux/uio.h>

#define MAX_PIECES 272 /* pages of RS_STEP and some */
#define CLAIM (8 * RS_STEP) /* so much a thread takes: two at once in one huge page would each zero one */

/* What is being read: the image, or a file it borrows from. */
static struct {
	int fd;
	const u32 *sums;
	u64 end;		   /* of the data */
	const struct ri_extent *e; /* by offset */
	u32 n;
	bool own;
	const char *name; /* of a file it borrows from */
} src;

static volatile u64 next_claim;
static volatile u32 worker_tid[RS_WORKERS];

void rs_bad_block(u64 off)
{
	static char where[320];
	struct raw_text t;

	rt_init(&t, where, sizeof where);
	rt_num(&t, (s64)off);
	if (!src.own) {
		rt_str(&t, " of ");
		rt_str(&t, src.name);
	}
	rs_fail("the checkpoint image is damaged (block at byte ", where, "); the program was not restarted");
}

/* First extent that ends behind off. */
u32 rs_first_extent(const struct ri_extent *e, u32 n, u64 off)
{
	u32 low = 0, high = n;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (e[mid].off + ri_stored(&e[mid]) > off)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/* Room for bytes that are no memory, or not yet: at most the rest of a block, each at its place in it. */
static u8 *aside(u8 *spare, u64 from, u64 *end)
{
	u64 block_end = (from / RI_BLOCK + 1) * RI_BLOCK;

	if (*end > block_end)
		*end = block_end;
	return spare + from % RI_BLOCK;
}

/* The memory that file bytes [from, to) belong to; bytes that are no memory go to spare, a block at a time. */
static u32 pieces(u64 from, u64 to, struct iovec *v, u8 *spare)
{
	const struct ri_extent *e = src.e;
	u32 n_extents = src.n, n = 0, k;

	k = rs_first_extent(e, n_extents, from);
	while (from < to && n < MAX_PIECES) {
		u64 end = to;

		if (k < n_extents && e[k].off <= from) {
			if (e[k].off + e[k].bytes < end)
				end = e[k].off + e[k].bytes;
			v[n].iov_base = (void *)(e[k].addr + (from - e[k].off));
			if (src.own && rs_is_lazy(k))
				v[n].iov_base = aside(spare, from, &end);
			k += e[k].off + e[k].bytes <= end;
		} else {
			if (k < n_extents && e[k].off < end)
				end = e[k].off;
			v[n].iov_base = aside(spare, from, &end);
		}
		v[n++].iov_len = end - from;
		from = end;
	}
	return n;
}

static void read_pieces(const struct iovec *v, u32 n, u64 off)
{
	struct iovec rest[MAX_PIECES];
	u32 at = 0;

	for (u32 i = 0; i < n; i++)
		rest[i] = v[i];
	while (at < n) {
		long r = RAW_SYS5(__NR_preadv, src.fd, rest + at, n - at, off, 0);

		if (r == -4)
			continue;
		if (r <= 0)
			rs_fail("the checkpoint image cannot be read: ", rs.image, "");
		off += (u64)r;
		while (at < n && (u64)r >= rest[at].iov_len)
			r -= (long)rest[at++].iov_len;
		if (at < n) {
			rest[at].iov_base = (u8 *)rest[at].iov_base + r;
			rest[at].iov_len -= (u64)r;
		}
	}
}

void rs_read(void *to, u64 bytes, u64 off)
{
	struct iovec v = {to, bytes};

	read_pieces(&v, 1, off);
}

/* from is a multiple of RI_BLOCK. */
static void check_pieces(const struct iovec *v, u32 n, u64 from, u64 to)
{
	u64 in_block = 0, off = from;
	u32 crc = 0;

	for (u32 i = 0; i < n; i++) {
		u8 *p = v[i].iov_base;
		u64 left = v[i].iov_len;

		while (left) {
			u64 part = RI_BLOCK - in_block;

			if (!in_block && left >= 4UL * RI_BLOCK) {
				u32 four[4];

				crc32c_blocks(four, p, RI_BLOCK, 4);
				for (u32 k = 0; k < 4; k++)
					if (four[k] != src.sums[off / RI_BLOCK + k])
						rs_bad_block(off + k * RI_BLOCK);
				p += 4UL * RI_BLOCK, off += 4UL * RI_BLOCK, left -= 4UL * RI_BLOCK;
				continue;
			}
			if (part > left)
				part = left;
			crc = crc32c(crc, p, part);
			p += part, off += part, left -= part;
			in_block += part;
			if (in_block == RI_BLOCK || off == to) {
				u64 block = (off - 1) / RI_BLOCK;

				if (crc != src.sums[block])
					rs_bad_block(block * RI_BLOCK);
				crc = 0;
				in_block = 0;
			}
		}
	}
}

/* Nothing but memory that comes later. */
static bool all_lazy(u64 from, u64 to)
{
	const struct ri_extent *e = src.e;
	u32 k = rs_first_extent(e, src.n, from);

	return src.own && k < src.n && e[k].off <= from && e[k].off + e[k].bytes >= to && rs_is_lazy(k);
}

static void check_only(u64 from, u64 to, u8 *spare)
{
	while (from < to) {
		u64 end = from + RS_SPARE < to ? from + RS_SPARE : to;
		struct iovec v = {spare, end - from};

		read_pieces(&v, 1, from);
		check_pieces(&v, 1, from, end);
		from = end;
	}
}

/* to: where the last range ended, 0 at first. */
static bool next_range(u64 *from, u64 *to)
{
	*from = *to;
	if (*from % CLAIM == 0)
		*from = __atomic_fetch_add(&next_claim, CLAIM, __ATOMIC_RELAXED);
	*to = *from + RS_STEP < src.end ? *from + RS_STEP : src.end;
	return *from < *to;
}

static void work_unpacking(void *unused)
{
	u8 *room = raw_mmap(NULL, RS_UNPACK_ROOM, 3, 0x22, -1, 0);
	u64 from, to = 0;

	(void)unused;
	if (raw_failed(room))
		rs_fail("no memory for the restart", "", "");
	while (next_range(&from, &to))
		rs_unpack(from, to, room);
	raw_munmap(room, RS_UNPACK_ROOM);
}

static void work(void *arg)
{
	u8 *spare = arg;
	u64 from, to = 0;

	while (next_range(&from, &to)) {
		if (all_lazy(from, to)) {
			if (rs_lazy_checked_first())
				check_only(from, to, spare);
			continue;
		}
		/* A spare piece is summed before the next block overwrites it: with one in between, go block by block. */
		while (from < to) {
			struct iovec v[MAX_PIECES];
			u64 end = to;
			u32 n = pieces(from, end, v, spare), spares = 0;

			for (u32 i = 0; i < n; i++)
				spares += (u64)v[i].iov_base - (u64)spare < RI_BLOCK;
			if (spares) {
				end = from + RI_BLOCK < to ? from + RI_BLOCK : to;
				n = pieces(from, end, v, spare);
			}
			read_pieces(v, n, from);
			check_pieces(v, n, from, end);
			from = end;
		}
	}
}

static void fill_from_source(void (*fn)(void *))
{
	u8 *at = rs.worker_stacks;

	next_claim = 0;
	for (u32 i = 1; i < RS_WORKERS && src.end > CLAIM; i++) {
		beside_begin(&worker_tid[i], at + RS_WORKER_STACK, fn, at + RS_WORKER_STACK);
		at += RS_WORKER_STACK + RS_SPARE;
	}
	fn(at + RS_WORKER_STACK);
	for (u32 i = 1; i < RS_WORKERS; i++)
		beside_end(&worker_tid[i]);
}

void rs_fill(void)
{
	u32 n;
	const struct ri_extent *borrowed = rs_borrowed(&n);

	src.fd = rs.image_fd;
	src.sums = rs.sums;
	src.end = rs.foot.tables_off;
	src.e = rs_table(RI_T_EXTENTS, &src.n);
	src.own = true;
	fill_from_source(rs.head.features & RI_F_COMPRESSED ? work_unpacking : work);
	for (u32 i = 0; i < rs.n_links; i++) {
		const struct rs_link *l = &rs.links[i];

		src.fd = l->fd;
		src.name = rs_text(l->name);
		src.sums = l->sums;
		src.end = l->data_end;
		src.e = borrowed + l->first;
		src.n = l->count;
		src.own = false;
		fill_from_source(work);
		raw_close(l->fd);
	}
}
