// SPDX-License-Identifier: Apache-2.0
// SIGUSR2 and SIGTSTP: decides whether a checkpoint can be made now, must wait, or is not ours, and how the program
// ends after checkpoint-and-exit. A request that must wait is looked at again when something closes, when enable() is
// called, and by a kernel timer, because another process may be the one that lets go.
// Context: signal handler.
#include "ckpt.h"

#include <linux/futex.h>
#include <signal.h>

#include "arch_x86_64.h"

#define RETRY_MS 50

struct sig_event {
	u64 value;
	s32 signo, notify, tid;
	u32 pad[13];
};

static void arm_retry(void)
{
	struct sig_event ev = {.value = (u64)&ck.retry_timer, .signo = CK_SIGUSR2, .notify = 0};
	struct raw_time spec[2] = {{0, RETRY_MS * 1000000L}, {0, RETRY_MS * 1000000L}};
	s32 id;

	if (ck.retry_timer >= 0 || RAW_SYS3(__NR_timer_create, 1, &ev, &id))
		return;
	ck.retry_timer = id;
	RAW_SYS4(__NR_timer_settime, id, 0, spec, 0);
}

static void disarm_retry(void)
{
	if (ck.retry_timer >= 0)
		RAW_SYS1(__NR_timer_delete, ck.retry_timer);
	ck.retry_timer = -1;
}

void ck_kill_self(int sig)
{
	u64 dfl[4] = {0, 0, 0, 0}, mask = ~CK_BIT(sig);

	RAW_SYS4(__NR_rt_sigaction, sig, dfl, 0, 8);
	RAW_SYS4(__NR_rt_sigprocmask, SIG_SETMASK, &mask, 0, 8);
	RAW_SYS2(__NR_kill, raw_getpid(), sig);
	for (;;)
		raw_exit(128 + sig);
}

/* Sends sig to this very thread and is back when its handler has run. */
long ck_raise(int sig)
{
	return raw_tgkill(raw_getpid(), raw_gettid(), sig);
}

static bool waited; /* the request that is served now has waited since ck.deferred_since, and that was published */

/* Only the last request is kept. */
static void defer(int sig)
{
	if (!ck.deferred && !waited)
		raw_clock(0, &ck.deferred_since);
	ck.deferred = sig;
}

/* Something the program has cannot be saved. It may let go of it: the request waits, and the user is told why. */
static void wait_for_possible(int sig)
{
	static char told[sizeof ck.why];
	char text[sizeof ck.why + 40];
	bool news = !waited || !raw_streq(told, ck.why);
	struct raw_text t;

	if (!raw_streq(told, ck.why)) {
		raw_strcpy(told, ck.why, sizeof told);
		rt_init(&t, text, sizeof text);
		rt_str(&t, "no checkpoint is possible: ");
		rt_str(&t, ck.why);
		ck_warn_text(CK_UNSUP, text);
	}
	defer(sig);
	arm_retry();
	if (news)
		ck_publish_wait();
}

static void waits_no_longer(void)
{
	if (waited)
		ck_publish_wait();
	waited = false;
}

static void act(int sig, void *uc)
{
	char why[sizeof ck.why];
	int err, status = 0, go = 1;

	raw_clock(1, &ck.asked_at);
	ck.fds_fresh = false;
	waited = ck.deferred != 0;
	if (ck.disable_depth > 0) {
		raw_strcpy(ck.why, "the program has disabled checkpoints", sizeof ck.why);
		defer(sig);
		ck_publish_wait();
		return;
	}
	if (ck_writer_shares_memory()) {
		/* The tables are its own until it has ended: nothing may be looked at. */
		if (sig == CK_SIGUSR2 && !ck.synchronous) {
			raw_strcpy(ck.why, "the previous image is still being written", sizeof ck.why);
			defer(sig);
			arm_retry();
			ck_publish_wait();
			return;
		}
		ck_await_writer();
	}
	if (ck_communicating(why, sizeof why)) {
		bool news = !ck.deferred || !raw_streq(why, ck.why);

		raw_strcpy(ck.why, why, sizeof ck.why);
		defer(sig);
		arm_retry();
		if (news)
			ck_publish_wait();
		return;
	}
	disarm_retry();
	ck.deferred = 0; /* or a close in another thread would ask again; what was published stays until all is done */
	ck_debug(CK_D_ALWAYS, sig == CK_SIGTSTP ? "Got SIGTSTP" : "Got SIGUSR2", "", "");
	if (sig == CK_SIGTSTP && (ck.cmd_fd >= 0)) {
		go = ck_commands(ck.cmd_fd, uc, &status);
		if (go != 1)
			waits_no_longer();
		if (go == 0) { /* commands said what to do, and `exit` was not among them */
			ck_release_threads();
			return;
		}
		if (go == 2)
			raw_exit(status);
	}
	ck.why[0] = 0;
	err = ck_capture(sig, uc);
	if (err == -11 && ck.why[0]) {
		defer(sig);
		arm_retry();
		ck_publish_wait();
		return;
	}
	if (err == -95 && ck.why[0]) {
		wait_for_possible(sig);
		return;
	}
	waits_no_longer();
	if (sig != CK_SIGTSTP) {
		if (err)
			ck_debug_number(CK_D_ALWAYS, "Periodic checkpoint failed: errno ", -err, "");
		else
			ck_debug(CK_D_ALWAYS, "Periodic Ckpt complete, doing a virtual restart...", "", "");
		return;
	}
	if (err) {
		ck_say("HTCondor: Error: the checkpoint could not be written: ", ck_strerror(err), "\n", "");
		ck_kill_self(SIGKILL);
	}
	ck_debug(CK_D_ALWAYS, "Ckpt exit", "", "");
	ck_kill_self(CK_SIGUSR2);
}

