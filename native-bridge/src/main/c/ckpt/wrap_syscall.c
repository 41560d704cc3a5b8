// SPDX-License-Identifier: Apache-2.0
// syscall(): system calls by number, which is how programs ask for what their C library has no function for, or had none
// when they were written (gettid is of 2019). What the library stands in front of by name it stands in front of here, too,
// as far as kernel and C library mean the same by it; everything else goes straight on. Calls that are made without the C
// library, by a Go program's runtime or in assembly, come past. Context: normal.
#include "ckpt.h"
#include "real.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* It has the six words that a call can have, whatever the caller gave: unistd.h's is variadic, and reads them as unseen. */
#ifdef CK_STATIC
#define NAME "__wrap_syscall"
#else
#define NAME "syscall"
#endif
CK_EXPORT long by_number(long nr, long a, long b, long c, long d, long e, long f) __asm__(NAME);

/* The names below are the library's own functions, in the program that condor_compile makes and here (-Bsymbolic-functions). */
long by_number(long nr, long a, long b, long c, long d, long e, long f)
{
	switch (nr) {
	case __NR_getpid:
		return getpid();
	case __NR_gettid:
		return gettid();
	case __NR_getppid:
		return getppid();
	case __NR_getpgid:
		return getpgid((pid_t)a);
	case __NR_getsid:
		return getsid((pid_t)a);
	case __NR_setpgid:
		return setpgid((pid_t)a, (pid_t)b);
	case __NR_setsid:
		return setsid();

	case __NR_openat:
		return openat((int)a, (const char *)b, (int)c, (mode_t)d);
	case __NR_close:
		return close((int)a);
	case __NR_socketpair:
		return socketpair((int)a, (int)b, (int)c, (int *)d);
	case __NR_readlinkat:
		return readlinkat((int)a, (const char *)b, (char *)c, (size_t)d);
	case __NR_execve:
		return execve((const char *)a, (char *const *)b, (char *const *)c);

	case __NR_nanosleep:
		return nanosleep((const struct timespec *)a, (struct timespec *)b);
	case __NR_clock_nanosleep:
		return ck_answer(-clock_nanosleep((clockid_t)a, (int)b, (const struct timespec *)c,
							   (struct timespec *)d));

	case __NR_mmap:
		return (long)mmap((void *)a, (size_t)b, (int)c, (int)d, (int)e, f);
	case __NR_mremap:
		return (long)mremap((void *)a, (size_t)b, (size_t)c, (int)d, (void *)e);
	case __NR_madvise:
		return madvise((void *)a, (size_t)b, (int)c);
	case __NR_mlock:
		return mlock((const void *)a, (size_t)b);
	case __NR_mlock2:
		return mlock2((const void *)a, (size_t)b, (unsigned)c);
	case __NR_mlockall:
		return mlockall((int)a);
	case __NR_pkey_mprotect:
		return pkey_mprotect((void *)a, (size_t)b, (int)c, (int)d);
	case __NR_unshare:
		return unshare((int)a);
	case __NR_setns:
		return setns((int)a, (int)b);
	case __NR_exit_group:
		_exit((int)a);

#ifdef __NR_open /* and others that younger kinds of machines do without */
	case __NR_open:
		return open((const char *)a, (int)b, (mode_t)c);
	case __NR_creat:
		return creat((const char *)a, (mode_t)b);
	case __NR_readlink:
		return readlink((const char *)a, (char *)b, (size_t)c);
	case __NR_poll:
		return poll((struct pollfd *)a, (nfds_t)b, (int)c);
	case __NR_select:
		return select((int)a, (fd_set *)b, (fd_set *)c, (fd_set *)d, (struct timeval *)e);
	case __NR_epoll_wait:
		return epoll_wait((int)a, (struct epoll_event *)b, (int)c, (int)d);
	case __NR_pause:
		return pause();
	case __NR_getpgrp:
		return getpgrp();
#endif
	}
	return ck_answer(RAW_SYS6(nr, a, b, c, d, e, f));
}
