// SPDX-License-Identifier: Apache-2.0
// Start-up: runs as a constructor, before main. Takes the arguments, prints the banner, and either restarts from an
// image or prepares the program to be saved. Context: normal, single-threaded.
//
// The arguments are removed where the kernel put them (argc lies below argv on the stack), so that main, _start and
// every later constructor see the program's own. Who looks for the environment behind the arguments, and for the kernel's
// notes behind that, as Go programs do, finds settings of ours in the room that is left. Children that load this library
// by LD_PRELOAD leave it asleep: the environment carries the pid of the process that is to be saved.
#include "ckpt.h"
#include "own_fds.h"
#include "pack.h"

#include <pthread.h>
#include <stdlib.h>

#define MARK "ROOST_CKPT_PROCESS="
#define SCRATCH_GUARD (64UL << 10)

struct ck_state ck = {.image_fd = -1, .cmd_fd = -1, .retry_timer = -1, .track.fd = -1};

/* The program's to read and set: found by name. */
#pragma GCC visibility push(default)
unsigned _condor_numrestarts;
int condor_compress_ckpt, condor_slow_ckpt, condor_incremental_ckpt;
#pragma GCC visibility pop

extern char **environ;

/* The restorer, linked into the library: no file of ours needs to be where the program is restarted. */
extern const u8 ck_restorer[], ck_restorer_end[];

static u8 *carve(u8 **at, u64 bytes)
{
	u8 *p = *at;

	*at += RAW_ALIGN(bytes, RAW_PAGE);
	return p;
}

void ck_scratch_refresh(void)
{
	raw_mmap(ck.scratch.control, sizeof *ck.scratch.control, 3, 0x31 /* SHARED ANONYMOUS FIXED */, -1, 0);
	raw_mprotect(ck.scratch.start, SCRATCH_GUARD, 0);
	raw_mprotect(ck.scratch.end - SCRATCH_GUARD, SCRATCH_GUARD, 0);
}

/* Address space for everything a capture needs; no page of it is used before a capture. */
int ck_scratch_make(void)
{
	struct ck_tables *t = &ck.tables;
	struct ck_scratch *s = &ck.scratch;
	const u64 total = 288UL << 20, sums_bytes = 32UL << 20;
	u8 *at = raw_mmap(NULL, total, 3, 0x4022 /* PRIVATE ANONYMOUS NORESERVE */, -1, 0);

	if (raw_failed(at))
		return (int)(long)at;
	s->start = at;
	s->end = at + total;
	at += SCRATCH_GUARD;
	s->control = (void *)carve(&at, sizeof *s->control);
	carve(&at, SCRATCH_GUARD); /* never touched: an overrun of the stack below meets the control page's neighbour */
	s->stack_top = carve(&at, CK_STACK_BYTES) + CK_STACK_BYTES;
	s->writer_stack_top = carve(&at, CK_WRITER_STACK_BYTES) + CK_WRITER_STACK_BYTES;
	s->look_stack_top = carve(&at, CK_WRITER_STACK_BYTES) + CK_WRITER_STACK_BYTES;
	s->ring_stack_top = carve(&at, CK_WRITER_STACK_BYTES) + CK_WRITER_STACK_BYTES;
	s->lazy_stack_top = carve(&at, CK_WRITER_STACK_BYTES) + CK_WRITER_STACK_BYTES;
	s->flags_text_bytes = 64 << 10;
	s->flags_text = (void *)carve(&at, s->flags_text_bytes);
	s->text_bytes = 256 << 10;
	s->text = (void *)carve(&at, s->text_bytes);
	s->sums_room = sums_bytes / 4;
	s->sums = (void *)carve(&at, sums_bytes);
	s->tables_at = at;
	t->regions = (void *)carve(&at, CK_MAX_REGIONS * sizeof *t->regions);
	t->extents = (void *)carve(&at, CK_MAX_EXTENTS * sizeof *t->extents);
	t->files = (void *)carve(&at, CK_MAX_FILES * sizeof *t->files);
	t->fds = (void *)carve(&at, CK_MAX_FDS * sizeof *t->fds);
	t->actions = (void *)carve(&at, 64 * sizeof *t->actions);
	t->pending = (void *)carve(&at, CK_MAX_PENDING * sizeof *t->pending);
	t->timers = (void *)carve(&at, CK_MAX_TIMERS * sizeof *t->timers);
	t->threads = (void *)carve(&at, CK_MAX_THREADS * sizeof *t->threads);
	t->locks = (void *)carve(&at, CK_MAX_LOCKS * sizeof *t->locks);
	t->watches = (void *)carve(&at, CK_MAX_WATCHES * sizeof *t->watches);
	t->strings = (void *)carve(&at, CK_STRINGS);
	s->tables_room = (u64)(at - s->tables_at);
	s->runs = (void *)carve(&at, CK_MAX_RUNS * sizeof *s->runs);
	s->copier_stack_top = carve(&at, CK_STACK_BYTES) + CK_STACK_BYTES;
	s->sharing = (void *)carve(&at, CK_MAX_FDS * sizeof *s->sharing);
	at = (u8 *)RAW_ALIGN(at, 2UL << 20);
	s->stash = carve(&at, CK_STASH_BYTES);
	s->ring = carve(&at, CK_RING_LARGE_BYTES + CK_RING_SMALL_BYTES);
	s->pack = carve(&at, PK_BYTES);
	if (at + SCRATCH_GUARD > s->end)
		return -12;
	ck_scratch_refresh();
	return 0;
}

