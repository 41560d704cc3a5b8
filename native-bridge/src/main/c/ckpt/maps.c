// SPDX-License-Identifier: Apache-2.0
// Which memory the program has: reads /proc/self/maps into the region table and decides what each region is and how it
// can be had again. Context: forked child (the address space no longer changes) or handler with all threads stopped.
#include "ckpt.h"

#include <linux/stat.h>
#include <sys/stat.h>

#define NO_EXTENT 0xffffffffu

struct line {
	u64 start, end, off, ino;
	u32 prot, major, minor;
	bool shared;
	char path[CK_PATH];
};

u32 ck_string_n(const char *s, size_t n)
{
	struct ck_tables *t = &ck.tables;
	u32 at = t->n_strings;

	if (at + n + 1 > CK_STRINGS)
		return RI_NONE;
	raw_copy(t->strings + at, s, n);
	t->strings[at + n] = 0;
	t->n_strings += (u32)n + 1;
	return at;
}

u32 ck_string(const char *s)
{
	return ck_string_n(s, raw_strlen(s));
}

const char *ck_text(u32 ref)
{
	return ref == RI_NONE || ref >= ck.tables.n_strings ? "" : ck.tables.strings + ref;
}

/* 55d0c0a00000-55d0c0a02000 r--p 00000000 fe:00 1234   /path */
static bool parse_header(const char *s, struct line *l)
{
	l->start = raw_number(&s, 16);
	if (*s != '-')
		return false;
	s++;
	l->end = raw_number(&s, 16);
	if (*s != ' ')
		return false;
	s++;
	l->prot = (s[0] == 'r' ? 1u : 0) | (s[1] == 'w' ? 2u : 0) | (s[2] == 'x' ? 4u : 0);
	l->shared = s[3] == 's';
	s += 5;
	l->off = raw_number(&s, 16);
	s++;
	l->major = (u32)raw_number(&s, 16);
	s++;
	l->minor = (u32)raw_number(&s, 16);
	s++;
	l->ino = raw_number(&s, 10);
	while (*s == ' ')
		s++;
	raw_strcpy(l->path, s, sizeof l->path);
	return true;
}

static u64 make_dev(u32 major, u32 minor)
{
	return (u64)major << 32 | minor;
}

/* The file table record of a mapped file. found: the name still leads to the mapped file. */
static u32 mapped_file(const struct line *l, bool *found)
{
	struct ck_tables *t = &ck.tables;
	u64 dev = make_dev(l->major, l->minor);
	struct ri_file *f;
	struct statx sx;

	for (u32 i = 0; i < t->n_files; i++)
		if (t->files[i].ino == l->ino && t->files[i].dev == dev &&
		    raw_streq(ck_text(t->files[i].path), l->path)) {
			*found = t->files[i].pad == 0;
			return i;
		}
	if (t->n_files == CK_MAX_FILES)
		return RI_NONE;
	f = &t->files[t->n_files];
	*f = (struct ri_file){.path = ck_string(l->path), .dev = dev, .ino = l->ino};
	if (RAW_SYS5(__NR_statx, -100, l->path, 0, 0x7ff, &sx) == 0 && sx.stx_ino == l->ino) {
		f->size = sx.stx_size;
		f->mtime_ns = sx.stx_mtime.tv_sec * 1000000000LL + sx.stx_mtime.tv_nsec;
	} else {
		f->pad = 1;
	}
	*found = f->pad == 0;
	return t->n_files++;
}

static int refuse(const struct line *l, const char *why)
{
	struct raw_text t;

	rt_init(&t, ck.why, sizeof ck.why);
	rt_str(&t, why);
	rt_str(&t, ": ");
	rt_str(&t, l->path);
	return -95;
}

/* Mapping and descriptor would be two objects after a restart. A file with a name is opened again for both. */
static bool also_open(const struct line *l)
{
	size_t n = raw_strlen(l->path);

	if (n < 10 || !raw_streq(l->path + n - 10, " (deleted)"))
		return false;
	for (u32 i = 0; i < ck.tables.n_fds; i++)
		if (ck.tables.fds[i].ino == l->ino && ck.tables.fds[i].kind == RI_FD_CONTENT)
			return true;
	return false;
}

/* Travels in the image: a newer version of it on the disk must not make old images useless. */
static bool is_our_library(const char *path)
{
	static const char name[] = "/libroostckpt.so";
	size_t n = raw_strlen(path), k = sizeof name - 1;

	return n >= k && raw_streq(path + n - k, name);
}

