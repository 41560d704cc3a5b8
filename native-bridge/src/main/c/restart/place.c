// SPDX-License-Identifier: Apache-2.0
// Out of the way and onto the stage: copies the restorer to a hole, unmaps everything else, maps what the image lists.
// Context: no libc; from in_the_copy() on only the hole exists.
#include "restart.h"

extern u8 __executable_start[] __attribute__((visibility("hidden")));
extern u8 etext[] __attribute__((visibility("hidden")));
extern u8 _end[] __attribute__((visibility("hidden")));

#define HUGE (2UL << 20)
#define STACK_GAP (1UL << 20)
#define PAGE_UP(v) RAW_ALIGN(v, RAW_PAGE)

static bool free_in_image(u64 from, u64 to)
{
	u32 n;
	const struct ri_region *r = rs_table(RI_T_REGIONS, &n);

	for (u32 i = 0; i < n; i++) {
		u64 start = r[i].kind == RI_STACK && r[i].start > (1UL << 31) ? r[i].start - (1UL << 31) : r[i].start;

		if (start < to && r[i].end > from)
			return false;
	}
	return rs.process.vvar >= to || rs.process.vdso_end <= from;
}

/* Memory where the image has nothing, and where the kernel gives the program none. flags: of mmap. NULL: none. */
u8 *rs_room(u64 bytes, int flags)
{
	for (u64 at = 1UL << 40; at < 0x7f0000000000; at += 1UL << 30) {
		u8 *p;

		if (!free_in_image(at, at + bytes))
			continue;
		p = raw_mmap((void *)at, bytes, 3,
			     0x100022 /* PRIVATE ANONYMOUS FIXED_NOREPLACE */ | flags, -1, 0);
		if (p == (u8 *)at)
			return p;
		if (!raw_failed(p))
			raw_munmap(p, bytes);
		else if ((long)p == -12)
			break;
	}
	return NULL;
}

/* Everything but the hole and the kernel's own pages. */
void rs_unmap_rest(void)
{
	static u64 list[2048][2];
	u32 count = 0;
	long n = raw_slurp("/proc/self/maps", rs.text, sizeof rs.text);
	const char *s = rs.text;

	if (n <= 0)
		rs_fail("/proc is not mounted here", "", "");
	while (*s && count < RAW_COUNT(list)) {
		u64 from = raw_number(&s, 16), to;
		const char *line;

		s++;
		to = raw_number(&s, 16);
		for (line = s; *s && *s != '\n'; s++)
			;
		if (*s)
			s++;
		for (; line < s && *line != '[' && *line != '/' && *line != '\n'; line++)
			;
		if (raw_starts(line, "[vvar") || raw_starts(line, "[vdso]") || raw_starts(line, "[vsyscall]") ||
		    raw_starts(line, "[uprobes]"))
			continue;
		list[count][0] = from;
		list[count++][1] = to;
	}
	for (u32 i = 0; i < count; i++) {
		u64 from = list[i][0], to = list[i][1], a = (u64)rs.hole, b = (u64)rs.hole_end;

		if (from < a)
			raw_munmap((void *)from, (to < a ? to : a) - from);
		if (to > b)
			raw_munmap((void *)(from > b ? from : b), to - (from > b ? from : b));
	}
}

static void __attribute__((noreturn)) cannot_map(const struct ri_region *r, long err)
{
	static char where[40];
	struct raw_text t;

	rt_init(&t, where, sizeof where);
	rt_hex(&t, r->start);
	rt_str(&t, ": ");
	rt_str(&t, rs_strerror(err));
	rs_fail("memory cannot be placed at 0x", where, "");
}

/* Room below the main stack to grow into, as at the start of a program. */
static u64 stack_start(const struct ri_region *r, u64 previous_end)
{
	u64 want = rs.process.stack_limit, start;

	if (want > (1UL << 30))
		want = 8UL << 20;
	if (want < r->end - r->start)
		return r->start;
	start = (r->end - want) & ~(RAW_PAGE - 1);
	if (start < previous_end + STACK_GAP)
		start = previous_end + STACK_GAP;
	return start < r->start ? start : r->start;
}

/* Shared memory without a file: regions of one object become mappings of one new object. */
static int shared_object(const struct ri_region *r, const struct ri_region *all, u32 n)
{
	u64 size = 0;
	long fd = RAW_SYS2(__NR_memfd_create, "shared memory", 1);

	if (fd < 0)
		return (int)fd;
	for (u32 i = 0; i < n; i++)
		if (all[i].kind == RI_SHARED_ANON && all[i].file == r->file) {
			u64 end = all[i].file_off + (all[i].end - all[i].start);

			if (end > size)
				size = end;
		}
	RAW_SYS2(__NR_ftruncate, fd, size);
	return (int)fd;
}

