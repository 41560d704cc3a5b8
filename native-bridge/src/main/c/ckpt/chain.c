// SPDX-License-Identifier: Apache-2.0
// Incremental images, the writer's side: finds out where in which files the unchanged memory lies, and removes the files
// nothing is borrowed from any more. The image that is about to be replaced says where its own memory is, its own pages
// and those it borrows itself; cut to what has not been written since, that is what the new one borrows.
// Context: as write.c.
#include "ckpt.h"

#include "crc32c.h"

#include <sys/stat.h>

#define MAX_FOUND 64 /* of names to keep and to remove */

static struct {
	bool looked; /* at what will be replaced */
	int err;     /* 0: it is an image */
	int fd;
	struct ri_head head;
	struct ri_foot foot;
	const u8 *tables;
	u64 tables_room;
	u32 n_links, n_borrowed; /* of the new image */
	struct ri_link links[MAX_FOUND];
	u64 file_bytes; /* of those that are needed */
	struct stat st; /* of the new image */
} chain;

static int read_all(void *to, u64 bytes, u64 off)
{
	u8 *p = to;

	while (bytes) {
		long n = raw_pread(chain.fd, p, bytes, off);

		if (n == -4)
			continue;
		if (n <= 0)
			return n ? (int)n : -5;
		p += n;
		off += (u64)n;
		bytes -= (u64)n;
	}
	return 0;
}

static const void *table(u32 type, u64 record_bytes, u32 *count)
{
	*count = 0;
	for (u32 i = 0; i < chain.foot.n_tables && i < RAW_COUNT(chain.foot.tables); i++) {
		const struct ri_table *t = &chain.foot.tables[i];
		u64 at = t->off - chain.foot.tables_off;

		if (t->type != type)
			continue;
		if (t->record_bytes != record_bytes || t->off < chain.foot.tables_off || at > chain.foot.tables_bytes ||
		    t->count > (chain.foot.tables_bytes - at) / record_bytes)
			return NULL;
		*count = (u32)t->count;
		return chain.tables + at;
	}
	return NULL;
}

static const char *text(u32 ref)
{
	u32 n;
	const char *s = table(RI_T_STRINGS, 1, &n);

	return s && n && !s[n - 1] && ref < n ? s + ref : "";
}

static int read_old(void)
{
	struct stat st;
	void *room;
	int err = read_all(&chain.head, sizeof chain.head, 0);

	if (err || chain.head.magic != RI_HEAD_MAGIC ||
	    crc32c(0, &chain.head, sizeof chain.head - 4) != chain.head.crc || RAW_SYS2(__NR_fstat, chain.fd, &st))
		return -116;
	err = read_all(&chain.foot, sizeof chain.foot, (u64)st.st_size - sizeof chain.foot);
	if (err || crc32c(0, &chain.foot, sizeof chain.foot - 4) != chain.foot.crc ||
	    !raw_equal(chain.foot.id, chain.head.id, 16) || chain.foot.file_bytes != (u64)st.st_size ||
	    chain.foot.tables_bytes > ck.scratch.tables_room)
		return -116;
	room = raw_mmap(NULL, chain.foot.tables_bytes, 3, 0x22, -1, 0);
	if (raw_failed(room))
		return -12;
	chain.tables = room;
	chain.tables_room = chain.foot.tables_bytes;
	err = read_all(room, chain.tables_room, chain.foot.tables_off);
	if (!err && crc32c(0, room, chain.tables_room) != chain.foot.tables_crc)
		err = -116;
	return err;
}

/* Reads what will be replaced, once. Context: also a thread of its own; the disk may be busy with the new image. */
void ck_chain_look(void)
{
	if (!chain.looked && chain.fd >= 0)
		chain.err = read_old();
	chain.looked = true;
}

/* 0 when what will be replaced is an image. */
static int look_at_old(void)
{
	ck_chain_look();
	return chain.err;
}

/* The second name of the last image, when nothing will need it. */
static void forget_base(const char *path)
{
	static char name[CK_PATH + 32];

	ck_base_name(name, sizeof name, path, ck.track.base_id);
	RAW_SYS1(__NR_unlink, name);
}

/* Before an image is written that replaces none. */
void ck_chain_none(void)
{
	raw_zero(&chain, sizeof chain);
	chain.err = chain.fd = -1;
}

/*
 * Before the image is written: opens the one it replaces. It stays open until ck_chain_end(), so that freeing its blocks
 * does not delay the rename. What a full image needs to know of it is read while the disk writes. When one that is to be
 * borrowed from is not what it should be the new image becomes a full one, or cannot be written any more.
 */
int ck_chain_begin(const char *path)
{
	int err;

	ck_chain_none();
	chain.fd = raw_open(path, 02000000 | 0400000 /* CLOEXEC NOFOLLOW */, 0);
	chain.err = chain.fd;
	if (!ck.track.incremental)
		return 0;
	err = look_at_old();
	if (!err && !raw_equal(chain.head.id, ck.track.base_id, 16))
		err = -116; /* ESTALE: somebody else's by now */
	if (!err || ck.track.kept)
		return err;
	forget_base(path);
	ck_track_drop();
	return 0;
}

/* A run is of one region, and so is an extent: what is merged is of one run. */
static int borrow(struct ri_link *l, u64 start, u64 end, u64 off, bool same_run)
{
	struct ck_tables *t = &ck.tables;
	struct ri_extent *all = t->extents + t->n_extents, *last = chain.n_borrowed ? &all[chain.n_borrowed - 1] : NULL;

	t->memory_bytes += end - start;
	if (same_run && l->count && last->addr + last->bytes == start && last->off + last->bytes == off) {
		last->bytes += end - start;
		return 0;
	}
	if (t->n_extents + chain.n_borrowed == CK_MAX_EXTENTS)
		return -7;
	all[chain.n_borrowed++] = (struct ri_extent){.addr = start, .bytes = end - start, .off = off};
	l->count++;
	return 0;
}

