// SPDX-License-Identifier: Apache-2.0
// The program remembers the addresses of the kernel's clock functions. When this kernel's vdso is the same as the one the
// program had, it is moved to where the program expects it. Otherwise the program gets its old one back as ordinary
// memory in which every function jumps to this kernel's. Context: no libc, in the hole; only the hole and the kernel's
// own pages are mapped.
#include "restart.h"

#include <elf.h>

struct special {
	u64 vvar, vdso, end; /* [vvar, vdso) data pages, [vdso, end) code */
};

static struct special here(void)
{
	struct special s = {0, 0, 0};
	const char *t = rs.text;

	raw_slurp("/proc/self/maps", rs.text, sizeof rs.text);
	while (*t) {
		u64 from = raw_number(&t, 16), to;

		t++;
		to = raw_number(&t, 16);
		while (*t && *t != '\n' && *t != '[')
			t++;
		if (raw_starts(t, "[vvar") && (!s.vvar || from < s.vvar))
			s.vvar = from;
		if (raw_starts(t, "[vdso]")) {
			s.vdso = from;
			s.end = to;
		}
		while (*t && *t != '\n')
			t++;
		if (*t)
			t++;
	}
	if (!s.vvar || s.vvar > s.vdso)
		s.vvar = s.vdso;
	return s;
}

/* Moves every special mapping by the same distance; they are mapped apart, so each is moved alone. */
static void move(struct special *s, u64 to)
{
	static u64 list[8][2];
	u32 count = 0;
	const char *t = rs.text;
	u64 base = s->vvar;

	raw_slurp("/proc/self/maps", rs.text, sizeof rs.text);
	while (*t && count < RAW_COUNT(list)) {
		u64 from = raw_number(&t, 16), end;

		t++;
		end = raw_number(&t, 16);
		if (from >= s->vvar && end <= s->end) {
			list[count][0] = from;
			list[count++][1] = end;
		}
		while (*t && *t != '\n')
			t++;
		if (*t)
			t++;
	}
	for (u32 i = 0; i < count; i++) {
		u64 bytes = list[i][1] - list[i][0], target = to + (list[i][0] - base);
		long r = RAW_SYS5(__NR_mremap, list[i][0], bytes, bytes, 3 /* MAYMOVE FIXED */, target);

		if ((u64)r != target)
			rs_fail("the vdso cannot be moved: ", rs_strerror(r), "");
	}
	s->vdso = to + (s->vdso - base);
	s->end = to + (s->end - base);
	s->vvar = to;
}

struct symbols {
	const Elf64_Sym *sym;
	const char *names;
	u32 count;
	u64 base; /* address of the image, minus its link address */
};

static bool symbols_of(u64 vdso, struct symbols *out)
{
	const Elf64_Ehdr *e = (const void *)vdso;
	const Elf64_Phdr *p = (const void *)(vdso + e->e_phoff);
	const Elf64_Dyn *d = NULL;
	const u32 *hash = NULL;

	out->base = vdso;
	for (u32 i = 0; i < e->e_phnum; i++) {
		if (p[i].p_type == PT_LOAD)
			out->base = vdso + p[i].p_offset - p[i].p_vaddr;
		if (p[i].p_type == PT_DYNAMIC)
			d = (const void *)(vdso + p[i].p_offset);
	}
	for (; d && d->d_tag; d++) {
		if (d->d_tag == DT_SYMTAB)
			out->sym = (const void *)(out->base + d->d_un.d_ptr);
		if (d->d_tag == DT_STRTAB)
			out->names = (const void *)(out->base + d->d_un.d_ptr);
		if (d->d_tag == DT_HASH)
			hash = (const void *)(out->base + d->d_un.d_ptr);
	}
	out->count = 0;
	if (!out->sym || !out->names)
		return false;
	if (hash) {
		out->count = hash[1];
	} else {
		/* Only a GNU hash: the symbols are followed by the names in every vdso there is. */
		out->count = (u32)(((u64)out->names - (u64)out->sym) / sizeof *out->sym);
	}
	return out->count < 256;
}

/* movabs $to, %rax; jmp *%rax */
static void write_jump(u8 *at, u64 to)
{
	at[0] = 0x48, at[1] = 0xb8;
	raw_copy(at + 2, &to, 8);
	at[10] = 0xff, at[11] = 0xe0;
}

static void patch(u64 old, u64 new)
{
	struct symbols o = {0}, n = {0};

	if (!symbols_of(old, &o) || !symbols_of(new, &n))
		rs_fail("the kernel's vdso is of an unknown form", "", "");
	for (u32 i = 1; i < o.count; i++) {
		u64 target = 0;

		if (!o.sym[i].st_value || ELF64_ST_TYPE(o.sym[i].st_info) != STT_FUNC)
			continue;
		for (u32 k = 1; k < n.count; k++)
			if (n.sym[k].st_value && raw_streq(o.names + o.sym[i].st_name, n.names + n.sym[k].st_name))
				target = n.base + n.sym[k].st_value;
		if (!target)
			rs_fail("this kernel lacks a clock function the program uses: ", o.names + o.sym[i].st_name, "");
		write_jump((u8 *)(o.base + o.sym[i].st_value), target);
	}
}

void rs_vdso(void)
{
	const struct ri_process *p = &rs.process;
	struct special s = here();
	u32 n;
	const u8 *old = rs_table(RI_T_VDSO, &n);
	u64 room, aside;

	if (!p->vdso || !n)
		return; /* the program was started without one */
	if (!s.vdso)
		rs_fail("this kernel offers no vdso (booted with vdso=0)", "", "");
	/* Out of the way of the final place first: behind the hole, where the image has nothing. */
	room = RAW_ALIGN(s.end - s.vvar, RAW_PAGE);
	for (aside = (u64)rs.hole_end + (16UL << 20);; aside += 1UL << 30) {
		void *at = raw_mmap((void *)aside, room, 0, 0x100022, -1, 0);
		u32 regions;
		const struct ri_region *r = rs_table(RI_T_REGIONS, &regions);
		bool clear = (u64)at == aside;

		for (u32 i = 0; i < regions; i++)
			clear &= r[i].start >= aside + room || r[i].end <= aside;
		if (clear)
			break;
		if ((u64)at == aside)
			raw_munmap(at, room);
	}
	move(&s, aside);
	if (s.end - s.vdso == n && s.vdso - s.vvar == p->vdso - p->vvar && raw_equal(old, (void *)s.vdso, n)) {
		move(&s, p->vvar);
		return;
	}
	if ((u64)raw_mmap((void *)p->vdso, n, 3, 0x100022, -1, 0) != p->vdso)
		rs_fail("the program's vdso cannot be placed", "", "");
	raw_copy((void *)p->vdso, old, n);
	patch(p->vdso, s.vdso);
	raw_mprotect((void *)p->vdso, n, 5);
}