static void map_shared_anon(const struct ri_region *all, u32 n, u32 at)
{
	const struct ri_region *r = &all[at];
	int fd = -1;

	if (r->file == RI_NONE) {
		void *p = raw_mmap((void *)r->start, r->end - r->start, 3, 0x100021, -1, 0);

		if ((u64)p != r->start)
			cannot_map(r, (long)p);
		return;
	}
	for (u32 i = 0; i < at; i++)
		if (all[i].kind == RI_SHARED_ANON && all[i].file == r->file)
			return; /* mapped with the first one */
	fd = shared_object(r, all, n);
	if (fd < 0)
		cannot_map(r, fd);
	for (u32 i = at; i < n; i++)
		if (all[i].kind == RI_SHARED_ANON && all[i].file == r->file) {
			void *p = raw_mmap((void *)all[i].start, all[i].end - all[i].start, 3, 0x100001, fd,
					   all[i].file_off);

			if ((u64)p != all[i].start)
				cannot_map(&all[i], (long)p);
		}
	raw_close(fd);
}

static void map_file(const struct ri_region *r)
{
	const struct ri_file *f = (const struct ri_file *)rs_table(RI_T_FILES, 0) + r->file;
	const char *path = rs_text(f->path);
	bool shared = r->kind == RI_SHARED;
	int fd = raw_open(path, 02000000 | (shared && r->prot & 2 ? 2 : 0), 0);
	u32 prot = r->n_extents ? r->prot | 3 : r->prot;
	void *p;

	if (fd < 0)
		rs_fail("Couldn't re-open '", path, "' after a restart.  Please fix it.");
	p = raw_mmap((void *)r->start, r->end - r->start, (int)prot, 0x100000 | (shared ? 1 : 2), fd, r->file_off);
	if ((u64)p != r->start)
		cannot_map(r, (long)p);
	raw_close(fd);
}

static bool gets_pages(const struct ri_region *r)
{
	return r->n_extents || r->flags & RI_R_BORROWS;
}

static void map_private(const struct ri_region *r, u64 previous_end)
{
	u64 start = r->start;
	int flags = 0x100022;
	void *p;

	if (r->kind == RI_STACK) {
		start = stack_start(r, previous_end);
		flags |= 0x4100; /* NORESERVE GROWSDOWN */
	}
	if (r->kind == RI_SCRATCH || r->flags & RI_R_NORESERVE)
		flags |= 0x4000;
	p = raw_mmap((void *)start, r->end - start, gets_pages(r) || r->kind == RI_SCRATCH ? 3 : (int)r->prot, flags, -1, 0);
	if ((u64)p != start)
		cannot_map(r, (long)p);
	if (r->flags & RI_R_HUGEPAGE)
		RAW_SYS3(__NR_madvise, start, r->end - start, 14);
	if (r->flags & RI_R_NOHUGEPAGE)
		RAW_SYS3(__NR_madvise, start, r->end - start, 15);
}

static void map_all(void)
{
	u32 n;
	const struct ri_region *r = rs_table(RI_T_REGIONS, &n);

	for (u32 i = 0; i < n; i++) {
		switch (r[i].kind) {
		case RI_PRIVATE:
		case RI_SHARED:
			map_file(&r[i]);
			break;
		case RI_SHARED_ANON:
			map_shared_anon(r, n, i);
			break;
		default:
			map_private(&r[i], i ? r[i - 1].end : 0);
		}
	}
}

static void protect_all(void)
{
	static const struct {
		u32 flag;
		int advice;
	} hints[] = {{RI_R_DONTFORK, 10}, {RI_R_WIPEONFORK, 18}, {RI_R_DONTDUMP, 16}};
	u32 n;
	const struct ri_region *r = rs_table(RI_T_REGIONS, &n);

	for (u32 i = 0; i < n; i++) {
		if (r[i].kind == RI_SCRATCH)
			continue;
		if ((gets_pages(&r[i]) || r[i].kind == RI_SHARED_ANON) && raw_mprotect((void *)r[i].start, r[i].end - r[i].start,
										     (int)r[i].prot))
			cannot_map(&r[i], -1);
		for (u32 k = 0; k < RAW_COUNT(hints); k++)
			if (r[i].flags & hints[k].flag)
				RAW_SYS3(__NR_madvise, r[i].start, r[i].end - r[i].start, hints[k].advice);
		if (r[i].flags & RI_R_LOCKED)
			RAW_SYS2(__NR_mlock, r[i].start, r[i].end - r[i].start);
	}
}