static void make_absolute(char *to, const char *name)
{
	struct raw_text t;

	rt_init(&t, to, CK_PATH);
	if (name[0] != '/') {
		rt_str(&t, ck.start_cwd);
		if (t.len && t.at[t.len - 1] != '/')
			rt_chr(&t, '/');
	}
	rt_str(&t, name);
}

void ck_set_image(const char *name)
{
	raw_strcpy(ck.image_given, name, sizeof ck.image_given);
	make_absolute(ck.image, name);
	ck.image_fd = -1;
}

static long exec_restorer(char **argv)
{
	long n = ck_restorer_end - ck_restorer, fd = RAW_SYS2(__NR_memfd_create, "roost-restart", 1 /* CLOEXEC */);

	if (fd < 0 || raw_write((int)fd, ck_restorer, (u64)n) != n)
		return fd < 0 ? fd : -28;
	return RAW_SYS5(__NR_execveat, fd, "", argv, environ, 0x1000 /* AT_EMPTY_PATH */);
}

static char *number(char *buf, s64 v)
{
	struct raw_text t;

	rt_init(&t, buf, 24);
	rt_num(&t, v);
	return buf;
}

/* Never returns: the restorer takes over this process. image_fd >= 0: a stream to read the image from. */
void ck_restart_from(const char *image, int image_fd, u32 flags)
{
	static char fd_text[24], flags_text[24], cmd_text[24], path[CK_PATH];
	char *argv[] = {"roost-restart", "--from-library", path, number(fd_text, image_fd), number(flags_text, flags),
			number(cmd_text, ck.cmd_fd), NULL};
	long err;

	make_absolute(path, image);
	err = exec_restorer(argv);
	ck_error("the restorer cannot be started: ", ck_strerror(err), "\n");
	ck_kill_self(9);
}

/* Another program started by the one that is to be saved? Then this copy of the library stays asleep. */
static bool somebody_elses(char **envp, bool *same_process)
{
	*same_process = false;
	for (; *envp; envp++)
		if (raw_starts(*envp, MARK)) {
			const char *s = *envp + sizeof MARK - 1;

			*same_process = (int)raw_number(&s, 10) == raw_getpid();
			if (*same_process && *s == ' ') {
				ck_warn_set("NOTICE", "OFF"); /* said already, before exec */
				raw_strcpy(ck.image_given, s + 1, sizeof ck.image_given);
			}
			return !*same_process;
		}
	return false;
}

static char mark[sizeof MARK + 24 + CK_PATH];

/* For exec in this process: who is to be saved, and where to. Also after a restart, when the pid is another. */
void ck_mark_environment(void)
{
	struct raw_text t;

	rt_init(&t, mark, sizeof mark);
	rt_str(&t, MARK);
	rt_num(&t, ck.pid);
	rt_chr(&t, ' ');
	rt_str(&t, ck.image);
}

