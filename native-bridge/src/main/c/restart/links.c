// SPDX-License-Identifier: Apache-2.0
// The other files an incremental image borrows memory from: found beside it, and each one identified before anything is
// changed, so that a missing, foreign or damaged one is named while the program has not run yet. Context: no libc.
#include "restart.h"

#include "crc32c.h"

static __attribute__((noreturn)) void unusable(const char *name, const char *why)
{
	static char text[8192];
	struct raw_text t;

	rt_init(&t, text, sizeof text);
	rt_str(&t, name);
	rt_str(&t, why);
	rs_fail("the checkpoint image is an incremental one and needs ", text, "; the program was not restarted");
}

static void __attribute__((noreturn)) damaged(const char *what)
{
	rs_fail("the checkpoint image is damaged (", what, "); the program was not restarted");
}

static const void *table(u32 type, u64 record_bytes, u32 *count)
{
	*count = 0;
	for (u32 i = 0; i < rs.foot.n_tables; i++)
		if (rs.foot.tables[i].type == type) {
			if (rs.foot.tables[i].record_bytes != record_bytes || rs.foot.tables[i].off % 8)
				damaged("record size");
			return rs_table(type, count);
		}
	return NULL;
}

const struct ri_link *rs_links(u32 *count)
{
	return table(RI_T_LINKS, sizeof(struct ri_link), count);
}

const struct ri_extent *rs_borrowed(u32 *count)
{
	return table(RI_T_BORROWED, sizeof(struct ri_extent), count);
}

static void read_all(const char *name, int fd, void *to, u64 bytes, u64 off)
{
	u8 *p = to;

	while (bytes) {
		long n = raw_pread(fd, p, bytes, off);

		if (n == -4)
			continue;
		if (n <= 0)
			unusable(name, n ? ", which cannot be read" : ", which was truncated");
		p += n;
		off += (u64)n;
		bytes -= (u64)n;
	}
}

/* In the directory of the image. */
static int open_beside(const char *name)
{
	static char path[8192];
	size_t n = raw_strcpy(path, rs.image, sizeof path);

	for (const char *s = name; *s; s++)
		if (*s == '/')
			damaged("the name of another file");
	while (n && path[n - 1] != '/')
		n--;
	raw_strcpy(path + n, name, sizeof path - n);
	return raw_open(path, 02000000, 0);
}

/* Not used, but a file that is damaged anywhere is not trusted. */
static void check_tables(const char *name, int fd, const struct ri_foot *foot)
{
	u64 off = foot->tables_off, end = off + foot->tables_bytes;
	u32 crc = 0;

	while (off < end) {
		u64 part = end - off < sizeof rs.text ? end - off : sizeof rs.text;

		read_all(name, fd, rs.text, part, off);
		crc = crc32c(crc, rs.text, part);
		off += part;
	}
	if (crc != foot->tables_crc)
		unusable(name, ", which is damaged");
}

static void open_link(const struct ri_link *l, struct rs_link *to)
{
	static struct ri_head head;
	static struct ri_foot foot;
	const char *name = rs_text(l->name);
	int fd = open_beside(name);
	u64 blocks;

	if (fd < 0)
		unusable(name, fd == -2 ? ", which is not beside it" : ", which cannot be opened");
	if (l->file_bytes < sizeof head + sizeof foot)
		damaged("the size of another file");
	if (raw_lseek(fd, 0, 2) < (s64)l->file_bytes)
		unusable(name, ", which was truncated");
	if (raw_lseek(fd, 0, 2) > (s64)l->file_bytes)
		unusable(name, ", but that is another image than the one it was made with");
	read_all(name, fd, &head, sizeof head, 0);
	read_all(name, fd, &foot, sizeof foot, l->file_bytes - sizeof foot);
	if (head.magic != RI_HEAD_MAGIC || crc32c(0, &head, sizeof head - 4) != head.crc)
		unusable(name, ", which is damaged or no checkpoint image");
	if (!raw_equal(head.id, l->id, 16))
		unusable(name, ", but that is another image than the one it was made with");
	if (foot.magic != RI_FOOT_MAGIC || crc32c(0, &foot, sizeof foot - 4) != foot.crc ||
	    !raw_equal(foot.id, l->id, 16) || foot.file_bytes != l->file_bytes || foot.sums_crc != l->sums_crc)
		unusable(name, ", which is damaged");
	blocks = (foot.tables_off + RI_BLOCK - 1) / RI_BLOCK;
	if (foot.tables_off > l->file_bytes || foot.sums_off > l->file_bytes ||
	    foot.sums_bytes > l->file_bytes - foot.sums_off || foot.sums_bytes / 4 < blocks ||
	    foot.tables_bytes > l->file_bytes - foot.tables_off)
		unusable(name, ", which is damaged");
	check_tables(name, fd, &foot);
	to->fd = fd;
	to->data_end = foot.tables_off;
	to->sums_bytes = foot.sums_bytes;
	to->sums = raw_mmap(NULL, foot.sums_bytes, 3, 0x22, -1, 0);
	if (raw_failed(to->sums))
		rs_fail("no memory for the restart", "", "");
	read_all(name, fd, to->sums, foot.sums_bytes, foot.sums_off);
	if (crc32c(0, to->sums, foot.sums_bytes) != foot.sums_crc)
		unusable(name, ", which is damaged");
}

/* The region that [addr, addr + bytes) lies in may take memory from elsewhere. */
static bool in_a_region(const struct ri_extent *e)
{
	u32 n;
	const struct ri_region *r = rs_table(RI_T_REGIONS, &n);
	u32 low = 0, high = n;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (r[mid].end > e->addr)
			high = mid;
		else
			low = mid + 1;
	}
	return low < n && e->addr >= r[low].start && e->bytes <= r[low].end - e->addr && r[low].flags & RI_R_BORROWS &&
	       (r[low].kind == RI_ANON || r[low].kind == RI_HEAP || r[low].kind == RI_STACK);
}

static void check_borrowed(const struct ri_extent *e, u32 n, u64 data_end)
{
	u64 off = RI_PAGE;

	for (u32 i = 0; i < n; i++) {
		if (e[i].codec || e[i].off < off || e[i].off % RI_PAGE || e[i].addr % RI_PAGE || e[i].bytes % RI_PAGE ||
		    !e[i].bytes || e[i].off > data_end || e[i].bytes > data_end - e[i].off || !in_a_region(&e[i]))
			damaged("a borrowed extent");
		off = e[i].off + e[i].bytes;
	}
}

void rs_open_links(void)
{
	u32 n_links, n_all;
	const struct ri_link *l = rs_links(&n_links);
	const struct ri_extent *all = rs_borrowed(&n_all);

	if (!(rs.head.features & RI_F_INCREMENTAL))
		return;
	rs.eager = true; /* a block is not in one file with its neighbours */
	for (u32 i = 0; i < n_links; i++) {
		struct rs_link *to = &rs.links[rs.n_links];

		if (!l[i].count)
			continue;
		if (rs.n_links == RI_MAX_LINKS || l[i].first > n_all || l[i].count > n_all - l[i].first)
			damaged("the table of other files");
		open_link(&l[i], to);
		to->name = l[i].name;
		to->first = l[i].first;
		to->count = l[i].count;
		check_borrowed(all + to->first, to->count, to->data_end);
		rs.n_links++;
	}
}
