// SPDX-License-Identifier: Apache-2.0
// roost-checkpoint --check: says before it matters whether this machine, a program or a running process can be
// checkpointed, and if not, which fact is in the way and what to do. An obstacle makes it impossible; a delay makes a
// checkpoint wait; a note stops nothing. Exit: 0 possible, 1 not, 2 usage. Context: normal.
#include "tools.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <linux/prctl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

static const char *const kinds[] = {"obstacle", "delay", "note"};

void ch_add(struct ch_findings *f, enum ch_kind kind, const char *remedy, const char *fact, ...)
{
	va_list args;

	if (f->count == sizeof f->list / sizeof *f->list)
		return; /* the first 64 will do */
	va_start(args, fact);
	vsnprintf(f->list[f->count].fact, sizeof f->list[0].fact, fact, args);
	va_end(args);
	f->list[f->count].kind = kind;
	f->list[f->count++].remedy = remedy;
	f->obstacles += kind == CH_OBSTACLE;
}

static bool in_status(const char *what)
{
	char line[256];
	FILE *file = fopen("/proc/self/status", "re");
	bool found = false;

	while (file && fgets(line, sizeof line, file))
		found |= strstr(line, what) != NULL;
	if (file)
		fclose(file);
	return found;
}

void ch_machine(struct ch_findings *f)
{
	char path[PATH_MAX];
	unsigned size = 0;
	struct utsname uts;
	FILE *file;
	int level = 0;

	uname(&uts);
	if (strcmp(uts.machine, "x86_64"))
		ch_add(f, CH_OBSTACLE, "use an x86_64 machine", "this machine is an %s", uts.machine);
	if (tl_library(path, sizeof path))
		ch_add(f, CH_OBSTACLE, "install Roost again, or set ROOST_CKPT_LIBRARY", "libroostckpt.so is not there");
	if (access("/proc/self/maps", R_OK) || access("/proc/self/pagemap", R_OK))
		ch_add(f, CH_OBSTACLE, "mount /proc", "/proc is not mounted, or hides a process from itself");
	if (prctl(PR_SET_MM, PR_SET_MM_MAP_SIZE, &size, 0, 0) || !size)
		ch_add(f, CH_OBSTACLE, "use a kernel with CONFIG_CHECKPOINT_RESTORE (those of all distributions have it)",
		       "the kernel cannot give a restarted program its heap back (PR_SET_MM_MAP)");
	file = fopen("/proc/sys/vm/memfd_noexec", "re");
	if (file && fscanf(file, "%d", &level) == 1 && level == 2)
		ch_add(f, CH_NOTE, "restart with roost-restart, or set the sysctl vm.memfd_noexec to 1",
		       "-_condor_restart does not work: the sysctl vm.memfd_noexec forbids programs in memory");
	if (file)
		fclose(file);
	if (in_status("shstk"))
		ch_add(f, CH_OBSTACLE, "set GLIBC_TUNABLES=glibc.cpu.hwcaps=-SHSTK",
		       "programs have a shadow stack here, which cannot be brought back yet");
}

static void print(const struct ch_findings *f, const char *subject, bool lines)
{
	if (lines) {
		for (size_t i = 0; i < f->count; i++)
			printf("%s\t%s\t%s\n", kinds[f->list[i].kind], f->list[i].fact, f->list[i].remedy);
		return;
	}
	printf("%s %s be checkpointed\n", subject, f->obstacles ? "cannot" : "can");
	for (size_t i = 0; i < f->count; i++) {
		printf("  %s: %s\n", kinds[f->list[i].kind], f->list[i].fact);
		if (f->list[i].remedy[0])
			printf("    what to do: %s\n", f->list[i].remedy);
	}
}

static bool is_number(const char *s)
{
	if (!*s)
		return false;
	for (; *s; s++)
		if (!isdigit((unsigned char)*s))
			return false;
	return true;
}

int ch_main(int argc, char **argv)
{
	static struct ch_findings found;
	char path[PATH_MAX], subject[PATH_MAX + 16];
	bool lines = argc > 1 && !strcmp(argv[1], "--lines");
	const char *what = argc > 1 + lines ? argv[1 + lines] : NULL;

	if (argc > 2 + lines || (what && what[0] == '-')) {
		fputs("usage: roost-checkpoint --check [--lines] [PROG|PID]\n", stderr);
		return 2;
	}
	ch_machine(&found);
	if (!what) {
		snprintf(subject, sizeof subject, "programs on this machine");
	} else if (is_number(what)) {
		snprintf(subject, sizeof subject, "process %s", what);
		ch_process(&found, atoi(what));
	} else if (tl_find(what, path, sizeof path)) {
		snprintf(subject, sizeof subject, "%s", what);
		ch_add(&found, CH_OBSTACLE, "name a program", "there is no such file, and none of that name in PATH");
	} else {
		snprintf(subject, sizeof subject, "%s", path);
		ch_program(&found, path);
	}
	print(&found, subject, lines);
	return found.obstacles ? 1 : 0;
}
