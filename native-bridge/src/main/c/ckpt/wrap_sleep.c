// SPDX-License-Identifier: Apache-2.0
// Calls that wait. A signal handler makes them end with EINTR whatever its flags, and ours is none of the program's
// business: they are begun again with the time that is left. Time during which the program was stopped, or did not exist
// because it was only an image, does not count as waited. Context: normal.
#include "ckpt.h"
#include "real.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>

#define NS 1000000000LL

/* Set by the handler in the interrupted thread: how often, and whether one of the program's own handlers ran as well. */
__thread struct ck_interruption ck_interruption __attribute__((tls_model("initial-exec")));

struct wait {
	u32 interruptions;
	u64 stops;
	s64 begin;
};

static s64 now(void)
{
	struct raw_time t;

	raw_clock(CLOCK_MONOTONIC, &t);
	return t.sec * NS + t.nsec;
}

static void begin(struct wait *w)
{
	w->interruptions = ck_interruption.count;
	w->stops = ck.stops;
	w->begin = now();
}

/* Whether the call that just failed was interrupted by us alone. */
static bool only_us(const struct wait *w)
{
	return errno == EINTR && ck_interruption.count != w->interruptions && !ck_interruption.others;
}

/* Nanoseconds waited since begin(), without the time of a stop. */
static s64 waited(const struct wait *w)
{
	s64 t = now();

	if (ck.stops == w->stops)
		return t - w->begin;
	return ck.stopped_at.sec * NS + ck.stopped_at.nsec - w->begin + t -
	       (ck.resumed_at.sec * NS + ck.resumed_at.nsec);
}

static s64 lessen(s64 left, const struct wait *w)
{
	left -= waited(w);
	return left > 0 ? left : 0;
}

static s64 to_ns(const struct timespec *t)
{
	return t->tv_sec > 9000000000LL ? 9000000000LL * NS : t->tv_sec * NS + t->tv_nsec;
}

static struct timespec to_timespec(s64 ns)
{
	return (struct timespec){ns / NS, ns % NS};
}

CK_EXPORT int CK_WRAP(clock_nanosleep)(clockid_t clock, int flags, const struct timespec *want, struct timespec *rem)
{
	struct timespec t = *want;
	bool absolute = flags & TIMER_ABSTIME;
	struct wait w;
	int r;

	for (;;) {
		begin(&w);
		r = CK_REAL(clock_nanosleep)(clock, flags, &t, rem);
		errno = r;
		if (r != EINTR || !only_us(&w))
			return r;
		if (!absolute)
			t = to_timespec(lessen(to_ns(&t), &w));
		else if (clock == CLOCK_MONOTONIC && ck.stops != w.stops)
			/* The other host's clock may show something else: keep the distance. */
			t = to_timespec(to_ns(&t) - (ck.stopped_at.sec * NS + ck.stopped_at.nsec) +
					(ck.resumed_at.sec * NS + ck.resumed_at.nsec));
	}
}

CK_EXPORT int CK_WRAP(nanosleep)(const struct timespec *want, struct timespec *rem)
{
	struct timespec t = *want;
	struct wait w;

	for (;;) {
		int r;

		begin(&w);
		r = CK_REAL(nanosleep)(&t, rem);
		if (r == 0 || !only_us(&w))
			return r;
		t = to_timespec(lessen(to_ns(&t), &w));
	}
}

CK_EXPORT unsigned CK_WRAP(sleep)(unsigned seconds)
{
	struct timespec t = {seconds, 0}, left = {0, 0};

	if (CK_WRAP(nanosleep)(&t, &left) == 0)
		return 0;
	return (unsigned)left.tv_sec + (left.tv_nsec >= NS / 2);
}

CK_EXPORT int CK_WRAP(usleep)(useconds_t us)
{
	struct timespec t = to_timespec((s64)us * 1000);

	return CK_WRAP(nanosleep)(&t, NULL);
}

CK_EXPORT int CK_WRAP(poll)(struct pollfd *fds, nfds_t n, int timeout)
{
	s64 left = (s64)timeout * 1000000;
	struct wait w;

	if (timeout == 0)
		return CK_REAL(poll)(fds, n, 0);
	for (;;) {
		int r;

		begin(&w);
		r = CK_REAL(poll)(fds, n, timeout < 0 ? -1 : (int)((left + 999999) / 1000000));
		if (r >= 0 || !only_us(&w))
			return r;
		if (timeout > 0)
			left = lessen(left, &w);
	}
}

