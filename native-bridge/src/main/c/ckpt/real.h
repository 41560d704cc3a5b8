// SPDX-License-Identifier: Apache-2.0
// CK_REAL(f): the C library's f behind our wrapper of the same name. In the shared library it is found once with dlsym;
// in the static one the linker's --wrap gives it the name __real_f.
#ifndef CK_REAL_H
#define CK_REAL_H

#include <errno.h>
#include <signal.h>

#ifdef CK_STATIC
#define CK_REAL(f)                                 \
	({                                         \
		extern __typeof__(f) __real_##f;   \
		&__real_##f;                       \
	})
#define CK_WRAP(f) __wrap_##f
#else
#include <dlfcn.h>
#define CK_REAL(f)                                                    \
	({                                                            \
		static __typeof__(f) *real_;                          \
		if (__builtin_expect(!real_, 0))                      \
			real_ = (__typeof__(f) *)dlsym(RTLD_NEXT, #f); \
		real_;                                                \
	})
#define CK_WRAP(f) f
#endif
/* What the C library makes of a kernel's answer. */
static inline long ck_answer(long r)
{
	if ((unsigned long)r < -4095UL)
		return r;
	errno = (int)-r;
	return -1;
}

const sigset_t *ck_without_ours(const sigset_t *set, sigset_t *own);

#define CK_EXPORT __attribute__((visibility("default")))

#endif
