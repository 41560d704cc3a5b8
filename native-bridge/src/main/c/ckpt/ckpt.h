// SPDX-License-Identifier: Apache-2.0
// The checkpoint library's inside: one state, and what its files offer each other. The parts:
//	init, args       before main: command line, banner, restart            (normal context)
//	trigger          signals, deferral, disable/enable                     (signal handler)
//	capture          stops the program, gathers, forks or writes in place  (signal handler, own stack)
//	track chain      what has not changed since the last image             (handler; writer)
//	image write ring the image as a whole; the way of its bytes to disk    (forked child, or handler)
//	maps pages       what of the memory is in it                           (the same)
//	pack             compresses it, with the help of roost-pack            (the same)
//	resume           called by the restorer in the re-created program      (no libc)
//	files signals threads timers surroundings rights terminals   one kind of kernel object each: gather and bring back
// Nothing on the capture path calls libc, allocates or takes a lock: raw.h only.
#ifndef CKPT_H
#define CKPT_H

#include "image_format.h"
#include "pagemap.h"
#include "raw.h"

#include <linux/futex.h>

#define CK_PATH 4096
#define CK_SIGUSR2 12
#define CK_SIGTSTP 20
#define CK_SIGCONT 18
#define CK_BIT(sig) (1ULL << ((sig) - 1))
#define CK_RESERVED (CK_BIT(CK_SIGUSR2) | CK_BIT(CK_SIGTSTP) | CK_BIT(CK_SIGCONT))
/* SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGSEGV: never blocked, they are the program's own faults. */
#define CK_SYNCHRONOUS (CK_BIT(4) | CK_BIT(5) | CK_BIT(6) | CK_BIT(7) | CK_BIT(8) | CK_BIT(11))

enum ck_warn { CK_ALL, CK_NOTICE, CK_READWRITE, CK_UNSUP, CK_BADURL, CK_KINDS };
enum ck_warn_mode { CK_ON, CK_ONCE, CK_OFF };

#define CK_D_ALWAYS 1u
#define CK_D_FULLDEBUG 2u
#define CK_D_CKPT 4u
#define CK_D_SYSCALLS 8u
#define CK_D_OTHER 16u

#define CK_MAX_THREADS 4096
#define CK_STEP (4UL * RI_BLOCK) /* of an image: so much is summed and given to the writing thread at a time */
#define CK_RING_LARGE_BYTES (16UL << 20)
#define CK_RING_SMALL_BYTES (1UL << 20)
#define CK_STACK_BYTES (192UL << 10)
#define CK_WRITER_STACK_BYTES (32UL << 10)
#define CK_MAX_REGIONS 65536u
#define CK_MAX_EXTENTS (2u << 20)
#define CK_MAX_FILES 8192u
#define CK_MAX_FDS 65536u
#define CK_MAX_PENDING 256u
#define CK_MAX_TIMERS 1024u
#define CK_MAX_LOCKS 1024u
#define CK_MAX_WATCHES 8192u
#define CK_MAX_RUNS (1u << 20)
#define CK_STASH_BYTES (64UL << 20)
#define CK_STRINGS (8u << 20)
#define CK_INHERITED 64

/* The sum of a file that was mapped at an earlier checkpoint. */
struct ck_sum {
	u64 dev, ino, size;
	s64 mtime_ns;
	u32 crc;
	volatile u32 valid; /* set last: a writing process may be killed at any time */
};
#define CK_SUMS 512

/* What the writing child tells its parent, and its successors; shared memory, made anew in every process. */
struct ck_control {
	volatile u32 done; /* 0 running, 1 ended (futex) */
	volatile s32 error; /* 0 or negative errno; CK_E_* */
	volatile u64 bytes; /* image size */
	volatile s32 writer; /* pid */
	/* The kernel marks the word when the writer is gone, however it went. 0: it has not begun. */
	volatile u32 writer_tid;
	struct robust_list writer_mark;
	struct robust_list_head writer_marks;
	volatile u32 completed; /* images written since the program started or restarted */
	volatile u32 sharing; /* futex: not 0 as long as a writer works in the program's memory */
	volatile u32 resumed; /* futex: 1 when the program goes on */
	volatile u64 pause_ns; /* valid then */
	struct ck_sum sums[CK_SUMS];
	volatile u32 pack; /* CK_PACK_*: why images are not compressed, once the user was told */
	/* the last complete image, for the next one to build upon: */
	u8 image_id[16];
	u64 image_dev, image_ino, memory_bytes, chain_bytes; /* chain: all files it needs, itself too */
	u32 links;					      /* other files it needs */
};
#define CK_PACK_FAILED 1 /* this time: it is tried again */
#define CK_PACK_NEVER 2
#define CK_E_NEEDS_STOP (-5001) /* the forked copy lacks pages: write in place */

