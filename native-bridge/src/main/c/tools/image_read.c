// SPDX-License-Identifier: Apache-2.0
// See image_read.h. Context: normal.
#include "image_links.h"

#include "crc32c.h"
#include "lz4_block.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int wrong(struct im_image *m, const char *what)
{
	snprintf(m->why, sizeof m->why, "%s", what);
	return -EBADMSG;
}

static int read_at(struct im_image *m, void *to, uint64_t bytes, uint64_t off)
{
	unsigned char *p = to;

	while (bytes) {
		ssize_t n = pread(m->fd, p, bytes, (off_t)off);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return wrong(m, n ? strerror(errno) : "truncated");
		p += n;
		off += (uint64_t)n;
		bytes -= (uint64_t)n;
	}
	return 0;
}

static const uint32_t record_bytes[RI_T_END] = {
	[RI_T_PROCESS] = sizeof(struct ri_process), [RI_T_REGIONS] = sizeof(struct ri_region),
	[RI_T_EXTENTS] = sizeof(struct ri_extent),  [RI_T_FILES] = sizeof(struct ri_file),
	[RI_T_FDS] = sizeof(struct ri_fd),	    [RI_T_ACTIONS] = sizeof(struct ri_action),
	[RI_T_PENDING] = sizeof(struct ri_pending), [RI_T_TIMERS] = sizeof(struct ri_timer),
	[RI_T_THREADS] = sizeof(struct ri_thread),  [RI_T_LOCKS] = sizeof(struct ri_lock),
	[RI_T_WATCHES] = sizeof(struct ri_watch),   [RI_T_STRINGS] = 1,
	[RI_T_VDSO] = 1,
};

static int check_foot(struct im_image *m)
{
	const struct ri_foot *f = &m->foot;
	uint32_t seen = 0;

	if (f->magic != RI_FOOT_MAGIC)
		return wrong(m, "not complete: it was truncated or never finished");
	if (crc32c(0, f, sizeof *f - 4) != f->crc)
		return wrong(m, "damaged: sum of the foot");
	if (f->version != RI_VERSION || memcmp(f->id, m->head.id, 16) || f->file_bytes != m->bytes)
		return wrong(m, "damaged: head and foot do not belong together");
	if (f->tables_off % RI_PAGE || f->tables_off < RI_PAGE || f->tables_off > m->bytes ||
	    f->tables_bytes > m->bytes - f->tables_off || f->sums_off != f->tables_off + f->tables_bytes ||
	    f->sums_off > m->bytes - RI_PAGE || f->sums_bytes != m->bytes - RI_PAGE - f->sums_off ||
	    f->sums_bytes / 4 < (f->tables_off + RI_BLOCK - 1) / RI_BLOCK || f->n_tables > RAW_COUNT(f->tables))
		return wrong(m, "damaged: layout");
	for (uint32_t i = 0; i < f->n_tables; i++) {
		const struct ri_table *t = &f->tables[i];

		if (!t->record_bytes || (t->type < RI_T_END && t->record_bytes != record_bytes[t->type]) ||
		    t->off < f->tables_off || t->off > f->sums_off || t->off % 8 || t->count > UINT32_MAX ||
		    t->count > (f->sums_off - t->off) / t->record_bytes)
			return wrong(m, "damaged: bounds of a table");
		if (t->type < RI_T_END)
			seen |= 1u << t->type;
	}
	return seen == (1u << RI_T_END) - 2 ? 0 : wrong(m, "damaged: a table is missing");
}

static bool is_block(const struct im_image *m, const struct ri_extent *e)
{
	return e->codec == RI_CODEC_LZ4 && m->head.features & RI_F_COMPRESSED && e->bytes <= RI_CHUNK && e->stored &&
	       e->stored < e->bytes;
}

static int check_tables(struct im_image *m)
{
	uint32_t n_regions, n_extents, n_files, n_strings, n;
	const struct ri_region *r = im_table(m, RI_T_REGIONS, &n_regions);
	const struct ri_extent *e = im_table(m, RI_T_EXTENTS, &n_extents);
	const char *strings = im_table(m, RI_T_STRINGS, &n_strings);
	uint64_t last = 0, off = RI_PAGE;
	const char *links;

	im_table(m, RI_T_FILES, &n_files);
	im_table(m, RI_T_PROCESS, &n);
	if (n != 1 || !n_strings || strings[n_strings - 1])
		return wrong(m, "damaged: tables");
	for (uint32_t i = 0; i < n_regions; i++) {
		if (r[i].start < last || r[i].end <= r[i].start || (r[i].file != RI_NONE && r[i].file >= n_files) ||
		    (r[i].n_extents && (r[i].first_extent >= n_extents || r[i].n_extents > n_extents - r[i].first_extent)))
			return wrong(m, "damaged: a region");
		last = r[i].end;
	}
	for (uint32_t i = 0; i < n_extents; i++) {
		if (e[i].off < off || e[i].off > m->foot.tables_off || ri_stored(&e[i]) > m->foot.tables_off - e[i].off ||
		    (e[i].codec && !is_block(m, &e[i])))
			return wrong(m, "damaged: an extent");
		off = e[i].off + ri_stored(&e[i]);
	}
	links = im_links_wrong(m);
	return links ? wrong(m, links) : 0;
}