static int classify_file(const struct line *l, struct ri_region *r)
{
	bool found = false;

	if (raw_starts(l->path, "anon_inode:") || raw_starts(l->path, "/[aio]"))
		return refuse(l, "a mapping that cannot be brought back");
	if (raw_starts(l->path, "/SYSV"))
		return refuse(l, "System V shared memory is attached");
	if (raw_starts(l->path, "/secretmem"))
		return refuse(l, "memory that only the program itself can read");
	if (l->shared && also_open(l))
		return refuse(l, "shared memory without a name is also open as a descriptor");
	if (raw_starts(l->path, "/dev/zero") || raw_starts(l->path, "/memfd:")) {
		r->kind = l->shared ? RI_SHARED_ANON : RI_ANON;
		if (raw_starts(l->path, "/memfd:") && !l->shared)
			r->flags |= RI_R_CARRIED;
		r->file = mapped_file(l, &found);
		return r->file == RI_NONE ? -12 : 0;
	}
	if (raw_starts(l->path, "/dev/") && !raw_starts(l->path, "/dev/shm/") && !raw_starts(l->path, "/dev/hugepages/"))
		return refuse(l, "memory of a device");
	if (raw_starts(l->path, "[") || raw_starts(l->path, "socket:"))
		return refuse(l, "an unknown kind of mapping");
	r->file = mapped_file(l, &found);
	if (r->file == RI_NONE)
		return -12;
	if (l->shared) {
		if (!found)
			r->kind = RI_SHARED_ANON; /* an unlinked file: its content travels in the image */
		else
			r->kind = RI_SHARED;
		return 0;
	}
	r->kind = RI_PRIVATE;
	if (!found || ck.carry || is_our_library(l->path)) {
		r->kind = RI_ANON;
		r->flags |= RI_R_CARRIED;
	}
	return 0;
}

static int classify(const struct line *l, struct ri_region *r)
{
	r->file = RI_NONE;
	r->file_off = l->off;
	if (raw_streq(l->path, "[heap]")) {
		r->kind = RI_HEAP;
	} else if (raw_streq(l->path, "[stack]")) {
		r->kind = RI_STACK;
	} else if (!l->path[0] || raw_starts(l->path, "[anon") || raw_starts(l->path, "[stack:")) {
		r->kind = l->shared ? RI_SHARED_ANON : RI_ANON;
		if (l->path[0] == 0 && l->ino)
			return classify_file(l, r);
		r->file_off = 0;
	} else {
		return classify_file(l, r);
	}
	return 0;
}

static struct ri_region *add_region(const struct ri_region *r, u64 start, u64 end)
{
	struct ck_tables *t = &ck.tables;
	struct ri_region *n;

	if (start >= end)
		return NULL;
	if (t->n_regions == CK_MAX_REGIONS)
		return NULL;
	n = &t->regions[t->n_regions++];
	*n = *r;
	n->start = start;
	n->end = end;
	if (r->file != RI_NONE)
		n->file_off = r->file_off + (start - r->start);
	return n;
}

/* The library's working memory never belongs to the program, also where the kernel merged it with a neighbour. */
static int add_line(const struct line *l)
{
	struct ri_process *p = &ck.tables.process;
	u64 from = (u64)ck.scratch.start, to = (u64)ck.scratch.end;
	struct ri_region r = {.start = l->start, .end = l->end, .prot = l->prot, .first_extent = NO_EXTENT};
	int err;

	if (raw_starts(l->path, "[vvar")) {
		if (!p->vvar)
			p->vvar = l->start;
		return 0;
	}
	if (raw_streq(l->path, "[vdso]")) {
		p->vdso = l->start;
		p->vdso_end = l->end;
		return 0;
	}
	if (raw_streq(l->path, "[vsyscall]") || raw_streq(l->path, "[uprobes]"))
		return 0;
	if (l->start >= from && l->end <= to)
		return 0;
	err = classify(l, &r);
	if (err)
		return err;
	if (l->start >= to || l->end <= from) {
		add_region(&r, l->start, l->end);
		return 0;
	}
	if (l->start < from)
		add_region(&r, l->start, from);
	if (l->end > to)
		add_region(&r, to, l->end);
	return 0;
}

static int by_line(char *s, void *unused)
{
	static struct line l; /* one capture at a time; too large for a small stack */

	(void)unused;
	return parse_header(s, &l) ? add_line(&l) : 0;
}

