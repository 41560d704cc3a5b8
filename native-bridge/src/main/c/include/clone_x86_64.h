// SPDX-License-Identifier: Apache-2.0
// For assembler files, one of the library and one of the restorer: a thread that no C library knows.
// CLONE_THREAD name: defines long name(flags, stack_top, clear_tid, fn, arg): the new thread's id in the caller; the
// thread runs fn(arg) and ends.
	.macro	CLONE_THREAD name
	.globl	\name
	.hidden	\name
	.type	\name, @function
\name:
	and	$-16, %rsi
	sub	$16, %rsi
	mov	%rcx, 0(%rsi)
	mov	%r8, 8(%rsi)
	mov	%rdx, %r10
	xor	%r8d, %r8d
	mov	$__NR_clone, %eax
	syscall
	test	%rax, %rax
	jz	1f
	ret
1:	xor	%ebp, %ebp
	pop	%rax
	pop	%rdi
	call	*%rax
	xor	%edi, %edi
	mov	$__NR_exit, %eax
	syscall
	hlt
	.size	\name, .-\name
	.endm