int im_open(struct im_image *m, const char *path)
{
	struct stat st;
	int err;

	memset(m, 0, sizeof *m);
	m->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (m->fd < 0 || fstat(m->fd, &st)) {
		err = -errno;
		wrong(m, strerror(errno));
		return err;
	}
	m->bytes = (uint64_t)st.st_size;
	if (m->bytes < sizeof m->head)
		return wrong(m, "not a checkpoint image, or truncated");
	if (read_at(m, &m->head, sizeof m->head, 0))
		return -EIO;
	if (m->head.magic != RI_HEAD_MAGIC)
		return wrong(m, "not a checkpoint image");
	if (crc32c(0, &m->head, sizeof m->head - 4) != m->head.crc)
		return wrong(m, "damaged: sum of the head");
	if (m->head.version != RI_VERSION || m->head.features & ~RI_F_KNOWN)
		return wrong(m, "written by another version");
	if (m->bytes < sizeof m->head + sizeof m->foot)
		return wrong(m, "truncated");
	if (read_at(m, &m->foot, sizeof m->foot, m->bytes - sizeof m->foot))
		return -EIO;
	err = check_foot(m);
	if (err)
		return err;
	m->tables = malloc(m->foot.tables_bytes + 1);
	m->sums = malloc(m->foot.sums_bytes + 1);
	if (!m->tables || !m->sums)
		return wrong(m, "no memory for its tables");
	if (read_at(m, m->tables, m->foot.tables_bytes, m->foot.tables_off) ||
	    read_at(m, m->sums, m->foot.sums_bytes, m->foot.sums_off))
		return -EIO;
	if (crc32c(0, m->tables, m->foot.tables_bytes) != m->foot.tables_crc)
		return wrong(m, "damaged: sum of the tables");
	if (crc32c(0, m->sums, m->foot.sums_bytes) != m->foot.sums_crc)
		return wrong(m, "damaged: sum of the sums");
	return check_tables(m);
}

/* That what is compressed can be had again; the sums only say that it is as it was written. */
static int decode_all(struct im_image *m)
{
	uint32_t n;
	const struct ri_extent *e = im_table(m, RI_T_EXTENTS, &n);
	unsigned char *block = malloc(2UL * RI_CHUNK);
	int err = block ? 0 : -ENOMEM;

	for (uint32_t i = 0; i < n && !err; i++) {
		if (!e[i].codec)
			continue;
		err = read_at(m, block, e[i].stored, e[i].off);
		if (!err && lz4_decode(block, e[i].stored, block + RI_CHUNK, e[i].bytes) != (int64_t)e[i].bytes) {
			snprintf(m->why, sizeof m->why, "damaged: memory compressed at byte %llu", (unsigned long long)e[i].off);
			err = -EBADMSG;
		}
	}
	free(block);
	return err;
}

int im_verify(struct im_image *m)
{
	unsigned char *block = malloc(RI_BLOCK);
	int err = block ? 0 : -ENOMEM;

	for (uint64_t off = 0; off < m->foot.tables_off && !err; off += RI_BLOCK) {
		uint64_t n = m->foot.tables_off - off;

		if (n > RI_BLOCK)
			n = RI_BLOCK;
		err = read_at(m, block, n, off);
		if (!err && crc32c(0, block, n) != m->sums[off / RI_BLOCK]) {
			snprintf(m->why, sizeof m->why, "damaged: block at byte %llu", (unsigned long long)off);
			err = -EBADMSG;
		}
	}
	free(block);
	return err ? err : decode_all(m);
}

void im_close(struct im_image *m)
{
	if (m->fd >= 0)
		close(m->fd);
	free(m->tables);
	free(m->sums);
	m->tables = NULL;
	m->sums = NULL;
}

const void *im_table(const struct im_image *m, uint32_t type, uint32_t *count)
{
	for (uint32_t i = 0; i < m->foot.n_tables; i++)
		if (m->foot.tables[i].type == type) {
			*count = (uint32_t)m->foot.tables[i].count;
			return m->tables + (m->foot.tables[i].off - m->foot.tables_off);
		}
	*count = 0;
	return NULL;
}

const char *im_text(const struct im_image *m, uint32_t ref)
{
	uint32_t n;
	const char *s = im_table(m, RI_T_STRINGS, &n);

	return s && ref < n ? s + ref : "";
}
