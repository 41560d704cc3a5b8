// SPDX-License-Identifier: Apache-2.0
// What some language runtimes need so that they can be saved, or run under the library at all. Interpreters are known by
// the name of their file, Go programs by the note that its linker leaves.
// Java:
// - It stops its threads with SIGUSR2, which is the library's, and does not start without it: it is told another.
// - Its performance counters are a file that is mapped shared, and the next JVM of the user that starts removes the file
//   of a process that is gone: a restart would not find it. It does not get the file, and keeps them in its own memory
//   (jps and jstat do not see this JVM).
// PHP, Ruby, Go: they catch every signal when they start, whether the program is interested in it or not. PHP ends when it
// is refused one, Ruby complains, and Go takes it by system call: to them the library's signals are as good as caught.
// Go: wakes its threads by the ids that it has asked the kernel for, and without the C library.
// SBCL: its collector of garbage stops threads with SIGUSR2, and there is no telling it another: it is not saved.
// Context: normal.
#include "ckpt.h"

#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <unistd.h>

#define COUNTERS "/tmp/hsperfdata_"
#define ITS_SIGNAL "62"

static bool is_jvm;

static const char *own_name(void)
{
	const char *name = ck.exe;

	for (const char *s = ck.exe; *s; s++)
		if (*s == '/')
			name = s + 1;
	return name;
}

static bool is_go_note(const ElfW(Nhdr) *n)
{
	return n->n_namesz == 4 && raw_streq((const char *)(n + 1), "Go");
}

/* Of the program and its libraries, as dl_iterate_phdr shows them. */
static int has_go(struct dl_phdr_info *info, size_t size, void *unused)
{
	(void)size, (void)unused;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *p = &info->dlpi_phdr[i];
		const u8 *at = (const u8 *)(info->dlpi_addr + p->p_vaddr), *end = at + p->p_memsz;

		while (p->p_type == PT_NOTE && end - at > (long)sizeof(ElfW(Nhdr))) {
			const ElfW(Nhdr) *n = (const void *)at;

			if (is_go_note(n))
				return 1;
			at += sizeof *n + RAW_ALIGN(n->n_namesz, 4) + RAW_ALIGN(n->n_descsz, 4);
		}
	}
	return 0;
}

void ck_runtime_begin(void)
{
	is_jvm = raw_streq(own_name(), "java");
	if (is_jvm)
		setenv("_JAVA_SR_SIGNUM", ITS_SIGNAL, 0);
}

/* A function of SBCL's, in the program that it is or that was made with it. */
extern void sig_stop_for_gc_handler(void) __attribute__((weak));

/* Why the program cannot run under the library, or NULL. */
const char *ck_runtime_conflict(void)
{
	return sig_stop_for_gc_handler ? "SBCL uses SIGUSR2 itself, to stop its threads: this program will not be saved" : NULL;
}

/* Whether the program is not to have the file or directory of this name. */
bool ck_runtime_without(const char *path)
{
	return is_jvm && path && raw_starts(path, COUNTERS);
}

/* The program's runtime wants one of the library's signals: whether it is to believe that it has it. */
bool ck_runtime_believes(void)
{
	if (dl_iterate_phdr(has_go, NULL)) {
		gettid(); /* the program has asked for it, too, where nobody saw it */
		return true;
	}
	return raw_starts(own_name(), "php") || raw_starts(own_name(), "ruby");
}