/* The tables of an image while they are being made; all in the scratch memory. */
struct ck_tables {
	struct ri_process process;
	struct ri_region *regions;
	struct ri_extent *extents;
	struct ri_file *files;
	struct ri_fd *fds;
	struct ri_action *actions;
	struct ri_pending *pending;
	struct ri_timer *timers;
	struct ri_thread *threads;
	struct ri_lock *locks;
	struct ri_watch *watches;
	char *strings;
	u32 n_regions, n_extents, n_files, n_fds, n_pending, n_timers, n_threads, n_locks, n_watches, n_strings;
	u8 *vdso;
	u64 vdso_bytes;
	u64 memory_bytes;
};

/* Where a descriptor stands among those it may share with: index of a record + 1, or 0. fd_sharing.c */
struct ck_sharing {
	u32 less, more;
};

struct ck_track {
	int fd;		  /* userfaultfd, -1: nothing is tracked */
	bool never;	  /* whoever started the program keeps single files */
	bool impossible;  /* not with this kernel */
	bool chainable;	  /* what is written after since_id was taken will be known */
	bool incremental; /* this image borrows from the last one, base_id */
	bool few, kept;	  /* what is new is little; it is in the stash */
	u8 since_id[16], base_id[16];
	u32 n_runs;
	u64 kept_bytes;
};

struct ck_scratch {
	u8 *start, *end;
	struct ck_control *control;
	u8 *stack_top, *writer_stack_top, *look_stack_top, *ring_stack_top, *lazy_stack_top;
	u8 *tables_at;
	u64 tables_room;
	u8 *ring;
	struct ck_run *runs; /* populated pages that were written since the last checkpoint, or that were not */
	u8 *stash, *copier_stack_top;
	u32 *sums;
	u64 sums_room; /* in words */
	struct ck_sharing *sharing; /* CK_MAX_FDS */
	u8 *pack; /* PK_BYTES of pack.h */
	char *text;    /* 256 KiB for /proc files */
	u64 text_bytes;
	char *flags_text; /* for smaps, while text is in use */
	u64 flags_text_bytes;
};

struct ck_inherited {
	int fd;
	u32 mode;
	u64 dev, ino;
};

struct ck_state {
	bool active; /* this process is to be checkpointed; false in children and when not wanted */
	bool restarting;
	bool unsaved; /* there was no room for what a checkpoint needs */
	int pid;
	char image[CK_PATH];	   /* absolute */
	char image_given[CK_PATH]; /* as the user wrote it */
	char start_cwd[CK_PATH];
	char exe[CK_PATH]; /* what the program was started from */
	int image_fd; /* >= 0: init_image_with_file_descriptor */
	bool relocatable, aggravate;
	bool needs_stop; /* a forked copy lacks pages */
	bool fds_fresh; /* the descriptor table is of this very request */
	bool elsewhere; /* in a namespace that the program has entered itself */
	bool carry; /* ROOST_CKPT_CARRY: images hold the pages of every mapped file */
	char lz4[256]; /* ROOST_CKPT_LZ4: the library that compresses, if another than liblz4.so.1 */
	u32 debug;
	int warn_mode[CK_KINDS];
	u32 warn_count[CK_KINDS];
	int cmd_fd;
	char cmd_file[CK_PATH];

	/* trigger */
	volatile u32 busy;
	volatile int disable_depth;
	volatile int deferred; /* signal number or 0 */
	struct raw_time deferred_since;
	char why[160]; /* why it is being delayed */
	int retry_timer; /* kernel timer id or -1 */
	bool synchronous; /* the present SIGUSR2 comes from ckpt(): wait until the image is there */

