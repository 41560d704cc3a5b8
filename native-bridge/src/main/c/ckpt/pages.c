// SPDX-License-Identifier: Apache-2.0
// Which pages hold data, and their way into the image. PAGEMAP_SCAN (kernel 6.7) finds them in one call per thousands of
// pages; before it, /proc/self/pagemap is read. Zero pages are left out. Pages that cannot be read by address (PROT_NONE,
// behind the end of a file) go through /proc/self/mem. Context: as write.c.
#include "ckpt.h"

/* Of a region, at first and at last: the disk need not wait until all of a large one was looked at. */
#define SCAN_BYTES (1UL << 20)
#define SCAN_BYTES_MAX (64UL << 20)

static int pagemap_fd, mem_fd;
static bool no_scan;

static bool is_zero(const u64 *p)
{
	if (p[0] | p[1] | p[2] | p[3] | p[64] | p[511])
		return false;
	for (u32 i = 0; i < RAW_PAGE / 8; i += 8)
		if (p[i] | p[i + 1] | p[i + 2] | p[i + 3] | p[i + 4] | p[i + 5] | p[i + 6] | p[i + 7])
			return false;
	return true;
}

/* Next in the image and in its region. */
int ck_add_extent(struct ri_region *r, const struct ri_extent *next)
{
	struct ck_tables *t = &ck.tables;
	struct ri_extent *e = t->n_extents && r->n_extents ? &t->extents[t->n_extents - 1] : NULL;

	t->memory_bytes += next->bytes;
	if (e && !e->codec && !next->codec && e->addr + e->bytes == next->addr && e->off + e->bytes == next->off) {
		e->bytes += next->bytes;
		return 0;
	}
	if (t->n_extents == CK_MAX_EXTENTS)
		return -7;
	if (!r->n_extents)
		r->first_extent = t->n_extents;
	r->n_extents++;
	t->extents[t->n_extents++] = *next;
	return 0;
}

/*
 * Begins to load what is_zero() looks at, two pages ahead. In a forked copy no page table entry is marked accessed yet,
 * and the first touch of a page costs more than copying it: overlapped, the copying thread takes half the time. An
 * address behind the mapping does no harm.
 */
static void load_ahead(const u8 *page)
{
	const u8 *ahead = page + 2 * RAW_PAGE;

	__builtin_prefetch(ahead);
	__builtin_prefetch(ahead + 64 * 8);
	__builtin_prefetch(ahead + 511 * 8);
}

/* As put_pages, for an image that is compressed. */
static int pack_pages(struct ri_region *r, u64 at, u64 bytes, bool through_mem)
{
	for (u64 end = at + bytes; at < end; at += RAW_PAGE) {
		int err;
		u8 *to;

		if (!through_mem) {
			load_ahead((const u8 *)at);
			if (is_zero((const u64 *)at))
				continue;
		}
		to = ck_pack_room(r, at, &err);
		if (!to)
			return err;
		if (!through_mem)
			raw_copy(to, (const void *)at, RAW_PAGE);
		else if (raw_pread(mem_fd, to, RAW_PAGE, at) < (long)RAW_PAGE || is_zero((const u64 *)(void *)to))
			continue;
		ck_pack_commit();
	}
	return 0;
}

/* Pages [at, at + bytes), already at `from` if from != 0, else copied from their address: non-zero ones are appended. */
static int put_pages(struct ri_region *r, u64 at, u64 bytes, bool through_mem)
{
	if (ck_packing())
		return pack_pages(r, at, bytes, through_mem);
	while (bytes) {
		u64 room, n = 0, kept = 0;
		u8 *to = ck_out_room(&room);
		int err;

		if (room > bytes)
			room = bytes;
		if (through_mem) {
			long got = raw_pread(mem_fd, to, room, at);

			if (got < (long)RAW_PAGE) {
				/* Nothing there (behind the end of a file): as good as never touched. */
				at += RAW_PAGE;
				bytes -= RAW_PAGE;
				continue;
			}
			room = (u64)got & ~(RAW_PAGE - 1);
		}
		for (n = 0; n < room; n += RAW_PAGE) {
			const u8 *page = through_mem ? to + n : (const u8 *)(at + n);

			if (!through_mem)
				load_ahead(page);
			if (is_zero((const u64 *)page))
				continue;
			if (!through_mem || kept != n)
				raw_copy(to + kept, page, RAW_PAGE);
			err = ck_add_extent(r, &(struct ri_extent){at + n, RAW_PAGE, ck_out_offset() + kept, 0, 0});
			if (err)
				return err;
			kept += RAW_PAGE;
		}
		err = ck_out_commit(kept);
		if (err < 0)
			return err;
		at += room;
		bytes -= room;
	}
	return 0;
}