struct job {
	int sig;
	void *uc;
};

static long on_own_stack(void *a, void *b)
{
	struct job *j = a;

	(void)b;
	act(j->sig, j->uc);
	return 0;
}

void ck_request(int sig, void *uc)
{
	struct job j = {sig, uc};
	u32 idle = 0;

	while (!__atomic_compare_exchange_n(&ck.busy, &idle, 1, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
		struct raw_time tick = {0, 1000000};

		ck_lazy_pause();
		/* Another thread is at it: park when asked to; a SIGUSR2 is then served, a SIGTSTP waits its turn. */
		if (ck.stopping) {
			ck_park(uc);
			if (sig == CK_SIGUSR2)
				return;
		} else {
			raw_futex(&ck.busy, FUTEX_WAIT, 1, &tick);
		}
		idle = 0;
	}
	ck_on_stack(ck.scratch.stack_top, on_own_stack, &j, NULL);
	__atomic_store_n(&ck.busy, 0, __ATOMIC_SEQ_CST);
	raw_futex(&ck.busy, FUTEX_WAKE, 1, NULL);
}

/*
 * Called in normal context when something was closed or enabled: a waiting request may be possible now. Not in a child,
 * where the signals do what the child has made of them: a shell's would stop for ever.
 */
void ck_retry(void)
{
	int sig = ck.deferred;

	if (!sig || !ck.active || ck.disable_depth > 0 || raw_getpid() != ck.pid)
		return;
	ck.synchronous = true;
	ck_raise(sig);
	ck.synchronous = false;
}

/*
 * Whether handlers of the program run in the same interruption as ours: one is pending and will run next, or its frame
 * is already below ours, and then the interrupted instruction is not behind a system call but the handler's first.
 */
static bool others_ran(const ucontext_t *uc)
{
	u64 pending = 0, mask = *(const u64 *)(const void *)&uc->uc_sigmask;

	RAW_SYS2(__NR_rt_sigpending, &pending, 8);
	if (pending & ~mask)
		return true;
	return !ck_behind_syscall(uc);
}

/* As when an image cannot be written: the program goes on, or ends so that nobody takes it for saved. */
static void refuse(int sig)
{
	if (sig != CK_SIGTSTP)
		return;
	ck_say("HTCondor: Error: the checkpoint could not be written: ", ck_strerror(-12), "\n", "");
	ck_kill_self(SIGKILL);
}

static void on_signal(int sig, siginfo_t *info, void *uc)
{
	if (raw_getpid() != ck.pid)
		return; /* a forked child: not the process that is to be saved */
	if (ck.unsaved)
		refuse(sig);
	if (!ck.active)
		return;
	ck_interruption.count++;
	ck_interruption.others = others_ran(uc);
	if (info->si_code == SI_QUEUE && info->si_value.sival_ptr == (void *)&ck) {
		ck_lazy_pause();
		if (ck.stopping && raw_gettid() != ck.leader)
			ck_park(uc);
		return;
	}
	if (info->si_code == SI_TIMER && info->si_value.sival_ptr == (void *)&ck.retry_timer) {
		if (!ck.deferred)
			return;
		sig = ck.deferred;
	}
	ck_request(sig, uc);
	ck_interruption.others |= others_ran(uc);
}

/* All signals wait while a checkpoint is made; alternate stacks are used where the program has one. */
void ck_install_handlers(void)
{
	static const int ours[] = {CK_SIGUSR2, CK_SIGTSTP};
	struct sigaction sa;
	u64 unblock = CK_BIT(CK_SIGUSR2) | CK_BIT(CK_SIGTSTP);

	sa.sa_sigaction = on_signal;
	sa.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
	sigfillset(&sa.sa_mask);
	for (int s = 1; s <= 64; s++)
		if (CK_SYNCHRONOUS & CK_BIT(s))
			sigdelset(&sa.sa_mask, s);
	for (u32 i = 0; i < RAW_COUNT(ours); i++)
		ck_real_sigaction(ours[i], &sa, NULL);
	RAW_SYS4(__NR_rt_sigprocmask, SIG_UNBLOCK, &unblock, 0, 8);
}