	/* capture */
	volatile u32 stopping; /* threads are to park */
	volatile u32 parked, release;
	int leader;
	u64 stops; /* how often this program was stopped: sleeping calls look whether it changed */
	struct raw_time asked_at, stopped_at, resumed_at; /* CLOCK_MONOTONIC */
	u32 generation;
	u8 last_id[16];
	struct ck_scratch scratch;
	struct ck_tables tables;
	struct ck_track track;
	struct ck_inherited inherited[CK_INHERITED];
	u32 n_inherited;
	u32 filters; /* of system calls, that the program was started with */
};

/* Per thread: how often our handler ran, and whether the last time one of the program's own handlers ran too. */
struct ck_interruption {
	u32 count;
	bool others;
	u64 parked_in; /* the stop that the thread waits in, from 1; 0: none */
};
extern __thread struct ck_interruption ck_interruption __attribute__((tls_model("initial-exec")));

extern struct ck_state ck;
#pragma GCC visibility push(default)
extern unsigned _condor_numrestarts;
extern int condor_compress_ckpt, condor_slow_ckpt, condor_incremental_ckpt;
#pragma GCC visibility pop

/* init.c */
int ck_scratch_make(void);
void ck_scratch_refresh(void);
void ck_install_handlers(void);
void ck_restart_from(const char *image, int image_fd, u32 flags) __attribute__((noreturn));

void ck_set_image(const char *name);
void ck_mark_environment(void);

/* args.c */
int ck_parse_args(int argc, char **argv);

/* warn.c */
void ck_say(const char *a, const char *b, const char *c, const char *d);
void ck_notice(const char *a, const char *b);
void ck_warn_text(enum ck_warn kind, const char *text);
void ck_error(const char *a, const char *b, const char *c);
void ck_die_error(const char *a, const char *b, const char *c) __attribute__((noreturn));
void ck_debug(u32 level, const char *a, const char *b, const char *c);
void ck_debug_number(u32 level, const char *a, s64 n, const char *b);
int ck_warn_set(const char *kind, const char *mode);
void ck_set_message_fd(int fd);
const char *ck_strerror(long err);

/* trigger.c */
void ck_request(int sig, void *ucontext);
void ck_retry(void);
void ck_kill_self(int sig) __attribute__((noreturn));
long ck_raise(int sig);

/* communicate.c: 0, or why a checkpoint has to wait, in words */
const char *ck_communicating(char *text, size_t room);
void ck_note_inherited(void);
void ck_publish_wait(void);

/* capture.c */
int ck_capture(int sig, void *ucontext);
void ck_await_writer(void);
bool ck_writer_shares_memory(void);
bool ck_in_copy(void);

/* image.c */
int ck_write_image(const char *path, int fd);

/* track.c */
void ck_track_begin(void);
void ck_track_drop(void);
bool ck_track_owns(int fd);
const struct ck_run *ck_track_runs(u64 start, u64 end, u32 *count);
bool ck_run_written(const struct ck_run *r);
void ck_base_name(char *to, u64 room, const char *image, const u8 *id);

/* chain.c */
void ck_chain_none(void);
int ck_chain_begin(const char *path);
void ck_chain_look(void);
int ck_chain_borrow(void);
const struct ri_link *ck_chain_links(u32 *n_links, u32 *n_borrowed);
void ck_chain_written(int fd);
void ck_chain_end(const char *path, bool in_place, int err);

/* maps.c */
int ck_gather_regions(void);
void ck_flags_read(void);
int ck_flags_result(void);
u32 ck_string(const char *s);
u32 ck_string_n(const char *s, size_t n);
const char *ck_text(u32 ref);

/* pages.c */
int ck_write_memory(void);

/* file_sums.c */
void ck_sum_files(void);

int ck_add_extent(struct ri_region *r, const struct ri_extent *e);

/* pack.c */
void ck_pack_begin(void);
void ck_pack_end(void);
bool ck_packing(void);
void *ck_pack_room(struct ri_region *r, u64 addr, int *err);
void ck_pack_commit(void);
int ck_pack_flush(void);

