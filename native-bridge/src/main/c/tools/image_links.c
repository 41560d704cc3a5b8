// SPDX-License-Identifier: Apache-2.0
// See image_links.h. Context: normal.
#include "image_links.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const void *table(const struct im_image *m, uint32_t type, uint32_t record_bytes, uint32_t *count)
{
	for (uint32_t i = 0; i < m->foot.n_tables; i++)
		if (m->foot.tables[i].type == type && m->foot.tables[i].record_bytes == record_bytes)
			return im_table(m, type, count);
	*count = 0;
	return NULL;
}

const struct ri_link *im_links(const struct im_image *m, uint32_t *count)
{
	return table(m, RI_T_LINKS, sizeof(struct ri_link), count);
}

const struct ri_extent *im_borrowed(const struct im_image *m, uint32_t *count)
{
	return table(m, RI_T_BORROWED, sizeof(struct ri_extent), count);
}

static bool in_a_region(const struct im_image *m, const struct ri_extent *e)
{
	uint32_t n, low = 0, high;
	const struct ri_region *r = im_table(m, RI_T_REGIONS, &n);

	for (high = n; low < high;) {
		uint32_t mid = low + (high - low) / 2;

		if (r[mid].end > e->addr)
			high = mid;
		else
			low = mid + 1;
	}
	return low < n && e->addr >= r[low].start && e->bytes <= r[low].end - e->addr && r[low].flags & RI_R_BORROWS;
}

const char *im_links_wrong(const struct im_image *m)
{
	uint32_t n_links, n_all, live = 0;
	const struct ri_link *l = im_links(m, &n_links);
	const struct ri_extent *e = im_borrowed(m, &n_all);

	for (uint32_t i = 0; i < n_links; i++) {
		uint64_t off = RI_PAGE;

		if (!l[i].count)
			continue;
		if (++live > RI_MAX_LINKS || l[i].first > n_all || l[i].count > n_all - l[i].first ||
		    !*im_text(m, l[i].name) || strchr(im_text(m, l[i].name), '/'))
			return "damaged: a link to another file";
		for (uint32_t k = l[i].first; k < l[i].first + l[i].count; k++) {
			if (e[k].codec || e[k].off < off || e[k].off % RI_PAGE || e[k].addr % RI_PAGE ||
			    e[k].bytes % RI_PAGE || !e[k].bytes || e[k].off > l[i].file_bytes ||
			    e[k].bytes > l[i].file_bytes - e[k].off || !in_a_region(m, &e[k]))
				return "damaged: a borrowed extent";
			off = e[k].off + e[k].bytes;
		}
	}
	return live && !(m->head.features & RI_F_INCREMENTAL) ? "damaged: links" : NULL;
}

static int wrong(struct im_image *m, const char *name, const char *what)
{
	snprintf(m->why, sizeof m->why, "needs %.100s, which is %.160s", name, what);
	return -EBADMSG;
}

int im_open_link(struct im_image *m, const char *path, const struct ri_link *l, struct im_image *other)
{
	const char *slash = strrchr(path, '/'), *name = im_text(m, l->name);
	const struct ri_extent *e;
	char beside[4096];
	uint32_t n;
	int err;

	snprintf(beside, sizeof beside, "%.*s%s", slash ? (int)(slash - path) + 1 : 0, path, name);
	err = im_open(other, beside);
	if (err == -ENOENT)
		wrong(m, name, "not beside it");
	else if (err)
		wrong(m, name, other->why);
	if (err)
		return err;
	if (memcmp(other->head.id, l->id, 16))
		return wrong(m, name, "another image than the one it was made with");
	if (other->bytes != l->file_bytes || other->foot.sums_crc != l->sums_crc)
		return wrong(m, name, "not as it was");
	e = im_borrowed(m, &n);
	if (l->count && e[l->first + l->count - 1].off + e[l->first + l->count - 1].bytes > other->foot.tables_off)
		return wrong(m, name, "shorter than what is borrowed from it");
	return 0;
}

int im_verify_links(struct im_image *m, const char *path)
{
	uint32_t n;
	const struct ri_link *l = im_links(m, &n);
	int err = 0;

	for (uint32_t i = 0; i < n && !err; i++) {
		struct im_image other;

		if (!l[i].count)
			continue;
		err = im_open_link(m, path, &l[i], &other);
		if (!err) {
			err = im_verify(&other);
			if (err)
				wrong(m, im_text(m, l[i].name), other.why);
		}
		im_close(&other);
	}
	return err;
}
