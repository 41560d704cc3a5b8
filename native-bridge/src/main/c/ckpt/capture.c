// SPDX-License-Identifier: Apache-2.0
// One checkpoint: stop the threads, gather what only this process can tell, then either fork (the copy writes the image
// while the program goes on) or write it here.
// Context: signal handler, on the library's own stack, all signals blocked but those of the program's own faults.
#include "ckpt.h"

#include "readwrite.h"

#include <linux/futex.h>

static int program; /* in its copy: a descriptor of the program's process */

static int write_now(void)
{
	int err = ck_write_image(ck.image, ck.image_fd);

	ck_pack_end();
	if (err)
		ck_debug_number(CK_D_ALWAYS, "Checkpoint failed, errno ", -err, "");
	else
		ck_debug_number(CK_D_ALWAYS, "Size of ckpt image = ", (s64)ck.scratch.control->bytes, " bytes");
	if (!err)
		ck_debug(CK_D_ALWAYS, "USER PROC: CHECKPOINT IMAGE SENT OK", "", "");
	return err;
}

static int write_in_place(void)
{
	ck.track.kept = false;
	ck_pack_begin();
	return write_now();
}

/* The working memory goes back to the system. */
static void free_buffers(void)
{
	RAW_SYS3(__NR_madvise, ck.scratch.stash, CK_STASH_BYTES, 4 /* MADV_DONTNEED */);
	ck_ring_free();
}

static u64 address_space_pages(void)
{
	char text[128];
	const char *s = text;

	return raw_slurp("/proc/thread-self/statm", text, sizeof text) > 0 ? raw_number(&s, 10) : 0;
}

/* A pipe must not live longer because its program is being saved. */
static void close_all_but(int a, int b)
{
	int low = a < b ? a : b, high = a < b ? b : a;

	if (low > 0)
		RAW_SYS3(__NR_close_range, 0, low - 1, 0);
	if (low >= 0 ? high > low + 1 : high > 0)
		RAW_SYS3(__NR_close_range, low + 1, high - 1, 0);
	RAW_SYS3(__NR_close_range, high + 1, ~0u, 0);
}

/* Whoever is killed ends nothing properly, and his pid may soon be somebody else's. */
static void be_marked_when_gone(void)
{
	struct ck_control *c = ck.scratch.control;

	c->writer_mark.next = &c->writer_marks.list;
	c->writer_marks.list.next = &c->writer_mark;
	c->writer_marks.futex_offset = (long)&c->writer_tid - (long)&c->writer_mark;
	c->writer_marks.list_op_pending = NULL;
	if (RAW_SYS2(__NR_set_robust_list, &c->writer_marks, sizeof c->writer_marks) == 0)
		c->writer_tid = (u32)raw_gettid();
}

static void begin_writing(void)
{
	ck.scratch.control->writer = raw_getpid();
	close_all_but(ck.image_fd, ck.debug ? 2 : -1);
	program = (int)RAW_SYS2(__NR_pidfd_open, ck.pid, 0);
	raw_prctl(15 /* PR_SET_NAME */, (long)"roost-writer", 0, 0, 0);
}

static void __attribute__((noreturn)) end_writing(int err)
{
	struct ck_control *c = ck.scratch.control;

	c->error = err;
	if (!err)
		__atomic_add_fetch(&c->completed, 1, __ATOMIC_SEQ_CST);
	__atomic_store_n(&c->done, 1, __ATOMIC_SEQ_CST);
	raw_futex(&c->done, FUTEX_WAKE, 1 << 30, NULL);
	if (err == CK_E_NEEDS_STOP && !ck.synchronous) /* the request is made again, and then served in place */
		RAW_SYS4(__NR_pidfd_send_signal, program, CK_SIGUSR2, 0, 0);
	raw_exit(err ? 1 : 0);
}

static void __attribute__((noreturn)) be_writer(u64 pages)
{
	be_marked_when_gone();
	ck_pack_begin();
	begin_writing();
	end_writing(pages && address_space_pages() != pages ? CK_E_NEEDS_STOP : write_now());
}

/* In the program's memory, on a stack of its own. What has to be as it was is in the stash and the tables. */
static void __attribute__((noreturn)) be_sharing_writer(void)
{
	int err;

	be_marked_when_gone();
	begin_writing();
	err = write_now();
	free_buffers();
	end_writing(err);
}

static bool writer_alive(void)
{
	struct ck_control *c = ck.scratch.control;
	u32 tid = c->writer_tid;

	if (c->done || c->writer <= 0)
		return false;
	return tid ? !(tid & FUTEX_OWNER_DIED) : RAW_SYS2(__NR_kill, c->writer, 0) == 0;
}

/* It works in our memory with our tables: nothing of the library's may be used before it has ended. */
bool ck_writer_shares_memory(void)
{
	return ck.scratch.control->sharing != 0;
}

/* This is a forked copy of the program, which goes on beside it. It ends when the image is written. */
bool ck_in_copy(void)
{
	return raw_getpid() != ck.pid && !ck_writer_shares_memory();
}

/* Waits for a running writer; a newer checkpoint is about to be made, so with kill the old one is given up. */
static void await_writer(bool kill)
{
	struct ck_control *c = ck.scratch.control;
	struct raw_time tick = {0, 20000000};

	if (kill && writer_alive() && c->writer_tid)
		RAW_SYS2(__NR_kill, c->writer, 9);
	while (writer_alive())
		raw_futex(&c->done, FUTEX_WAIT, 0, &tick);
	for (u32 tid; (tid = c->sharing) != 0;)
		raw_futex(&c->sharing, FUTEX_WAIT, tid, &tick);
}

