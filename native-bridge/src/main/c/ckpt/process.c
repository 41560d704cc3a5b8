// SPDX-License-Identifier: Apache-2.0
// What belongs to the process as a whole: identity, directories, the kernel's notes about its address space, the CPU it
// ran on. Context: handler (gather), resumed program (bring back).
#include "ckpt.h"

#include <linux/membarrier.h>
#include <sys/stat.h>
#include <sys/utsname.h>

/* Field `name:` of /proc/self/status as a number in the given base. */
static u64 status_field(const char *text, const char *name, unsigned base)
{
	const char *s = raw_find(text, name);

	if (!s)
		return 0;
	s += raw_strlen(name);
	while (*s == ' ' || *s == '\t')
		s++;
	return raw_number(&s, base);
}

/* /proc/self/stat numbers its fields from 1; those after the name start with number 3. */
static u64 stat_field(const char *text, int number)
{
	const char *s = text, *close = text;

	for (; *s; s++)
		if (*s == ')')
			close = s;
	s = close + 2;
	for (int i = 3; i < number && *s; s++)
		if (*s == ' ')
			i++;
	return raw_number(&s, 10);
}

/* How many filters the process has; where the kernel does not count them, 1 for any. */
static u32 seccomp_filters(const char *status)
{
	u64 mode = status_field(status, "\nSeccomp:", 10);

	return raw_find(status, "\nSeccomp_filters:") ? (u32)status_field(status, "\nSeccomp_filters:", 10) : mode != 0;
}

/* The filters a program is started with (in a container, say) are not its own: they are the restart's, too. */
void ck_note_filters(void)
{
	static char text[8192];

	ck.filters = raw_slurp("/proc/thread-self/status", text, sizeof text) > 0 ? seccomp_filters(text) : 0;
}

static struct {
	u64 dev, ino;
} root;

/* Where the program was started, too, is the restart's; a program that has gone elsewhere since would not find itself. */
void ck_note_place(void)
{
	struct stat st;

	if (RAW_SYS2(__NR_stat, "/", &st) == 0) {
		root.dev = st.st_dev;
		root.ino = st.st_ino;
	}
	ck.elsewhere = false;
}

/* -EOPNOTSUPP with ck.why. Before anything of /proc is asked, which may not be there in the new place. */
int ck_check_place(void)
{
	struct stat st;

	if (ck.elsewhere)
		raw_strcpy(ck.why, "it has entered another namespace", sizeof ck.why);
	else if (RAW_SYS2(__NR_stat, "/", &st) == 0 && (st.st_dev != root.dev || st.st_ino != root.ino))
		raw_strcpy(ck.why, "it has changed its root directory", sizeof ck.why);
	else
		return 0;
	return -95;
}

/* What of the process as a whole can never be brought back. */
static int check_status(const char *text)
{
	const char *features = raw_find(text, "\nx86_Thread_features:");
	const char *shadow = features ? raw_find(features, "shstk") : NULL;
	const char *end = features ? raw_find(features + 1, "\n") : NULL;

	if (seccomp_filters(text) != ck.filters) {
		raw_strcpy(ck.why, "it filters its system calls (seccomp)", sizeof ck.why);
		return -95;
	}
	if (shadow && (!end || shadow < end)) {
		raw_strcpy(ck.why, "it has a shadow stack", sizeof ck.why);
		return -95;
	}
	return 0;
}

static int gather_mm(struct ri_process *p)
{
	char *text = ck.scratch.text;
	long n;

	n = raw_slurp("/proc/thread-self/stat", text, ck.scratch.text_bytes);
	if (n <= 0)
		return n < 0 ? (int)n : -5;
	p->ppid = (s32)stat_field(text, 4);
	p->pgid = (s32)stat_field(text, 5);
	p->sid = (s32)stat_field(text, 6);
	p->start_code = stat_field(text, 26);
	p->end_code = stat_field(text, 27);
	p->start_stack = stat_field(text, 28);
	p->start_data = stat_field(text, 45);
	p->end_data = stat_field(text, 46);
	p->start_brk = stat_field(text, 47);
	p->arg_start = stat_field(text, 48);
	p->arg_end = stat_field(text, 49);
	p->env_start = stat_field(text, 50);
	p->env_end = stat_field(text, 51);
	p->brk = (u64)RAW_SYS1(__NR_brk, 0);
	n = raw_slurp("/proc/thread-self/auxv", text, ck.scratch.text_bytes);
	if (n <= 0 || n > RI_AUXV_BYTES)
		return n < 0 ? (int)n : -5;
	p->auxv_bytes = (u64)n;
	raw_copy(p->auxv, text, (u64)n);
	return 0;
}

