// SPDX-License-Identifier: Apache-2.0
// Calls that do to anonymous memory what they do not do to memory that is still mapped from the image (lazy.c): they wait
// until it is all in place. MADV_DONTNEED and the like need nothing, events tell of them. Also the calls that a process
// with another thread may not make, and the ends of a program. Context: normal.
#include "ckpt.h"
#include "real.h"

#include <sched.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

CK_EXPORT void *CK_WRAP(mremap)(void *at, size_t old, size_t new, int flags, ...)
{
	void *to = NULL;
	va_list more;

	va_start(more, flags);
	if (flags & MREMAP_FIXED)
		to = va_arg(more, void *);
	va_end(more);
	ck_lazy_await();
	return (void *)ck_answer(RAW_SYS5(__NR_mremap, at, old, new, flags, to));
}

CK_EXPORT int CK_WRAP(madvise)(void *at, size_t bytes, int advice)
{
	if (advice != MADV_DONTNEED && advice != MADV_FREE)
		ck_lazy_await();
	if (unlikely(advice == MADV_DONTFORK || advice == MADV_WIPEONFORK))
		ck.needs_stop = true; /* a forked copy lacks these pages: from now on images are written in place */
	return (int)ck_answer(RAW_SYS3(__NR_madvise, at, bytes, advice));
}

CK_EXPORT int CK_WRAP(mlock)(const void *at, size_t bytes)
{
	ck_lazy_await();
	return (int)ck_answer(RAW_SYS2(__NR_mlock, at, bytes));
}

CK_EXPORT int CK_WRAP(mlock2)(const void *at, size_t bytes, unsigned flags)
{
	ck_lazy_await();
	return (int)ck_answer(RAW_SYS3(__NR_mlock2, at, bytes, flags));
}

CK_EXPORT int CK_WRAP(mlockall)(int flags)
{
	ck_lazy_await();
	return (int)ck_answer(RAW_SYS1(__NR_mlockall, flags));
}

CK_EXPORT int CK_WRAP(pkey_mprotect)(void *at, size_t bytes, int prot, int key)
{
	ck_lazy_await();
	return (int)ck_answer(RAW_SYS4(__NR_pkey_mprotect, at, bytes, prot, key));
}

#define NAMESPACES                                                                                              \
	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | \
	 0x80 /* CLONE_NEWTIME */)

static int entered(long r, bool namespace)
{
	if (r == 0 && namespace && raw_getpid() == ck.pid)
		ck.elsewhere = true;
	return (int)ck_answer(r);
}

CK_EXPORT int CK_WRAP(unshare)(int flags)
{
	ck_lazy_await();
	return entered(RAW_SYS1(__NR_unshare, flags), flags & NAMESPACES);
}

CK_EXPORT int CK_WRAP(setns)(int fd, int type)
{
	ck_lazy_await();
	return entered(RAW_SYS2(__NR_setns, fd, type), true);
}

static void before_end(void)
{
	ck_lazy_await_check();
	if (ck.deferred && ck.active && raw_getpid() == ck.pid) {
		ck.deferred = 0; /* nothing waits for a checkpoint any more */
		ck_publish_wait();
	}
}

CK_EXPORT void CK_WRAP(_exit)(int status)
{
	before_end();
	raw_exit(status);
}

CK_EXPORT void CK_WRAP(_Exit)(int status)
{
	before_end();
	raw_exit(status);
}

__attribute__((destructor)) static void at_end(void)
{
	before_end();
}