/* One entry of 8 bytes per page: bit 63 present, 62 swapped, 61 of a file. */
static int walk_pagemap(struct ri_region *r, bool own_only, bool through_mem)
{
	u64 *entries = (u64 *)(void *)ck.scratch.text;
	u64 page = r->start;

	while (page < r->end) {
		u64 want = (r->end - page) / RAW_PAGE, run = 0;
		long got;

		if (want > ck.scratch.text_bytes / 8)
			want = ck.scratch.text_bytes / 8;
		got = raw_pread(pagemap_fd, entries, want * 8, page / RAW_PAGE * 8);
		if (got < 8)
			return got < 0 ? (int)got : -5;
		want = (u64)got / 8;
		for (u64 i = 0; i <= want; i++) {
			bool in = i < want && entries[i] >> 62 && !(own_only && entries[i] >> 61 & 1);

			if (in)
				run++;
			else if (run) {
				int err = put_pages(r, page + (i - run) * RAW_PAGE, run * RAW_PAGE, through_mem);

				if (err)
					return err;
				run = 0;
			}
		}
		page += want * RAW_PAGE;
	}
	return 0;
}

static int walk_scan(struct ri_region *r, bool own_only, bool through_mem)
{
	struct ck_run *runs = (struct ck_run *)(void *)ck.scratch.text;
	struct ck_scan s = {.start = r->start,
			    .vec = (u64)runs,
			    .vec_len = ck.scratch.text_bytes / sizeof *runs,
			    .inverted = IS_ZERO_PAGE | (own_only ? IS_FILE : 0),
			    .mask = IS_ZERO_PAGE | (own_only ? IS_FILE : 0),
			    .anyof = IS_PRESENT | IS_SWAPPED,
			    .wanted = IS_FILE};

	for (u64 most = SCAN_BYTES; s.start < r->end; most = most < SCAN_BYTES_MAX ? 2 * most : most) {
		long n;

		s.end = r->end - s.start > most ? s.start + most : r->end;
		n = ck_scan(pagemap_fd, &s);
		if (n < 0)
			return (int)n;
		for (long i = 0; i < n; i++) {
			int err = put_pages(r, runs[i].start, runs[i].end - runs[i].start, through_mem);

			if (err)
				return err;
		}
		/* walk_end may lie before what was reached; more is left only when all runs were used. */
		s.start = (u64)n < s.vec_len ? s.end : runs[n - 1].end;
	}
	return 0;
}

/* Of a region that was watched: the rest is where the last image has it. */
static int write_changed(struct ri_region *r, bool through_mem)
{
	u32 n;
	const struct ck_run *runs = ck_track_runs(r->start, r->end, &n);
	int err = 0;

	for (u32 i = 0; i < n && !err; i++)
		if (ck_run_written(&runs[i]))
			err = put_pages(r, runs[i].start, runs[i].end - runs[i].start, through_mem);
	return err;
}

static int write_region(struct ri_region *r)
{
	bool readable = r->prot & 1;

	if (r->flags & RI_R_BORROWS)
		return write_changed(r, !readable);
	switch (r->kind) {
	case RI_SCRATCH:
	case RI_SHARED:
		return 0;
	case RI_SHARED_ANON:
		return put_pages(r, r->start, r->end - r->start, true);
	default:
		if (r->flags & RI_R_CARRIED)
			return put_pages(r, r->start, r->end - r->start, true);
	}
	if (!no_scan) {
		int err = walk_scan(r, r->kind == RI_PRIVATE, !readable);

		if (err != -25 && err != -22)
			return err;
		no_scan = true;
	}
	return walk_pagemap(r, r->kind == RI_PRIVATE, !readable);
}

int ck_write_memory(void)
{
	struct ck_tables *t = &ck.tables;
	int err = 0;

	pagemap_fd = raw_open("/proc/thread-self/pagemap", 02000000, 0);
	if (pagemap_fd < 0)
		return pagemap_fd;
	mem_fd = raw_open("/proc/thread-self/mem", 02000000, 0);
	if (mem_fd < 0) {
		raw_close(pagemap_fd);
		return mem_fd;
	}
	t->n_extents = 0;
	t->memory_bytes = 0;
	for (u32 i = 0; i < t->n_regions && !err; i++) {
		t->regions[i].n_extents = 0;
		err = write_region(&t->regions[i]);
	}
	err = err ? err : ck_pack_flush();
	raw_close(pagemap_fd);
	raw_close(mem_fd);
	return err;
}
