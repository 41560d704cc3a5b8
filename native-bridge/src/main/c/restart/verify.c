// SPDX-License-Identifier: Apache-2.0
// Reads head, foot and tables of an image and checks everything that can be checked before a page is touched: sums,
// sizes, bounds of every reference, this host's CPU, and the files the program had mapped. Context: no libc.
#include "restart.h"

#include "crc32c.h"

#include <linux/stat.h>

static u64 image_bytes;

void *rs_table(u32 type, u32 *count)
{
	for (u32 i = 0; i < rs.foot.n_tables; i++)
		if (rs.foot.tables[i].type == type) {
			if (count)
				*count = (u32)rs.foot.tables[i].count;
			return rs.tables + (rs.foot.tables[i].off - rs.foot.tables_off);
		}
	rs_fail("the checkpoint image is not complete: ", rs.image, "");
}

const char *rs_text(u32 ref)
{
	u32 n;
	const char *s = rs_table(RI_T_STRINGS, &n);

	return ref < n ? s + ref : "";
}

static void read_all(void *to, u64 bytes, u64 off)
{
	u8 *p = to;

	while (bytes) {
		long n = raw_pread(rs.image_fd, p, bytes, off);

		if (n == -4)
			continue;
		if (n <= 0)
			rs_fail("the checkpoint image cannot be read: ", rs.image,
				n == 0	   ? " (truncated)"
				: n == -21 ? " (is a directory)"
					   : " (input/output error)");
		p += n;
		off += (u64)n;
		bytes -= (u64)n;
	}
}

static void *room(u64 bytes)
{
	void *p = raw_mmap(NULL, bytes ? bytes : 1, 3, 0x22, -1, 0);

	if (raw_failed(p))
		rs_fail("no memory for the restart", "", "");
	return p;
}

/* A stream is first put into a file of its own, so that nothing of it is used before all of it is there and right. */
static int spool(int from)
{
	long to = raw_open(".", 020200000 | 02 | 02000000, 0600); /* O_TMPFILE O_RDWR O_CLOEXEC */
	u8 *buf = room(1 << 20);

	if (to < 0)
		to = RAW_SYS2(__NR_memfd_create, "checkpoint image", 1);
	if (to < 0)
		rs_fail("no room for the image", "", "");
	for (;;) {
		long n = raw_read(from, buf, 1 << 20), done = 0;

		if (n == -4)
			continue;
		if (n < 0)
			rs_fail("the image stream cannot be read: ", rs_strerror(n), "");
		if (n == 0)
			break;
		while (done < n) {
			long w = raw_write((int)to, buf + done, (u64)(n - done));

			if (w <= 0)
				rs_fail("the image stream cannot be stored: ", rs_strerror(w), "");
			done += w;
		}
	}
	raw_close(from);
	raw_munmap(buf, 1 << 20);
	return (int)to;
}

static const u32 record_bytes[RI_T_END] = {
	[RI_T_PROCESS] = sizeof(struct ri_process), [RI_T_REGIONS] = sizeof(struct ri_region),
	[RI_T_EXTENTS] = sizeof(struct ri_extent),  [RI_T_FILES] = sizeof(struct ri_file),
	[RI_T_FDS] = sizeof(struct ri_fd),	    [RI_T_ACTIONS] = sizeof(struct ri_action),
	[RI_T_PENDING] = sizeof(struct ri_pending), [RI_T_TIMERS] = sizeof(struct ri_timer),
	[RI_T_THREADS] = sizeof(struct ri_thread),  [RI_T_LOCKS] = sizeof(struct ri_lock),
	[RI_T_WATCHES] = sizeof(struct ri_watch),   [RI_T_STRINGS] = 1,
	[RI_T_VDSO] = 1,
};

static void __attribute__((noreturn)) damaged(const char *what)
{
	rs_fail("the checkpoint image is damaged (", what, "); the program was not restarted");
}