/* Out of the range of numbers the program gets. It stays open over the exec of the restorer, but not over others. */
static void move_command_stream(void)
{
	int own = raw_dup_high(ck.cmd_fd, RAW_DUPFD, OWN_FD);

	if (own < 0)
		return;
	raw_close(ck.cmd_fd);
	ck.cmd_fd = own;
}

static void begin(void)
{
	int exit_status = 0;

	if (ck.cmd_file[0]) {
		ck.cmd_fd = raw_open(ck.cmd_file, 02000000, 0);
		if (ck.cmd_fd < 0)
			ck_die_error("Can't read cmd file ", ck.cmd_file, "");
	}
	if (ck.cmd_fd >= 0)
		move_command_stream();
	ck_notice(ck.restarting ? "Will restart from " : "Will checkpoint to ", ck.image_given);
	if (ck.restarting)
		ck_restart_from(ck.image_given, -1, ck.relocatable ? RI_H_RELOCATABLE : 0);
	if (ck.cmd_fd < 0)
		ck_notice("Remote system calls disabled.", "");
	ck_note_inherited();
	ck_note_filters();
	ck_note_place();
	ck_surroundings_given();
	ck_rights_given();
	ck_terminals_given();
	ck.active = true;
	pthread_atfork(ck_lazy_await, NULL, NULL); /* a child would not see what is still missing */
	putenv(mark);
	ck_install_handlers(); /* a request that is pending already is served here */
	if (ck.cmd_fd >= 0 && ck_commands(ck.cmd_fd, NULL, &exit_status) == 2)
		raw_exit(exit_status);
	if (ck.cmd_fd >= 0)
		raw_fcntl(ck.cmd_fd, 2 /* F_SETFD */, 1);
}

__attribute__((constructor)) static void ck_start(int argc, char **argv, char **envp)
{
	char **args = argv;
	bool same = false;
	int count;

	if (!argv || argc < 1 || somebody_elses(envp, &same))
		return;
	ck.pid = raw_getpid();
	ck.carry = getenv("ROOST_CKPT_CARRY") != NULL;
	condor_compress_ckpt |= getenv("ROOST_CKPT_COMPRESS") != NULL;
	raw_strcpy(ck.lz4, getenv("ROOST_CKPT_LZ4") ? getenv("ROOST_CKPT_LZ4") : "", sizeof ck.lz4);
	if (getenv("ROOST_CKPT_INCREMENTAL")) {
		ck.track.never = raw_streq(getenv("ROOST_CKPT_INCREMENTAL"), "never");
		condor_incremental_ckpt |= !ck.track.never;
	}
	if (RAW_SYS2(__NR_getcwd, ck.start_cwd, sizeof ck.start_cwd) < 0)
		ck.start_cwd[0] = 0;
	count = ck_parse_args(argc, args);
	if (count != argc && *((long *)(void *)argv - 1) == argc)
		*((long *)(void *)argv - 1) = count;
	if (!ck.image_given[0]) {
		raw_strcpy(ck.image_given, argv[0], sizeof ck.image_given - 8);
		raw_strcpy(ck.image_given + raw_strlen(ck.image_given), ".ckpt", 8);
	}
	make_absolute(ck.image, ck.image_given);
	ck_mark_environment();
	for (int i = count + 1; i <= argc; i++)
		argv[i] = mark;
	if (!ck.restarting && ck_runtime_conflict()) {
		ck_warn_text(CK_UNSUP, ck_runtime_conflict());
		return;
	}
	if (!ck.restarting && ck_scratch_make() < 0) {
		ck_warn_text(CK_UNSUP, "no address space for the checkpoint library: this program will not be saved");
		ck.unsaved = true;
		ck_install_handlers();
		return;
	}
	if (RAW_SYS4(__NR_faccessat, -100, "/proc/thread-self/maps", 4 /* R_OK */, 0))
		ck_warn_text(CK_UNSUP, "/proc is not mounted here: this program cannot be saved");
	ck_self_begin();
	ck_runtime_begin();
	begin();
}
