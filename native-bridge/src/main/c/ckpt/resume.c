// SPDX-License-Identifier: Apache-2.0
// The other side of a checkpoint: the restorer has put the memory back and jumps here, on the library's own stack, with
// all signals blocked, as the only thread. From the image's tables everything that is not memory comes back, then the
// program returns from the signal handler it was stopped in. Context: no libc, no TLS until it is restored.
#include "ckpt.h"
#include "readwrite.h"

#include <linux/futex.h>

static struct ri_handoff handoff;

static void *table(const struct ri_handoff *h, u32 type, u32 *count)
{
	for (u32 i = 0; i < h->foot.n_tables; i++)
		if (h->foot.tables[i].type == type) {
			*count = (u32)h->foot.tables[i].count;
			return (void *)(h->tables + (h->foot.tables[i].off - h->tables_off));
		}
	*count = 0;
	return NULL;
}

/* Gathered tables live where the restorer left them until the next checkpoint gathers anew. */
static void use_tables(const struct ri_handoff *h, struct ck_tables *own)
{
	struct ck_tables *t = &ck.tables;
	u32 n;

	*own = *t;
	t->process = *(struct ri_process *)table(h, RI_T_PROCESS, &n);
	t->fds = table(h, RI_T_FDS, &t->n_fds);
	t->actions = table(h, RI_T_ACTIONS, &n);
	t->pending = table(h, RI_T_PENDING, &t->n_pending);
	t->timers = table(h, RI_T_TIMERS, &t->n_timers);
	t->threads = table(h, RI_T_THREADS, &t->n_threads);
	t->locks = table(h, RI_T_LOCKS, &t->n_locks);
	t->watches = table(h, RI_T_WATCHES, &t->n_watches);
	t->strings = table(h, RI_T_STRINGS, &t->n_strings);
}

static void __attribute__((noreturn)) fail(const char *what, long err)
{
	ck_error(what, ck_strerror(err), "\n");
	ck_kill_self(9);
}

static void forget_the_past(const struct ri_handoff *h)
{
	ck.pid = raw_getpid();
	ck.generation = h->head.generation;
	ck.busy = 1; /* requests wait until the library's stack is free again */
	ck.stopping = 0;
	ck.deferred = 0;
	ck.retry_timer = -1;
	ck.synchronous = false;
	ck.fds_fresh = false;
	ck_note_filters();
	ck_note_place();
	ck.image_fd = -1;
	ck.track.fd = -1; /* of the process that was; its protection is gone, too */
	ck.track.chainable = ck.track.incremental = ck.track.kept = false;
	ck.track.impossible = false;
	ck.relocatable = h->flags & RI_H_RELOCATABLE;
	ck.stops++;
	raw_clock(1, &ck.resumed_at);
	_condor_numrestarts++;
	if (!(h->flags & RI_H_KEEP_NAME)) {
		raw_strcpy(ck.image, h->image, sizeof ck.image);
		raw_strcpy(ck.image_given, h->image, sizeof ck.image_given);
	}
}

/* What is not as it was and may matter, but is no reason to refuse. */
static void warn_of_differences(void)
{
	const struct ri_process *p = &ck.tables.process;
	struct raw_time now;

	raw_clock(1, &now);
	if ((u64)now.sec * 1000000000ULL + (u64)now.nsec < p->monotonic_ns)
		ck_warn_text(CK_UNSUP, "the monotonic clock of this host is behind the one of the checkpoint: times the "
				       "program has stored lie further ahead");
	for (u32 i = 0; i < ck.tables.n_threads; i++) {
		const struct ri_thread *t = &ck.tables.threads[i];

		if (t->robust_head && *(u64 *)t->robust_head != t->robust_head && t->tid != (s32)t->pad)
			ck_warn_text(CK_UNSUP, "a robust mutex is held by a thread whose id has changed: its death would "
					       "not be noticed");
	}
}

void ck_resume(struct ri_handoff *h)
{
	struct ck_tables own;
	u64 frame;
	int err;

	raw_copy(&handoff, h, sizeof handoff);
	if (handoff.version < 2)
		handoff.mapped = 0; /* an older restorer had something else there */
	h = &handoff;
	raw_munmap((void *)h->restorer, h->restorer_end - h->restorer);
	ck_scratch_refresh();
	forget_the_past(h);
	use_tables(h, &own);
	ck_lazy_start(h);
	ck_bring_back_thread(&ck.tables.threads[0], true);
	ck_set_message_fd(h->message_fd);
	ck_bring_back_surroundings();
	ck_bring_back_process(h, &ck.tables.process);
	err = ck_bring_back_fds(&handoff);
	if (err)
		fail("the open files cannot be brought back: ", err);
	ck_bring_back_terminals();
	ck_bring_back_rights();
	ck_readwrite_again();
	ck_bring_back_signals();
	err = ck_bring_back_threads();
	if (err)
		fail("the threads cannot be brought back: ", err);
	ck_note_moved_threads();
	ck_self_again();
	ck_bring_back_pending(0);
	for (u32 i = 1; i < ck.tables.n_threads; i++)
		ck_debug_number(CK_D_CKPT, "thread ", ck.tables.threads[i].tid, " is back");
	if (ck_bring_back_timers())
		ck_warn_text(CK_UNSUP, "a timer could not be brought back");
	warn_of_differences();
	raw_close(h->image_fd);
	ck_set_message_fd(2);
	raw_close(h->message_fd);
	ck_debug(CK_D_ALWAYS, "About to restore signal state", "", "");
	ck_debug(CK_D_ALWAYS, "About to return to user code", "", "");
	frame = ck.tables.threads[0].frame;
	ck.cmd_fd = h->cmd_fd;
	ck_let_threads_go();
	ck_lazy_go();
	ck.tables = own;
	ck_mark_environment();
	ck_sigreturn(frame, &ck.busy);
}