/* What of one file's extents has not been written since. Both lists are by address. */
static int borrow_from(struct ri_link *link, const struct ri_extent *e, u32 n)
{
	u32 n_runs, i = 0;
	const struct ck_run *r = ck_track_runs(0, ~0ULL, &n_runs);
	u64 last = 0;
	int err = 0;

	link->first = chain.n_borrowed;
	link->count = 0;
	for (u32 k = 0; k < n && !err; k++) {
		u64 end = e[k].addr + e[k].bytes;

		if (e[k].addr < last || e[k].codec)
			return -116;
		last = end;
		while (i < n_runs && r[i].end <= e[k].addr)
			i++;
		for (u32 j = i; j < n_runs && r[j].start < end && !err; j++) {
			u64 from = r[j].start > e[k].addr ? r[j].start : e[k].addr, to = r[j].end < end ? r[j].end : end;

			if (!ck_run_written(&r[j]))
				err = borrow(link, from, to, e[k].off + (from - e[k].addr), from > r[j].start);
		}
	}
	if (link->count)
		chain.file_bytes += link->file_bytes;
	return err;
}

static void beside(char *to, const char *image, const char *name)
{
	size_t n = raw_strcpy(to, image, CK_PATH);

	while (n && to[n - 1] != '/')
		n--;
	raw_strcpy(to + n, name, CK_PATH + 32 - n);
}

/* Only a name that was made from its id is ever opened or removed. */
static bool is_base_name(const char *name, const u8 *id)
{
	char end[32];
	size_t n = raw_strlen(name), k;

	ck_base_name(end, sizeof end, "", id);
	k = raw_strlen(end);
	for (const char *s = name; *s; s++)
		if (*s == '/')
			return false;
	return n > k && raw_streq(name + n - k, end);
}

static int add_link(const struct ri_link *link, const char *name, const struct ri_extent *e, u32 n)
{
	static char path[CK_PATH + 32];
	int err;

	if (!is_base_name(name, link->id))
		return ck.track.incremental ? -116 : 0;
	if (chain.n_links == MAX_FOUND)
		return ck.track.incremental ? -7 : 0;
	chain.links[chain.n_links] = *link;
	chain.links[chain.n_links].name = ck_string(name);
	err = borrow_from(&chain.links[chain.n_links], e, ck.track.incremental ? n : 0);
	if (!chain.links[chain.n_links].count) {
		beside(path, ck.image, name);
		if (RAW_SYS3(__NR_faccessat, -100, path, 0))
			return err; /* removed already */
	}
	chain.n_links++;
	return err;
}

/* After the program's own pages: fills the tables of links and of what is borrowed. */
int ck_chain_borrow(void)
{
	static char name[CK_PATH + 32];
	const struct ri_extent *all, *own;
	const struct ri_link *l;
	struct ri_link old;
	const char *base = name;
	u32 n_links, n_all, n;
	int err = 0;

	if (look_at_old())
		return 0;
	l = table(RI_T_LINKS, sizeof *l, &n_links);
	all = table(RI_T_BORROWED, sizeof *all, &n_all);
	own = table(RI_T_EXTENTS, sizeof *own, &n);
	if (!l && !ck.track.chainable)
		return 0;
	for (u32 i = 0; i < n_links && !err; i++) {
		bool good = all && l[i].first <= n_all && l[i].count <= n_all - l[i].first;

		err = add_link(&l[i], text(l[i].name), good ? all + l[i].first : NULL, good ? l[i].count : 0);
	}
	ck_base_name(name, sizeof name, ck.image, chain.head.id);
	for (const char *s = name; *s; s++)
		if (*s == '/')
			base = s + 1;
	old = (struct ri_link){.file_bytes = chain.foot.file_bytes, .sums_crc = chain.foot.sums_crc};
	raw_copy(old.id, chain.head.id, 16);
	return err ? err : add_link(&old, base, own, n);
}

const struct ri_link *ck_chain_links(u32 *n_links, u32 *n_borrowed)
{
	*n_links = chain.n_links;
	*n_borrowed = chain.n_borrowed;
	return chain.links;
}

/* The new image's file, before it is closed. */
void ck_chain_written(int fd)
{
	RAW_SYS2(__NR_fstat, fd, &chain.st);
}

/*
 * Once the new image has taken its place, or will not. Files nothing is borrowed from are removed; should that be
 * interrupted, the image still names them, and the next one does it. What the program needs to know for the next
 * checkpoint is put where it sees it.
 */
void ck_chain_end(const char *path, bool in_place, int err)
{
	static char name[CK_PATH + 32];
	struct ck_control *c = ck.scratch.control;
	u32 live = 0;

	if (!in_place && ck.track.incremental)
		forget_base(path);
	for (u32 i = 0; i < chain.n_links && in_place; i++) {
		live += chain.links[i].count > 0;
		beside(name, path, ck_text(chain.links[i].name));
		if (!chain.links[i].count)
			RAW_SYS1(__NR_unlink, name);
	}
	if (!err) {
		c->links = live;
		c->chain_bytes = c->bytes + chain.file_bytes;
		c->memory_bytes = ck.tables.memory_bytes;
		c->image_dev = chain.st.st_dev;
		c->image_ino = chain.st.st_ino;
		raw_copy(c->image_id, ck.last_id, 16);
	}
	if (chain.tables)
		raw_munmap((void *)(u64)chain.tables, chain.tables_room);
	if (chain.fd >= 0)
		raw_close(chain.fd);
	ck_chain_none();
}
