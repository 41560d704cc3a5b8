// SPDX-License-Identifier: Apache-2.0
// SIGUSR2, SIGTSTP and SIGCONT belong to the library: a program can neither catch nor block them. Context: normal.
// Source: HTCondor condor_ckpt/signals_support.c: sigaction and signal answer EINVAL, masks lose the signals silently.
#include "ckpt.h"
#include "real.h"

#include <errno.h>
#include <pthread.h>

static bool reserved(int sig)
{
	return ck.active && sig >= 1 && sig <= 64 && (CK_RESERVED & CK_BIT(sig)) && raw_getpid() == ck.pid;
}

/* The set without the library's signals, in *own. */
const sigset_t *ck_without_ours(const sigset_t *set, sigset_t *own)
{
	if (!set || !ck.active)
		return set;
	*own = *set;
	sigdelset(own, CK_SIGUSR2);
	sigdelset(own, CK_SIGTSTP);
	sigdelset(own, CK_SIGCONT);
	return own;
}

CK_EXPORT int CK_WRAP(sigaction)(int sig, const struct sigaction *act, struct sigaction *old)
{
	if (act && reserved(sig)) {
		if (ck_runtime_believes())
			return CK_REAL(sigaction)(sig, NULL, old);
		errno = EINVAL;
		return -1;
	}
	return CK_REAL(sigaction)(sig, act, old);
}

CK_EXPORT sighandler_t CK_WRAP(signal)(int sig, sighandler_t handler)
{
	if (reserved(sig)) {
		errno = EINVAL;
		return SIG_ERR;
	}
	return CK_REAL(signal)(sig, handler);
}

/* Under its other names, and what else catches, ignores or blocks one signal: old, but not gone. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#define CATCHES(name)                                                          \
	sighandler_t name(int sig, sighandler_t handler);                      \
	CK_EXPORT sighandler_t CK_WRAP(name)(int sig, sighandler_t handler)    \
	{                                                                      \
		if (reserved(sig)) {                                           \
			errno = EINVAL;                                        \
			return SIG_ERR;                                        \
		}                                                              \
		return CK_REAL(name)(sig, handler);                            \
	}
CATCHES(__sysv_signal) /* signal of a program that wants the X/Open standard only */
CATCHES(sysv_signal)
CATCHES(ssignal)
CATCHES(bsd_signal)
CATCHES(sigset)

#define HOLDS(name)                                                            \
	int name(int sig);                                                     \
	CK_EXPORT int CK_WRAP(name)(int sig)                                   \
	{                                                                      \
		if (reserved(sig)) {                                           \
			errno = EINVAL;                                        \
			return -1;                                             \
		}                                                              \
		return CK_REAL(name)(sig);                                     \
	}
HOLDS(sighold)
HOLDS(sigignore)
#pragma GCC diagnostic pop

CK_EXPORT int CK_WRAP(sigprocmask)(int how, const sigset_t *set, sigset_t *old)
{
	sigset_t own;

	return CK_REAL(sigprocmask)(how, how == SIG_UNBLOCK ? set : ck_without_ours(set, &own), old);
}

CK_EXPORT int CK_WRAP(pthread_sigmask)(int how, const sigset_t *set, sigset_t *old)
{
	sigset_t own;

	return CK_REAL(pthread_sigmask)(how, how == SIG_UNBLOCK ? set : ck_without_ours(set, &own), old);
}