CK_EXPORT int CK_WRAP(ppoll)(struct pollfd *fds, nfds_t n, const struct timespec *timeout, const sigset_t *mask)
{
	struct timespec t = timeout ? *timeout : (struct timespec){0, 0};
	sigset_t own;
	struct wait w;

	mask = ck_without_ours(mask, &own);
	for (;;) {
		int r;

		begin(&w);
		r = CK_REAL(ppoll)(fds, n, timeout ? &t : NULL, mask);
		if (r >= 0 || !only_us(&w))
			return r;
		if (timeout)
			t = to_timespec(lessen(to_ns(&t), &w));
	}
}

/* The kernel writes the sets only when the call succeeds, so they may be used again. */
CK_EXPORT int CK_WRAP(select)(int n, fd_set *in, fd_set *out, fd_set *ex, struct timeval *timeout)
{
	s64 left = timeout ? timeout->tv_sec * NS + timeout->tv_usec * 1000 : 0;
	struct wait w;

	for (;;) {
		int r;

		begin(&w);
		r = CK_REAL(select)(n, in, out, ex, timeout);
		if (r >= 0 || !only_us(&w))
			return r;
		if (timeout) {
			left = lessen(left, &w);
			timeout->tv_sec = left / NS;
			timeout->tv_usec = left % NS / 1000;
		}
	}
}

CK_EXPORT int CK_WRAP(pselect)(int n, fd_set *in, fd_set *out, fd_set *ex, const struct timespec *timeout,
			       const sigset_t *mask)
{
	struct timespec t = timeout ? *timeout : (struct timespec){0, 0};
	sigset_t own;
	struct wait w;

	mask = ck_without_ours(mask, &own);
	for (;;) {
		int r;

		begin(&w);
		r = CK_REAL(pselect)(n, in, out, ex, timeout ? &t : NULL, mask);
		if (r >= 0 || !only_us(&w))
			return r;
		if (timeout)
			t = to_timespec(lessen(to_ns(&t), &w));
	}
}

CK_EXPORT int CK_WRAP(epoll_pwait)(int fd, struct epoll_event *events, int max, int timeout, const sigset_t *mask)
{
	s64 left = (s64)timeout * 1000000;
	sigset_t own;
	struct wait w;

	mask = ck_without_ours(mask, &own);
	for (;;) {
		int r;

		begin(&w);
		r = CK_REAL(epoll_pwait)(fd, events, max, timeout < 0 ? -1 : (int)((left + 999999) / 1000000), mask);
		if (r >= 0 || !only_us(&w))
			return r;
		if (timeout > 0)
			left = lessen(left, &w);
	}
}

CK_EXPORT int CK_WRAP(epoll_wait)(int fd, struct epoll_event *events, int max, int timeout)
{
	return timeout == 0 ? CK_REAL(epoll_wait)(fd, events, max, 0)
			    : CK_WRAP(epoll_pwait)(fd, events, max, timeout, NULL);
}

CK_EXPORT int CK_WRAP(pause)(void)
{
	struct wait w;

	do {
		begin(&w);
		CK_REAL(pause)();
	} while (only_us(&w));
	return -1;
}

CK_EXPORT int CK_WRAP(sigsuspend)(const sigset_t *mask)
{
	sigset_t own;
	struct wait w;

	mask = ck_without_ours(mask, &own);
	do {
		begin(&w);
		CK_REAL(sigsuspend)(mask);
	} while (only_us(&w));
	return -1;
}

CK_EXPORT int CK_WRAP(sigtimedwait)(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
	struct timespec t = timeout ? *timeout : (struct timespec){0, 0};
	sigset_t own;
	struct wait w;

	set = ck_without_ours(set, &own);
	for (;;) {
		int r;

		begin(&w);
		r = CK_REAL(sigtimedwait)(set, info, timeout ? &t : NULL);
		if (r >= 0 || !only_us(&w))
			return r;
		if (timeout)
			t = to_timespec(lessen(to_ns(&t), &w));
	}
}

CK_EXPORT int CK_WRAP(sigwaitinfo)(const sigset_t *set, siginfo_t *info)
{
	return CK_WRAP(sigtimedwait)(set, info, NULL);
}

CK_EXPORT int CK_WRAP(sigwait)(const sigset_t *set, int *sig)
{
	int r;

	do
		r = CK_WRAP(sigtimedwait)(set, NULL, NULL);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return errno;
	*sig = r;
	return 0;
}
