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

static const char usage[] =
	"Usage: roost-checkpoint -check [options] [PROG|PID]\n"
	"Say whether a program, a running process, or any program on this machine can be checkpointed, and if not, why.\n"
	"\n"
	"Options:\n"
	"  -lines   print kind, fact and remedy with tabs between, a line each\n"
	"  -json    print one JSON object\n"
	"  -help    print this and exit\n";

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

static void print_json(const struct ch_findings *f, const char *subject)
{
	printf("{\"subject\":");
	tl_json(subject);
	printf(",\"possible\":%s,\"findings\":[", f->obstacles ? "false" : "true");
	for (size_t i = 0; i < f->count; i++) {
		printf("%s{\"kind\":\"%s\",\"fact\":", i ? "," : "", kinds[f->list[i].kind]);
		tl_json(f->list[i].fact);
		printf(",\"remedy\":");
		tl_json(f->list[i].remedy);
		putchar('}');
	}
	printf("]}\n");
}

static void print(const struct ch_findings *f, const char *subject)
{
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

static void look_at(struct ch_findings *f, const char *what, char *subject, size_t room)
{
	char path[PATH_MAX];

	ch_machine(f);
	if (!what) {
		snprintf(subject, room, "programs on this machine");
	} else if (is_number(what)) {
		snprintf(subject, room, "process %s", what);
		ch_process(f, atoi(what));
	} else if (tl_find(what, path, sizeof path)) {
		snprintf(subject, room, "%s", what);
		ch_add(f, CH_OBSTACLE, "name a program", "there is no such file, and none of that name in PATH");
	} else {
		snprintf(subject, room, "%s", path);
		ch_program(f, path);
	}
}

static int wrong_usage(const char *word)
{
	if (word[0] == '-')
		fprintf(stderr, "roost-checkpoint: unknown option '%s'\n", word);
	else
		fprintf(stderr, "roost-checkpoint: one program or process at a time\n");
	fputs(usage, stderr);
	return 2;
}

int ch_main(int argc, char **argv)
{
	static struct ch_findings found;
	char subject[PATH_MAX + 16];
	bool lines = false, json = false;
	const char *what = NULL;

	for (int i = 1; i < argc; i++) {
		if (tl_wants_help(argv[i])) {
			fputs(usage, stdout);
			return 0;
		}
		if (tl_option(argv[i], "lines"))
			lines = true;
		else if (tl_option(argv[i], "json"))
			json = true;
		else if (argv[i][0] == '-' || what)
			return wrong_usage(argv[i]);
		else
			what = argv[i];
	}
	look_at(&found, what, subject, sizeof subject);
	if (json)
		print_json(&found, subject);
	else if (!lines)
		print(&found, subject);
	for (size_t i = 0; lines && !json && i < found.count; i++)
		printf("%s\t%s\t%s\n", kinds[found.list[i].kind], found.list[i].fact, found.list[i].remedy);
	return found.obstacles ? 1 : 0;
}
