// SPDX-License-Identifier: Apache-2.0
// An incremental image and the files it needs become one image that needs none: for moving it elsewhere, or keeping it
// when the program goes on. Everything is verified before. Context: normal.
#include "image_links.h"

#include "crc32c.h"
#include "raw.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where a piece of memory is now: file 0 is the image itself, then its links. */
struct piece {
	uint64_t addr, bytes, off;
	uint32_t file;
};

struct merge {
	struct im_image *m, others[RI_MAX_LINKS];
	uint32_t n_others;
	struct piece *pieces;
	size_t n_pieces;
	FILE *out;
	uint64_t off; /* of the next byte written */
	uint32_t *sums, n_sums, crc;
	struct ri_extent *extents;
	uint32_t n_extents;
	struct ri_foot foot;
};

static int by_address(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static void put(struct merge *g, const void *data, uint64_t bytes)
{
	const unsigned char *p = data;

	fwrite(data, 1, bytes, g->out); /* an error stays in the stream: see finish() */
	while (g->sums && bytes) {
		uint64_t part = RI_BLOCK - g->off % RI_BLOCK;

		part = part < bytes ? part : bytes;
		g->crc = crc32c(g->crc, p, part);
		p += part;
		bytes -= part;
		g->off += part;
		if (g->off % RI_BLOCK == 0) {
			g->sums[g->n_sums++] = g->crc;
			g->crc = 0;
		}
	}
	g->off += bytes;
}

static void pad(struct merge *g, uint32_t align, uint32_t *crc)
{
	static const unsigned char zero[RI_PAGE];
	uint64_t bytes = RAW_ALIGN(g->off, align) - g->off;

	put(g, zero, bytes);
	if (crc)
		*crc = crc32c(*crc, zero, bytes);
}

static int copy(struct merge *g, int fd, uint64_t off, uint64_t bytes)
{
	static unsigned char buffer[1 << 20];

	while (bytes) {
		ssize_t n = pread(fd, buffer, bytes < sizeof buffer ? bytes : sizeof buffer, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		put(g, buffer, (uint64_t)n);
		off += (uint64_t)n;
		bytes -= (uint64_t)n;
	}
	return 0;
}

static int collect(struct merge *g, const char *path)
{
	uint32_t n_links, n_own, n_borrowed;
	const struct ri_link *l = im_links(g->m, &n_links);
	const struct ri_extent *own = im_table(g->m, RI_T_EXTENTS, &n_own), *e = im_borrowed(g->m, &n_borrowed);

	g->pieces = calloc((size_t)n_own + n_borrowed + 1, sizeof *g->pieces);
	g->extents = calloc((size_t)n_own + n_borrowed + 1, sizeof *g->extents);
	g->sums = calloc((g->m->foot.tables_off + g->m->foot.memory_bytes) / RI_BLOCK + 64, 4);
	if (!g->pieces || !g->extents || !g->sums)
		return -ENOMEM;
	for (uint32_t i = 0; i < n_own; i++)
		g->pieces[g->n_pieces++] = (struct piece){own[i].addr, own[i].bytes, own[i].off, 0};
	for (uint32_t i = 0; i < n_links; i++) {
		if (!l[i].count)
			continue;
		if (im_open_link(g->m, path, &l[i], &g->others[g->n_others++]))
			return -EBADMSG;
		for (uint32_t k = l[i].first; k < l[i].first + l[i].count; k++)
			g->pieces[g->n_pieces++] = (struct piece){e[k].addr, e[k].bytes, e[k].off, g->n_others};
	}
	qsort(g->pieces, g->n_pieces, sizeof *g->pieces, by_address);
	return 0;
}

static int put_memory(struct merge *g, struct ri_region *regions, uint32_t n_regions)
{
	size_t k = 0;
	int err = 0;

	for (uint32_t i = 0; i < n_regions && !err; i++) {
		struct ri_region *r = &regions[i];

		r->flags &= ~RI_R_BORROWS;
		r->first_extent = g->n_extents;
		r->n_extents = 0;
		for (; k < g->n_pieces && g->pieces[k].addr < r->end && !err; k++) {
			const struct piece *p = &g->pieces[k];
			struct ri_extent *last = r->n_extents ? &g->extents[g->n_extents - 1] : NULL;

			if (last && last->addr + last->bytes == p->addr) {
				last->bytes += p->bytes;
			} else {
				g->extents[g->n_extents++] = (struct ri_extent){.addr = p->addr, .bytes = p->bytes, .off = g->off};
				r->n_extents++;
			}
			err = copy(g, p->file ? g->others[p->file - 1].fd : g->m->fd, p->off, p->bytes);
		}
	}
	return err;
}

/* Files without a name: their content lies behind the memory. */
static int put_contents(struct merge *g, struct ri_fd *fds, uint32_t n)
{
	int err = 0;

	for (uint32_t i = 0; i < n && !err; i++) {
		uint64_t from = fds[i].data_off;

		if (fds[i].kind != RI_FD_CONTENT || fds[i].same_as >= 0)
			continue;
		if (from > g->m->foot.tables_off || fds[i].data_bytes > g->m->foot.tables_off - from)
			return -EBADMSG;
		fds[i].data_off = g->off;
		err = copy(g, g->m->fd, from, fds[i].data_bytes);
		pad(g, RI_PAGE, NULL);
	}
	return err;
}

static void put_table(struct merge *g, const struct ri_table *t, const void *records)
{
	uint64_t bytes = t->record_bytes * t->count;

	g->foot.tables[g->foot.n_tables++] = (struct ri_table){t->type, t->record_bytes, g->off, t->count};
	g->foot.tables_crc = crc32c(g->foot.tables_crc, records, bytes);
	put(g, records, bytes);
	pad(g, 16, &g->foot.tables_crc);
}

static void put_tables(struct merge *g, const struct ri_region *regions, const struct ri_fd *fds)
{
	const struct ri_foot *old = &g->m->foot;

	for (uint32_t i = 0; i < old->n_tables; i++) {
		struct ri_table t = old->tables[i];
		const void *records = g->m->tables + (t.off - old->tables_off);

		if (t.type == RI_T_LINKS || t.type == RI_T_BORROWED)
			continue;
		if (t.type == RI_T_EXTENTS) {
			t.count = g->n_extents;
			records = g->extents;
		}
		put_table(g, &t, t.type == RI_T_REGIONS ? (const void *)regions : t.type == RI_T_FDS ? (const void *)fds : records);
	}
	pad(g, RI_PAGE, &g->foot.tables_crc);
}

static int put_image(struct merge *g)
{
	uint32_t n_regions, n_fds, *sums;
	struct ri_region *regions = (void *)(uintptr_t)im_table(g->m, RI_T_REGIONS, &n_regions);
	struct ri_fd *fds = (void *)(uintptr_t)im_table(g->m, RI_T_FDS, &n_fds);
	struct ri_head head = g->m->head;
	struct ri_foot *f = &g->foot;
	int err;

	head.features &= ~RI_F_INCREMENTAL;
	memset(head.parent_id, 0, sizeof head.parent_id);
	head.crc = crc32c(0, &head, sizeof head - 4);
	*f = g->m->foot;
	memset(f->tables, 0, sizeof f->tables);
	f->n_tables = f->tables_crc = 0;
	put(g, &head, sizeof head);
	err = put_memory(g, regions, n_regions);
	err = err ? err : put_contents(g, fds, n_fds);
	if (err)
		return err;
	if (g->off % RI_BLOCK)
		g->sums[g->n_sums++] = g->crc;
	sums = g->sums;
	g->sums = NULL; /* what follows is summed in the foot */
	f->tables_off = g->off;
	put_tables(g, regions, fds);
	f->tables_bytes = g->off - f->tables_off;
	f->sums_off = g->off;
	f->sums_crc = crc32c(0, sums, g->n_sums * 4UL);
	put(g, sums, g->n_sums * 4UL);
	pad(g, RI_PAGE, &f->sums_crc);
	f->sums_bytes = g->off - f->sums_off;
	f->file_bytes = g->off + RI_PAGE;
	f->crc = crc32c(0, f, sizeof *f - 4);
	put(g, f, sizeof *f);
	free(sums);
	return 0;
}

static int finish(FILE *out)
{
	int err = fflush(out) || ferror(out) || fsync(fileno(out)) ? -errno : 0;

	if (fclose(out) && !err)
		err = -errno;
	return err;
}

int im_merge(struct im_image *m, const char *path, const char *to)
{
	struct merge g = {.m = m};
	int fd, err;

	if (m->head.features & RI_F_COMPRESSED) {
		snprintf(m->why, sizeof m->why, "it is compressed, and needs no other file");
		return -EINVAL;
	}
	err = im_verify(m);
	err = err ? err : im_verify_links(m, path);
	err = err ? err : collect(&g, path);
	fd = err ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) {
		g.out = fdopen(fd, "w");
		err = put_image(&g);
		fd = finish(g.out);
		err = err ? err : fd;
		if (err)
			unlink(to);
	} else if (!err) {
		err = -errno;
	}
	if (err && !m->why[0])
		snprintf(m->why, sizeof m->why, "cannot be merged into %.120s: %s", to, strerror(-err));
	for (uint32_t i = 0; i < g.n_others; i++)
		im_close(&g.others[i]);
	free(g.pieces);
	free(g.extents);
	free(g.sums);
	return err;
}