void ck_await_writer(void)
{
	await_writer(false);
}

/*
 * When what has changed is little, it is copied at once: less to do than to copy the page tables of all memory. The
 * writer then shares the program's memory, and -ENOSPC says that it was more than thought.
 */
static int copy_changes(void)
{
	int err;

	RAW_SYS3(__NR_madvise, ck.scratch.stash, CK_STASH_BYTES, 14 /* MADV_HUGEPAGE */);
	ck_out_keep();
	err = ck_write_memory();
	ck.track.kept = !err;
	return err;
}

/* Returns 0 in the parent (the copy is at work), or a negative errno. */
static int fork_writer(void)
{
	struct ck_control *c = ck.scratch.control;
	u64 pages;
	s32 pid = 0;
	long r;

	c->done = 0;
	c->error = 0;
	c->writer = 0;
	c->writer_tid = 0;
	if (ck.track.few && copy_changes() == 0) {
		c->sharing = 1;
		r = ck_clone_detached(0, &pid, ck.scratch.copier_stack_top, be_sharing_writer, &c->sharing);
	} else {
		pages = address_space_pages();
		r = ck_fork_detached(0, &pid);
		if (r == 0)
			be_writer(pages);
	}
	while (r > 0 && RAW_SYS4(__NR_wait4, r, 0, 0x40000000 /* __WALL */, 0) == -4)
		;
	if (r < 0 || pid < 0) {
		c->sharing = 0;
		return r < 0 ? (int)r : pid;
	}
	c->writer = pid;
	return 0;
}

static int gather(void *ucontext)
{
	int err;

	RAW_SYS3(__NR_getrandom, ck.last_id, 16, 0);
	err = ck_gather_fds(); /* begins the table of strings */
	ck_gather_terminals();
	err = err ? err : ck_gather_process(ucontext);
	err = err ? err : ck_gather_pending();
	err = err ? err : ck_gather_timers();
	/* Before the fork, so that what can never be saved is found while it can still be said. */
	err = err ? err : ck_gather_regions();
	return err;
}

/* The last image was not made, because the copy that was to write it lacks pages. */
static void learn_from_copy(void)
{
	if (ck.scratch.control->error != CK_E_NEEDS_STOP || ck.needs_stop)
		return;
	ck.needs_stop = true;
	ck.generation--;
	_condor_numrestarts--;
}

static int continue_running(void)
{
	struct ck_control *c = ck.scratch.control;
	int err;

	err = ck.needs_stop ? CK_E_NEEDS_STOP : fork_writer();
	if (err)
		return write_in_place(); /* no memory for a copy, no process left: in place it still works */
	if (!ck.synchronous)
		return 0;
	await_writer(false);
	err = c->done ? c->error : -10;
	if (err != CK_E_NEEDS_STOP)
		return err;
	ck.needs_stop = true;
	return write_in_place();
}

/*
 * sig = SIGUSR2: 0 when the image is written or being written. sig = SIGTSTP: 0 when it is durable. Negative errno on
 * failure, and then ck.why may tell more. -EAGAIN: something has to be waited for. After a SIGTSTP that was served the
 * threads stay stopped, because the program is about to end: what they did now would be done again after the restart.
 */
int ck_capture(int sig, void *ucontext)
{
	int err = ck_check_place();

	if (ck.stopping) /* by the last one */
		ck_release_threads();
	if (err)
		return err;
	if (sig == CK_SIGUSR2 && !ck.synchronous && writer_alive()) {
		raw_strcpy(ck.why, "the previous image is still being written", sizeof ck.why);
		return -11;
	}
	if (sig == CK_SIGUSR2 && !ck.synchronous && ck_lazy_pending()) {
		raw_strcpy(ck.why, "memory is still being brought back after the restart", sizeof ck.why);
		return -11;
	}
	await_writer(sig == CK_SIGTSTP);
	learn_from_copy();
	ck_lazy_await();
	ck_readwrite_look();
	ck.stopped_at = ck.asked_at;
	ck_gather_surroundings();
	ck_gather_rights();
	ck.scratch.control->resumed = 0;
	err = ck_stop_threads(ucontext);
	if (err)
		return err;
	ck_show();
	ck_debug(CK_D_ALWAYS, "Saved signal state.", "", "");
	ck_debug(CK_D_ALWAYS, "About to save file state", "", "");
	err = gather(ucontext);
	ck_debug(CK_D_ALWAYS, "Done saving file state", "", "");
	ck_debug(CK_D_ALWAYS, "About to update MyImage", "", "");
	if (!err)
		ck_track_begin();
	ck_debug(CK_D_ALWAYS, "About to write checkpoint", "", "");
	if (!err && sig == CK_SIGUSR2) {
		err = continue_running();
	} else if (!err) {
		err = write_in_place();
		if (!err)
			ck.scratch.control->completed++;
	}
	if (!err) {
		ck.generation++;
		_condor_numrestarts++;
	}
	ck_hide_again();
	if (!ck_writer_shares_memory())
		free_buffers();
	ck.stops++;
	raw_clock(1, &ck.resumed_at);
	ck.scratch.control->pause_ns = raw_since(&ck.stopped_at, &ck.resumed_at);
	__atomic_store_n(&ck.scratch.control->resumed, 1, __ATOMIC_SEQ_CST);
	raw_futex(&ck.scratch.control->resumed, FUTEX_WAKE, 1, NULL);
	if (err || sig != CK_SIGTSTP)
		ck_release_threads();
	return err;
}
