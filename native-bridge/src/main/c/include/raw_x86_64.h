// SPDX-License-Identifier: Apache-2.0
// The system call instruction of x86_64. Used where libc must not be touched: capture path, restorer.
#ifndef RAW_X86_64_H
#define RAW_X86_64_H

static inline long raw6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

/* rep movsb/stosb: as fast as vector code from a page upwards, and touches no vector register. */
static inline void raw_copy(void *to, const void *from, unsigned long bytes)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) :: "memory");
}

static inline void raw_zero(void *to, unsigned long bytes)
{
	__asm__ volatile("rep stosb" : "+D"(to), "+c"(bytes) : "a"(0) : "memory");
}

#endif
