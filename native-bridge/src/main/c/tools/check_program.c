// SPDX-License-Identifier: Apache-2.0
// Whether a program on disk can be checkpointed: what its ELF headers, its permissions and, for a script, its
// interpreter say. Nothing in the file is believed: every offset is held against its size. Context: normal.
#include "tools.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define RELINK "link it with condor_compile"

struct program {
	const unsigned char *at;
	size_t bytes;
	const Elf64_Ehdr *head;
	const Elf64_Phdr *segments;
};

static int map(struct program *p, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	memset(p, 0, sizeof *p);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size < 4) {
		close(fd);
		return -ENOEXEC;
	}
	p->bytes = (size_t)st.st_size;
	p->at = mmap(NULL, p->bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	return p->at == MAP_FAILED ? -errno : 0;
}

static void unmap(struct program *p)
{
	munmap((void *)(uintptr_t)p->at, p->bytes);
}

/* Bytes [off, off + n) of the file, or NULL when they are not in it. */
static const void *part(const struct program *p, uint64_t off, uint64_t n)
{
	return off <= p->bytes && n <= p->bytes - off ? p->at + off : NULL;
}

static bool is_elf64(struct program *p)
{
	p->head = part(p, 0, sizeof *p->head);
	if (!p->head || memcmp(p->head->e_ident, ELFMAG, SELFMAG) || p->head->e_ident[EI_CLASS] != ELFCLASS64 ||
	    p->head->e_machine != EM_X86_64)
		return false;
	if (!p->head->e_phnum)
		return true; /* an object file */
	if (p->head->e_phentsize != sizeof(Elf64_Phdr) ||
	    p->head->e_phoff % _Alignof(Elf64_Phdr))
		return false;
	p->segments = part(p, p->head->e_phoff, (uint64_t)p->head->e_phnum * sizeof(Elf64_Phdr));
	return p->segments != NULL;
}

static const Elf64_Phdr *segment(const struct program *p, unsigned type, unsigned *from)
{
	for (; *from < p->head->e_phnum; ++*from)
		if (p->segments[*from].p_type == type && part(p, p->segments[*from].p_offset, p->segments[*from].p_filesz))
			return &p->segments[(*from)++];
	return NULL;
}

/* The note of ckpt/note.c in some PT_NOTE. */
static bool has_note(const struct program *p)
{
	unsigned i = 0;
	const Elf64_Phdr *s;

	while ((s = segment(p, PT_NOTE, &i)) != NULL)
		if (memmem(p->at + s->p_offset, s->p_filesz, "\6\0\0\0\4\0\0\0\1\0\0\0Roost", 18))
			return true;
	return false;
}

/* A text in the dynamic string table, a library's name or a function's, is looked for by its bytes: more hits do no harm. */
static bool names(const struct program *p, const char *name)
{
	unsigned i = 0;
	const Elf64_Phdr *s = segment(p, PT_DYNAMIC, &i);
	uint64_t strings = 0, bytes = 0;
	const Elf64_Dyn *d;
	const void *table = NULL;

	if (!s || s->p_offset % _Alignof(Elf64_Dyn))
		return false;
	d = part(p, s->p_offset, s->p_filesz);
	for (size_t k = 0; k < s->p_filesz / sizeof *d && d[k].d_tag != DT_NULL; k++) {
		if (d[k].d_tag == DT_STRTAB)
			strings = d[k].d_un.d_ptr;
		if (d[k].d_tag == DT_STRSZ)
			bytes = d[k].d_un.d_val;
	}
	for (i = 0; (s = segment(p, PT_LOAD, &i)) != NULL;)
		if (strings >= s->p_vaddr && strings - s->p_vaddr < s->p_filesz)
			table = part(p, s->p_offset + (strings - s->p_vaddr), bytes);
	return table && memmem(table, bytes, name, strlen(name)) != NULL;
}

bool ch_is_linked(const char *path)
{
	struct program p;
	bool linked;

	if (map(&p, path))
		return false;
	linked = is_elf64(&p) && (has_note(&p) || names(&p, "libroostckpt.so"));
	unmap(&p);
	return linked;
}