/* The scratch memory is a region of its own, at its place in the order. */
static int insert_scratch(void)
{
	struct ck_tables *t = &ck.tables;
	u32 at = 0;

	if (t->n_regions == CK_MAX_REGIONS)
		return -12;
	while (at < t->n_regions && t->regions[at].start < (u64)ck.scratch.start)
		at++;
	for (u32 i = t->n_regions; i > at; i--)
		t->regions[i] = t->regions[i - 1];
	t->n_regions++;
	t->regions[at] = (struct ri_region){.start = (u64)ck.scratch.start,
					    .end = (u64)ck.scratch.end,
					    .kind = RI_SCRATCH,
					    .prot = 3,
					    .file = RI_NONE,
					    .first_extent = NO_EXTENT};
	return 0;
}

static int each_line(const char *file, char *text, u64 room, int (*fn)(char *line, void *arg), void *arg)
{
	int fd = raw_open(file, 02000000, 0), err = 0;
	u64 have = 0;

	if (fd < 0)
		return fd;
	while (!err) {
		long n = raw_read(fd, text + have, room - 1 - have);
		char *s = text, *end;

		if (n == -4)
			continue;
		if (n < 0)
			err = (int)n;
		if (n <= 0)
			break;
		have += (u64)n;
		text[have] = 0;
		while (!err) {
			for (end = s; *end && *end != '\n'; end++)
				;
			if (*end != '\n')
				break;
			*end = 0;
			err = fn(s, arg);
			s = end + 1;
		}
		have = (u64)(text + have - s);
		for (u64 i = 0; i < have; i++)
			text[i] = s[i];
		if (have >= room - 1)
			err = -7;
	}
	raw_close(fd);
	return err;
}

int ck_gather_regions(void)
{
	int err;

	ck.tables.n_regions = ck.tables.n_files = 0;
	err = each_line("/proc/thread-self/maps", ck.scratch.text, ck.scratch.text_bytes, by_line, NULL);
	return err ? err : insert_scratch();
}

/* ---- flags: only smaps tells them, and it walks all page tables, so a thread reads it beside the writing ---- */

struct flags_at {
	u64 start, end; /* of the mapping whose lines are read */
	u32 region;	/* the first one that does not end before it */
};

static struct {
	int error;
	bool wiped; /* some memory is zero in a forked copy */
} flags_reader;

static void add_flags(const struct flags_at *at, const char *s)
{
	static const struct {
		char name[3];
		u32 flag;
	} known[] = {{"hg", RI_R_HUGEPAGE},  {"nh", RI_R_NOHUGEPAGE}, {"dc", RI_R_DONTFORK}, {"wf", RI_R_WIPEONFORK},
		     {"lo", RI_R_LOCKED},    {"dd", RI_R_DONTDUMP},   {"nr", RI_R_NORESERVE}};
	struct ck_tables *t = &ck.tables;
	u32 flags = 0;
	bool grows = false, droppable = false;

	for (; *s; s++)
		if (s[0] == ' ' && s[1]) {
			for (u32 i = 0; i < RAW_COUNT(known); i++)
				if (s[1] == known[i].name[0] && s[2] == known[i].name[1])
					flags |= known[i].flag;
			grows |= s[1] == 'g' && s[2] == 'd';
			droppable |= s[1] == 'd' && s[2] == 'p';
		}
	for (u32 i = at->region; i < t->n_regions && t->regions[i].end <= at->end; i++) {
		if (t->regions[i].kind == RI_SCRATCH)
			continue;
		t->regions[i].flags |= flags;
		/* What the kernel may drop at any time may as well be zero in a copy: newer C libraries have such memory. */
		flags_reader.wiped |= flags & RI_R_WIPEONFORK && !droppable;
		if (grows && t->regions[i].kind == RI_ANON)
			t->regions[i].kind = RI_STACK;
	}
}

static int flags_line(char *line, void *arg)
{
	struct flags_at *at = arg;
	const char *s = line;

	if (raw_starts(s, "VmFlags:")) {
		add_flags(at, s + 8);
	} else if ((*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'f')) {
		at->start = raw_number(&s, 16);
		s += *s == '-';
		at->end = raw_number(&s, 16);
		while (at->region < ck.tables.n_regions && ck.tables.regions[at->region].start < at->start)
			at->region++;
	}
	return 0;
}

/* For each image: a restarted program has what was true while its image was being written. */
void ck_flags_read(void)
{
	struct flags_at at = {0, 0, 0};

	flags_reader.wiped = false;
	flags_reader.error =
		each_line("/proc/thread-self/smaps", ck.scratch.flags_text, ck.scratch.flags_text_bytes, flags_line, &at);
}

int ck_flags_result(void)
{
	if (!flags_reader.error && flags_reader.wiped && ck_in_copy())
		return CK_E_NEEDS_STOP;
	return flags_reader.error;
}
