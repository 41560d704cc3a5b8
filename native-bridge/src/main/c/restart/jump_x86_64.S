// SPDX-License-Identifier: Apache-2.0
// Entry of the restorer and its jumps between stacks. Context: no libc.
#include <asm/unistd.h>

	.text
	.globl	_start
	.hidden	rs_main
_start:
	xor	%ebp, %ebp
	mov	%rsp, %rdi
	and	$-16, %rsp
	call	rs_main
	hlt

// void rs_switch(top, fn)
	.globl	rs_switch
	.hidden	rs_switch
rs_switch:
	mov	%rdi, %rsp
	and	$-16, %rsp
	xor	%ebp, %ebp
	call	*%rsi
	hlt

// void rs_jump(entry, stack, handoff)
	.globl	rs_jump
	.hidden	rs_jump
rs_jump:
	mov	%rdi, %rax
	mov	%rsi, %rsp
	mov	%rdx, %rdi
	xor	%ebp, %ebp
	jmp	*%rax

// long rs_clone(flags, top, clear_tid, fn, arg)
	.globl	rs_clone
	.hidden	rs_clone
rs_clone:
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
	.section .note.GNU-stack, "", @progbits