/* What ps, sbrk and /proc/self/exe go by. The last needs a privilege; without it the restorer's name stays. */
static void tell_kernel(void)
{
	const struct ri_process *p = &rs.process;
	struct {
		u64 start_code, end_code, start_data, end_data, start_brk, brk, start_stack, arg_start, arg_end, env_start,
			env_end, auxv;
		u32 auxv_size, exe_fd;
	} m = {p->start_code, p->end_code, p->start_data,  p->end_data, p->start_brk, p->brk,
	       p->start_stack, p->arg_start, p->arg_end, p->env_start, p->env_end, (u64)p->auxv,
	       (u32)p->auxv_bytes, ~0u};
	int exe = raw_open(rs_text(p->exe), 02000000, 0);
	long err = -1;

	if (exe >= 0) {
		m.exe_fd = (u32)exe;
		err = raw_prctl(35 /* PR_SET_MM */, 14 /* PR_SET_MM_MAP */, (long)&m, sizeof m, 0);
		raw_close(exe);
	}
	if (err) {
		m.exe_fd = ~0u;
		err = raw_prctl(35, 14, (long)&m, sizeof m, 0);
	}
	if (err)
		rs_fail("the kernel does not take the program's heap (PR_SET_MM_MAP): it needs CONFIG_CHECKPOINT_RESTORE",
			"", "");
}

static struct ri_handoff handoff;

static void __attribute__((noreturn)) in_the_copy(void)
{
	rs_unmap_rest();
	rs_vdso();
	map_all();
	rs_lazy_begin();
	rs_fill();
	protect_all();
	tell_kernel();
	raw_copy((void *)rs.process.tables_at, rs.tables, rs.tables_bytes);
	handoff.version = RI_HANDOFF_VERSION;
	handoff.flags = rs.flags;
	handoff.restorer = (u64)rs.hole;
	handoff.restorer_end = (u64)rs.hole_end;
	handoff.tables = rs.process.tables_at;
	handoff.tables_bytes = rs.tables_bytes;
	handoff.tables_off = rs.foot.tables_off;
	handoff.foot = rs.foot;
	handoff.head = rs.head;
	raw_strcpy(handoff.image, rs.image, sizeof handoff.image);
	raw_strcpy(handoff.cwd, rs.cwd, sizeof handoff.cwd);
	handoff.image_fd = rs.image_fd;
	handoff.message_fd = rs.message_fd;
	handoff.cmd_fd = rs.cmd_fd;
	handoff.mapped = (u64)rs_mapped();
	rs_jump(rs.process.resume, rs.process.resume_stack, &handoff);
}

static u64 link_sums(void)
{
	u64 bytes = 0;

	for (u32 i = 0; i < rs.n_links; i++)
		bytes += PAGE_UP(rs.links[i].sums_bytes);
	return bytes;
}

void rs_place(void)
{
	u64 self = PAGE_UP(_end - __executable_start), tables = PAGE_UP(rs.tables_bytes),
	    sums = PAGE_UP(rs.foot.sums_bytes), workers = RS_WORKERS * (RS_WORKER_STACK + RS_SPARE),
	    total = self + tables + sums + link_sums() + RS_STACK_BYTES + workers + RAW_PAGE;
	u8 *at = rs_room(total, 0);
	void (*next)(void) = in_the_copy;

	if (!at)
		rs_fail("no free address for the restorer", "", "");
	rs.hole = at;
	rs.hole_end = at + total;
	/* Tables first: the state that is copied with the program must already point to them. */
	at += self;
	raw_copy(at, rs.tables, rs.tables_bytes);
	rs.tables = at;
	at += tables;
	raw_copy(at, rs.sums, rs.foot.sums_bytes);
	rs.sums = (u32 *)(void *)at;
	at += sums;
	for (u32 i = 0; i < rs.n_links; i++) {
		raw_copy(at, rs.links[i].sums, rs.links[i].sums_bytes);
		rs.links[i].sums = (u32 *)(void *)at;
		at += PAGE_UP(rs.links[i].sums_bytes);
	}
	rs.stack_top = at + RS_STACK_BYTES;
	rs.worker_stacks = rs.stack_top + RAW_PAGE;
	raw_copy(rs.hole, __executable_start, (u64)(_end - __executable_start));
	raw_mprotect(rs.hole, PAGE_UP(etext - __executable_start), 5);
	rs_switch(rs.stack_top, (void (*)(void))(rs.hole + ((u8 *)next - __executable_start)));
}
