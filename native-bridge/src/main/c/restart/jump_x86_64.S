// SPDX-License-Identifier: Apache-2.0
// Entry of the restorer and its jumps between stacks. Context: no libc.
#include <asm/unistd.h>

#include "clone_x86_64.h"

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

	CLONE_THREAD raw_clone_thread

	.section .note.GNU-stack, "", @progbits