#if defined(__x86_64__)
static void gather_cpu(struct ri_process *p)
{
	u32 a = 1, b, c = 0, d, lo, hi;

	__asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	p->cpu_features = (u64)c << 32 | d;
	if (c >> 27 & 1) { /* OSXSAVE */
		__asm__("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
		p->xcr0 = (u64)hi << 32 | lo;
		a = 13, c = 0;
		__asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
		p->xsave_bytes = b;
	}
	for (u32 i = 0; i < 3; i++) {
		u32 r[4] = {0x80000002u + i, 0, 0, 0};

		__asm__("cpuid" : "+a"(r[0]), "=b"(r[1]), "+c"(r[2]), "=d"(r[3]));
		raw_copy(p->cpu + i * 16, r, 16);
	}
	p->cpu[48] = 0;
}
#endif

/* One that was removed keeps its name: a restart may find a new one there, or stay in another. */
static long working_directory(char *path, u64 room)
{
	static const char removed[] = " (deleted)";
	long n = RAW_SYS2(__NR_getcwd, path, room), rest;

	if (n != -2)
		return n;
	n = RAW_SYS4(__NR_readlinkat, -100, "/proc/thread-self/cwd", path, room - 1);
	if (n < 0)
		return n;
	path[n] = 0;
	rest = n - (long)(sizeof removed - 1);
	if (rest > 0 && raw_streq(path + rest, removed))
		path[rest] = 0;
	return n;
}

#define GET_REGISTRATIONS (1 << 9) /* MEMBARRIER_CMD_GET_REGISTRATIONS, Linux 6.3 */

static const u32 registrations[] = {MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED,
				    MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE,
				    MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ};
static long registered;

/* Which memory barriers of other threads the program may ask for. A kernel that does not say so is asked for all. */
static void gather_barriers(void)
{
	registered = RAW_SYS3(__NR_membarrier, GET_REGISTRATIONS, 0, 0);
	if (registered < 0)
		registered = RAW_SYS3(__NR_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);
}

static void bring_back_barriers(void)
{
	for (u32 i = 0; registered > 0 && i < RAW_COUNT(registrations); i++)
		if (registered & registrations[i])
			RAW_SYS3(__NR_membarrier, registrations[i], 0, 0);
}

int ck_gather_process(void *ucontext)
{
	struct ck_tables *t = &ck.tables;
	struct ri_process *p = &t->process;
	char *text = ck.scratch.text;
	static char path[CK_PATH];
	struct raw_time now;
	u64 limits[2] = {0, 0};
	long n;
	int err;

	(void)ucontext;
	raw_zero(p, sizeof *p);
	p->pid = ck.pid;
	p->abilities = ck_limits_memory() || ck_hidden() ? 0 : RI_CAN_REPLACE;
	p->uid = (u32)RAW_SYS1(__NR_getuid, 0);
	p->gid = (u32)RAW_SYS1(__NR_getgid, 0);
	n = working_directory(path, sizeof path);
	if (n < 0)
		return (int)n;
	p->cwd = ck_string(path);
	p->exe = ck_string(ck.exe);
	n = raw_slurp("/proc/thread-self/cmdline", text, 4096);
	for (long i = 0; i + 1 < n; i++)
		if (!text[i])
			text[i] = ' ';
	p->command = n > 0 ? ck_string(text) : 0;
	p->image = ck_string(ck.image);
	n = raw_slurp("/proc/thread-self/status", text, ck.scratch.text_bytes);
	if (n <= 0)
		return n < 0 ? (int)n : -5;
	err = check_status(text);
	if (err)
		return err;
	p->umask = (u32)status_field(text, "\nUmask:", 8);
	raw_prctl(16 /* PR_GET_NAME */, (long)p->name, 0, 0, 0);
	n = gather_mm(p);
	if (n)
		return (int)n;
	gather_cpu(p);
	gather_barriers();
	raw_clock(0, &now);
	p->realtime_ns = (u64)now.sec * 1000000000ULL + (u64)now.nsec;
	raw_clock(1, &now);
	p->monotonic_ns = (u64)now.sec * 1000000000ULL + (u64)now.nsec;
	n = raw_slurp("/proc/sys/kernel/random/boot_id", p->boot_id, sizeof p->boot_id);
	if (n > 36)
		p->boot_id[36] = 0;
	RAW_SYS4(__NR_prlimit64, 0, 3 /* RLIMIT_STACK */, 0, limits);
	p->stack_limit = limits[0];
	p->scratch = (u64)ck.scratch.start;
	p->scratch_end = (u64)ck.scratch.end;
	p->resume = (u64)ck_resume_entry;
	p->resume_stack = (u64)ck.scratch.stack_top;
	p->tables_at = (u64)ck.scratch.tables_at;
	p->tables_room = ck.scratch.tables_room;
	return 0;
}

/* Working directory, mask of new files, name. Fails the way the specification words it. */
int ck_bring_back_process(const struct ri_handoff *h, const struct ri_process *p)
{
	const char *cwd = ck_text(p->cwd);
	long err;

	if (!(h->flags & RI_H_RELOCATABLE)) {
		err = RAW_SYS1(__NR_chdir, cwd);
		if (err) {
			ck_error("Couldn't move to '", cwd, "' (");
			ck_say(ck_strerror(err), ").  Please fix it.\n\n", "", "");
			ck_kill_self(9);
		}
	}
	RAW_SYS1(__NR_umask, p->umask);
	raw_prctl(15 /* PR_SET_NAME */, (long)p->name, 0, 0, 0);
	bring_back_barriers();
	return 0;
}