/* ring.c */
void ck_ring_begin(void);
u8 *ck_ring_at(u64 offset);
bool ck_ring_take(u64 offset, u64 written);
u64 ck_ring_piece(u64 offset, u64 most);
void ck_ring_end(void);
void ck_ring_free(void);

/* write.c */
void ck_out_keep(void);
int ck_out_kept(void);
void ck_out_open(int fd, bool direct, void (*meanwhile)(void));
int ck_out_put(const void *data, u64 bytes);
int ck_out_hole(u64 bytes);
u64 ck_out_offset(void);
void *ck_out_room(u64 *bytes);
int ck_out_commit(u64 bytes);
int ck_out_sums(u32 *n_sums);
int ck_out_end(void);

/* process.c */
int ck_gather_process(void *ucontext);
void ck_note_filters(void);
void ck_note_place(void);
int ck_check_place(void);
int ck_bring_back_process(const struct ri_handoff *h, const struct ri_process *p);

/* runtimes.c */
void ck_runtime_begin(void);
const char *ck_runtime_conflict(void);
bool ck_runtime_without(const char *path);
bool ck_runtime_believes(void);

/* surroundings.c */
void ck_surroundings_given(void);
void ck_gather_surroundings(void);
void ck_gather_thread_surroundings(void);
bool ck_limits_memory(void);
void ck_bring_back_surroundings(void);

/* files.c */
int ck_gather_fds(void);
int ck_write_contents(void);
int ck_bring_back_fds(struct ri_handoff *h);

/* signals.c */
int ck_gather_actions(void);
int ck_gather_pending(void);
void ck_bring_back_signals(void);
void ck_bring_back_pending(int tid);

/* timers.c */
int ck_gather_timers(void);
int ck_bring_back_timers(void);

/* threads.c */
int ck_stop_threads(void *ucontext);
void ck_release_threads(void);
void ck_park(void *ucontext);
void ck_ask(int tid);
long ck_thread_facts(int tid, const char *name, char *text, u64 room);
bool ck_thread_ended(int tid);
bool ck_thread_blocks(int tid);
void ck_gather_thread(struct ri_thread *t, void *ucontext);
int ck_bring_back_threads(void);
void ck_bring_back_thread(struct ri_thread *t, bool main_thread);
void ck_let_threads_go(void);

/* unblock.c */
bool ck_unblock(int tid);

/* rights.c */
void ck_rights_given(void);
void ck_gather_rights(void);
bool ck_hidden(void);
void ck_show(void);
void ck_hide_again(void);
void ck_bring_back_rights(void);

/* terminals.c */
void ck_terminals_given(void);
void ck_gather_terminals(void);
void ck_bring_back_terminals(void);

/* wrap_self.c */
void ck_self_begin(void);
void ck_self_again(void);
const char *ck_self_path(const char *path);

/* wrap_threads.c */
void ck_note_moved_threads(void);

/* lazy.c, lazy_stop.c: memory that is still mapped from the image after a restart */
bool ck_lazy_pending(void);
void ck_lazy_start(const struct ri_handoff *h);
void ck_lazy_go(void);
void ck_lazy_await(void);
void ck_lazy_await_check(void);
void ck_lazy_pause(void);
extern volatile u32 ck_filler; /* id of the thread that replaces it, 0: none */

/* resume.c */
void ck_resume(struct ri_handoff *h) __attribute__((noreturn));

/* real.c: the C library's own, behind our wrappers */
struct sigaction;
int ck_real_sigaction(int sig, const struct sigaction *act, struct sigaction *old);

/* commands.c */
int ck_commands(int fd, void *ucontext, int *exit_status);

/* capture_<arch>.S */
long ck_on_stack(u8 *stack_top, long (*fn)(void *, void *), void *a, void *b);
struct clone_args;
long ck_clone3(struct clone_args *a, u64 bytes, void (*fn)(void *), void *arg);
long ck_fork_detached(u64 flags, s32 *pid);
long ck_clone_detached(u64 flags, s32 *pid, u8 *stack_top, void (*fn)(void), volatile u32 *clear_tid);
void ck_sigreturn(u64 frame, volatile u32 *word) __attribute__((noreturn));
void ck_resume_entry(void);

#endif