static void check_foot(void)
{
	const struct ri_foot *f = &rs.foot;
	u32 seen = 0;

	if (f->magic != RI_FOOT_MAGIC)
		rs_fail("the checkpoint image is not complete, it was truncated or never finished: ", rs.image, "");
	if (crc32c(0, f, sizeof *f - 4) != f->crc)
		damaged("foot");
	if (f->version != RI_VERSION || !raw_equal(f->id, rs.head.id, 16) || f->file_bytes != image_bytes)
		damaged("head and foot do not belong together");
	if (f->tables_off % RI_PAGE || f->tables_off < RI_PAGE || f->tables_off > image_bytes ||
	    f->tables_bytes > image_bytes - f->tables_off || f->sums_off != f->tables_off + f->tables_bytes ||
	    f->sums_bytes != image_bytes - RI_PAGE - f->sums_off || f->n_tables > RAW_COUNT(f->tables) ||
	    f->sums_bytes < (f->tables_off + RI_BLOCK - 1) / RI_BLOCK * 4)
		damaged("layout");
	for (u32 i = 0; i < f->n_tables; i++) {
		const struct ri_table *t = &f->tables[i];

		if (t->type < RI_T_END && t->record_bytes != record_bytes[t->type])
			damaged("record size");
		if (t->off < f->tables_off || t->off > f->sums_off ||
		    (t->record_bytes && t->count > (f->sums_off - t->off) / t->record_bytes))
			damaged("table bounds");
		if (t->type < RI_T_END)
			seen |= 1u << t->type;
	}
	if (seen != (1u << RI_T_END) - 2)
		damaged("a table is missing");
}

static bool is_block(const struct ri_extent *e)
{
	return e->codec == RI_CODEC_LZ4 && rs.head.features & RI_F_COMPRESSED && e->bytes <= RI_CHUNK && e->stored &&
	       e->stored < e->bytes;
}

/* Every number in the tables that will be used as an address, an offset or an index. */
static void check_tables(void)
{
	u32 n_regions, n_extents, n_files, n_threads, n_strings, n;
	struct ri_region *r = rs_table(RI_T_REGIONS, &n_regions);
	struct ri_extent *e = rs_table(RI_T_EXTENTS, &n_extents);
	const char *strings = rs_table(RI_T_STRINGS, &n_strings);
	const struct ri_process *p = &rs.process;
	u64 last = 0, off = RI_PAGE;

	rs_table(RI_T_FILES, &n_files);
	rs_table(RI_T_THREADS, &n_threads);
	rs_table(RI_T_ACTIONS, &n);
	if (n != 64 || !n_threads || !n_strings || strings[n_strings - 1])
		damaged("tables");
	for (u32 i = 0; i < n_regions; i++) {
		if (r[i].start % RI_PAGE || r[i].end % RI_PAGE || r[i].start < last || r[i].end <= r[i].start ||
		    r[i].end > 0x7ffffffff000 || (r[i].file != RI_NONE && r[i].file >= n_files) || r[i].prot > 7 ||
		    (r[i].n_extents && (r[i].first_extent >= n_extents || r[i].n_extents > n_extents - r[i].first_extent)))
			damaged("a region");
		last = r[i].end;
		for (u32 k = r[i].first_extent; r[i].n_extents && k < r[i].first_extent + r[i].n_extents; k++)
			if (e[k].addr < r[i].start || e[k].addr > r[i].end || e[k].bytes > r[i].end - e[k].addr)
				damaged("an extent is outside its region");
	}
	for (u32 i = 0; i < n_extents; i++) {
		if (!e[i].bytes || e[i].bytes % RI_PAGE || e[i].off < off || e[i].off > rs.foot.tables_off ||
		    (e[i].codec ? !is_block(&e[i]) : e[i].off % RI_PAGE != 0) ||
		    ri_stored(&e[i]) > rs.foot.tables_off - e[i].off)
			damaged("an extent");
		off = e[i].off + ri_stored(&e[i]);
	}
	if (p->scratch >= p->scratch_end || p->tables_at < p->scratch || p->tables_at > p->scratch_end ||
	    p->tables_room > p->scratch_end - p->tables_at || rs.foot.tables_bytes > p->tables_room ||
	    p->resume_stack <= p->scratch || p->resume_stack > p->scratch_end || p->auxv_bytes > RI_AUXV_BYTES)
		damaged("the library's memory");
}