static void check_libraries(struct ch_findings *f, const struct program *p)
{
	static const struct {
		const char *name, *fact;
	} known[] = {
		{"libcuda.so", "it uses CUDA: memory in a graphics card cannot be saved"},
		{"libOpenCL.so", "it uses OpenCL: memory in an accelerator cannot be saved"},
		{"libibverbs.so", "it uses InfiniBand: memory and connections in a network card cannot be saved"},
		{"libmpi.so", "it uses MPI: processes that talk to each other cannot be saved one by one"},
		{"libX11.so", "it talks to a display: a checkpoint waits until that connection is closed"},
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (names(p, known[i].name))
			ch_add(f, CH_NOTE, "", "%s", known[i].fact);
}

static void check_elf(struct ch_findings *f, const struct program *p)
{
	unsigned i = 0;
	const Elf64_Phdr *s = segment(p, PT_INTERP, &i);
	const char *loader = s && s->p_filesz ? part(p, s->p_offset, s->p_filesz) : NULL;

	if (p->head->e_type != ET_EXEC && p->head->e_type != ET_DYN) {
		ch_add(f, CH_OBSTACLE, "name the program that was linked from it", "it is not a program");
	} else if (has_note(p) || names(p, "libroostckpt.so")) {
		return; /* the library is in it, whatever else it is */
	} else if (!loader) {
		ch_add(f, CH_OBSTACLE, RELINK, "it is statically linked and has no checkpoint library in it");
	} else if (loader[s->p_filesz - 1] || !strstr(loader, "ld-linux")) {
		ch_add(f, CH_OBSTACLE, "build it for glibc", "it uses another C library than glibc (loader %.*s)",
		       (int)s->p_filesz, loader);
	} else if (names(p, "sig_stop_for_gc_handler")) {
		ch_add(f, CH_OBSTACLE, "use another implementation of Lisp", "it is SBCL, which uses SIGUSR2 itself");
	} else {
		check_libraries(f, p);
	}
}

static void check_privileges(struct ch_findings *f, const char *path, const struct stat *st)
{
	bool linked = ch_is_linked(path);
	char caps[64];

	if (linked)
		return;
	if ((st->st_mode & S_ISUID && st->st_uid != geteuid()) || (st->st_mode & S_ISGID && st->st_gid != getegid()))
		ch_add(f, CH_OBSTACLE, "run it without the set-user-ID or set-group-ID bit, or " RELINK,
		       "it gains another user's or group's rights, so the system does not load a library into it");
	else if (getxattr(path, "security.capability", caps, sizeof caps) > 0)
		ch_add(f, CH_OBSTACLE, "remove its file capabilities (setcap -r), or " RELINK,
		       "it gains capabilities, so the system does not load a library into it");
}

/* The next word of the first line; its length. */
static size_t next_word(const struct program *p, size_t *at, char *word, size_t room)
{
	size_t n = 0;

	while (*at < p->bytes && (p->at[*at] == ' ' || p->at[*at] == '\t'))
		++*at;
	while (*at < p->bytes && n < room - 1 && p->at[*at] && !strchr(" \t\r\n", p->at[*at]))
		word[n++] = (char)p->at[(*at)++];
	word[n] = 0;
	return n;
}

/* What env runs: behind its options and settings of variables. */
static size_t behind_env(const struct program *p, size_t *at, char *word, size_t room)
{
	size_t n;

	while ((n = next_word(p, at, word, room)) && (word[0] == '-' || strchr(word, '='))) {
		if (!strncmp(word, "-S", 2) && n > 2) {
			memmove(word, word + 2, n - 1);
			return n - 2;
		}
		if (!strcmp(word, "-u") || !strcmp(word, "-C"))
			next_word(p, at, word, room);
	}
	return n;
}

static void check_script(struct ch_findings *f, const struct program *p, int depth)
{
	char interpreter[PATH_MAX], path[PATH_MAX];
	size_t at = 2, n = next_word(p, &at, interpreter, sizeof interpreter);

	if (depth > 4 || !n) {
		ch_add(f, CH_OBSTACLE, "correct its first line", "its #! line names no interpreter");
		return;
	}
	if (n >= 4 && !strcmp(interpreter + n - 4, "/env"))
		n = behind_env(p, &at, interpreter, sizeof interpreter);
	if (!n || tl_find(interpreter, path, sizeof path)) {
		ch_add(f, CH_OBSTACLE, "install it, or correct the script's first line", "its interpreter %s is not there",
		       interpreter);
		return;
	}
	if (strstr(path, "/sh") || strstr(path, "/bash") || strstr(path, "/dash"))
		ch_add(f, CH_NOTE, "run the program that does the work under roost-checkpoint, not the script",
		       "it is a shell script: while it waits for a command, a checkpoint waits, too");
	ch_program(f, path);
}

void ch_program(struct ch_findings *f, const char *path)
{
	static int depth;
	struct program p;
	struct stat st;
	int err;

	if (stat(path, &st)) {
		ch_add(f, CH_OBSTACLE, "name a program", "%s: %s", path, strerror(errno));
		return;
	}
	if (!S_ISREG(st.st_mode) || access(path, X_OK)) {
		ch_add(f, CH_OBSTACLE, "name a program", "%s is not a program that can be run", path);
		return;
	}
	err = map(&p, path);
	if (err) {
		ch_add(f, CH_NOTE, "make it readable", "%s cannot be looked at: %s", path, strerror(-err));
		return;
	}
	depth++;
	if (p.at[0] == '#' && p.at[1] == '!') {
		check_script(f, &p, depth);
	} else if (memcmp(p.at, ELFMAG, SELFMAG)) {
		ch_add(f, CH_NOTE, "name the program that runs it", "%s is run by a shell, or by what the system has for its kind",
		       path);
	} else if (!is_elf64(&p)) {
		ch_add(f, CH_OBSTACLE, "build it for x86_64", "%s is not a 64-bit program for this kind of machine", path);
	} else {
		check_privileges(f, path, &st);
		check_elf(f, &p);
	}
	depth--;
	unmap(&p);
}

bool ch_possible(const char *path)
{
	static struct ch_findings found;

	ch_program(&found, path);
	for (size_t i = 0; i < found.count; i++)
		if (found.list[i].kind == CH_OBSTACLE)
			fprintf(stderr, "roost-checkpoint: %s cannot be checkpointed: %s; %s\n", path, found.list[i].fact,
				found.list[i].remedy);
	return !found.obstacles;
}