void rs_read_image(const char *name)
{
	struct statx sx;
	struct raw_text t;

	rt_init(&t, rs.image, sizeof rs.image);
	if (name[0] != '/') {
		rt_str(&t, rs.cwd);
		rt_chr(&t, '/');
	}
	rt_str(&t, name);
	if (rs.image_fd >= 0) {
		rs.image_fd = spool(rs.image_fd);
		rs.flags |= RI_H_KEEP_NAME;
	} else {
		rs.image_fd = raw_open(rs.image, 02000000, 0);
		if (rs.image_fd < 0) {
			static char why[64];
			struct raw_text w;

			rt_init(&w, why, sizeof why);
			rt_str(&w, " (");
			rt_str(&w, rs_strerror(rs.image_fd));
			rt_chr(&w, ')');
			rs_fail("can't open the checkpoint image ", rs.image, why);
		}
	}
	rs.image_fd = (int)raw_fcntl(rs.image_fd, 1030, rs.message_fd > 2 ? rs.message_fd + 1 : 3);
	if (RAW_SYS5(__NR_statx, rs.image_fd, "", 0x1000, 0x7ff, &sx))
		rs_fail("can't read the checkpoint image ", rs.image, "");
	image_bytes = sx.stx_size;
	if (image_bytes < sizeof rs.head)
		rs_fail("not a checkpoint image, or truncated: ", rs.image, "");
	read_all(&rs.head, sizeof rs.head, 0);
	if (rs.head.magic != RI_HEAD_MAGIC)
		rs_fail("not a checkpoint image: ", rs.image, "");
	if (crc32c(0, &rs.head, sizeof rs.head - 4) != rs.head.crc)
		damaged("head");
	if (rs.head.version != RI_VERSION || rs.head.features & ~RI_F_KNOWN)
		rs_fail("the checkpoint image was written by another version: ", rs.image, "");
	if (image_bytes < sizeof rs.head + sizeof rs.foot)
		rs_fail("the checkpoint image is truncated: ", rs.image, "");
	read_all(&rs.foot, sizeof rs.foot, image_bytes - sizeof rs.foot);
	check_foot();
	rs.tables_bytes = rs.foot.tables_bytes;
	rs.tables = room(rs.tables_bytes);
	rs.sums = room(rs.foot.sums_bytes);
	read_all(rs.tables, rs.tables_bytes, rs.foot.tables_off);
	read_all(rs.sums, rs.foot.sums_bytes, rs.foot.sums_off);
	if (crc32c(0, rs.tables, rs.tables_bytes) != rs.foot.tables_crc)
		damaged("tables");
	if (crc32c(0, rs.sums, rs.foot.sums_bytes) != rs.foot.sums_crc)
		damaged("sums");
	rs.process = *(struct ri_process *)rs_table(RI_T_PROCESS, 0);
	check_tables();
}

static bool same_content(const struct ri_file *f, const char *path)
{
	int fd = raw_open(path, 02000000, 0);
	u32 crc = 0;
	u64 off = 0;

	if (fd < 0 || !(f->flags & RI_FILE_HASHED))
		return false;
	while (off < f->hash_bytes) {
		long n = raw_pread(fd, rs.text, sizeof rs.text, off);

		if (n <= 0)
			break;
		crc = crc32c(crc, rs.text, (u64)n);
		off += (u64)n;
	}
	raw_close(fd);
	return off == f->hash_bytes && crc == f->crc;
}

/* A program or library replaced on disk would give other code under the old data: refused with its name. */
static void check_files(void)
{
	u32 n, n_regions;
	const struct ri_file *f = rs_table(RI_T_FILES, &n);
	const struct ri_region *r = rs_table(RI_T_REGIONS, &n_regions);

	for (u32 i = 0; i < n; i++) {
		const char *path = rs_text(f[i].path);
		bool used = false, shared = true;
		struct statx sx;
		long err;

		for (u32 k = 0; k < n_regions; k++)
			if (r[k].file == i && (r[k].kind == RI_PRIVATE || r[k].kind == RI_SHARED)) {
				used = true;
				shared &= r[k].kind == RI_SHARED;
			}
		if (!used)
			continue;
		err = RAW_SYS5(__NR_statx, -100, path, 0, 0x7ff, &sx);
		if (err)
			rs_fail("Couldn't re-open '", path, "' after a restart: the program had it mapped.  Please fix it.");
		if (shared)
			continue;
		if (sx.stx_size == f[i].size &&
		    sx.stx_mtime.tv_sec * 1000000000LL + sx.stx_mtime.tv_nsec == f[i].mtime_ns && sx.stx_ino == f[i].ino)
			continue;
		if (sx.stx_size != f[i].size || !same_content(&f[i], path))
			rs_fail("'", path, "' is not the file the program was using: it was replaced since the checkpoint. "
					   "The program was not restarted.");
	}
}

#if defined(__x86_64__)
void rs_check_host(void)
{
	u32 a = 1, b, c = 0, d, lo = 0, hi = 0;
	u64 features, missing;

	if (rs.head.machine != 62 || rs.head.page_bytes != RI_PAGE)
		rs_fail("the checkpoint image is of another kind of machine: ", rs.image, "");
	__asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	features = (u64)c << 32 | d;
	if (c >> 27 & 1)
		__asm__("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
	missing = rs.process.xcr0 & ~((u64)hi << 32 | lo);
	/* Bits that say nothing about instructions a program uses: OSXSAVE, hypervisor, x2APIC, TSC deadline, HTT. */
	if (missing || (rs.process.cpu_features & ~features & ~(0x89200000ULL << 32 | 1U << 28)))
		rs_fail("this machine's CPU lacks features of the one the program ran on (", rs.process.cpu, ")");
	check_files();
}
#endif
