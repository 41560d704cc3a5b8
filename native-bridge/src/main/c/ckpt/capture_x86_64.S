// SPDX-License-Identifier: Apache-2.0
// The few steps of capture and resume that C cannot express. Context: signal handler, forked child, resumed program.
#include <asm/unistd.h>

#include "clone_x86_64.h"

	.text

// long ck_on_stack(top, fn, a, b): calls fn(a, b) on another stack.
	.globl	ck_on_stack
	.hidden	ck_on_stack
	.type	ck_on_stack, @function
ck_on_stack:
	push	%rbp
	mov	%rsp, %rbp
	mov	%rdi, %rsp
	and	$-16, %rsp
	mov	%rsi, %rax
	mov	%rdx, %rdi
	mov	%rcx, %rsi
	call	*%rax
	mov	%rbp, %rsp
	pop	%rbp
	ret
	.size	ck_on_stack, .-ck_on_stack

	CLONE_THREAD raw_clone_thread

// long ck_clone3(args, bytes, fn, arg): tid in the caller; the new thread runs fn(arg) on the stack given in args.
	.globl	ck_clone3
	.hidden	ck_clone3
	.type	ck_clone3, @function
ck_clone3:
	mov	%rcx, %r8
	mov	$__NR_clone3, %eax
	syscall
	test	%rax, %rax
	jz	1f
	ret
1:	xor	%ebp, %ebp
	mov	%r8, %rdi
	call	*%rdx
	xor	%edi, %edi
	mov	$__NR_exit, %eax
	syscall
	hlt
	.size	ck_clone3, .-ck_clone3

// long ck_fork_detached(flags, &pid): like fork, but the child is no child of ours (0 in it). A helper that shares our
// memory (CLONE_VM | CLONE_VFORK) forks and ends; it is the child's parent, so nobody has to wait for the child and no
// SIGCHLD is sent. The helper runs on our stack while we are stopped: everything it needs is in registers, and it
// leaves the return address alone. pid receives the grandchild's pid or a negative errno. Returns the helper's pid.
	.globl	ck_fork_detached
	.hidden	ck_fork_detached
	.type	ck_fork_detached, @function
ck_fork_detached:
	push	%rbx
	push	%r12
	mov	%rdi, %r12
	mov	%rsi, %rbx
	mov	$0x4100, %edi		// CLONE_VM | CLONE_VFORK, no exit signal
	xor	%esi, %esi
	xor	%edx, %edx
	xor	%r10d, %r10d
	xor	%r8d, %r8d
	mov	$__NR_clone, %eax
	syscall
	test	%rax, %rax
	jz	1f
	pop	%r12
	pop	%rbx
	ret
1:	mov	%r12, %rdi		// in the helper
	xor	%esi, %esi
	mov	$__NR_clone, %eax
	syscall
	test	%rax, %rax
	jz	2f
	mov	%eax, (%rbx)
	xor	%edi, %edi
	mov	$__NR_exit, %eax
	syscall
	hlt
2:	xor	%eax, %eax		// in the child, on its own copy of the stack
	pop	%r12
	pop	%rbx
	ret
	.size	ck_fork_detached, .-ck_fork_detached

// long ck_clone_detached(flags, &pid, top, fn, &clear_tid): the same, but the grandchild shares our memory, too: it runs fn
// on a stack of its own and does not come back. clear_tid becomes 0 when it has left the stack for good.
	.globl	ck_clone_detached
	.hidden	ck_clone_detached
	.type	ck_clone_detached, @function
ck_clone_detached:
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rdi, %r12
	mov	%rsi, %rbx
	mov	%rdx, %r13
	mov	%rcx, %r14
	mov	%r8, %r15
	mov	$0x4100, %edi		// CLONE_VM | CLONE_VFORK, no exit signal
	xor	%esi, %esi
	xor	%edx, %edx
	xor	%r10d, %r10d
	xor	%r8d, %r8d
	mov	$__NR_clone, %eax
	syscall
	test	%rax, %rax
	jz	1f
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	ret
1:	mov	%r12, %rdi		// in the helper
	or	$0x200100, %rdi		// CLONE_VM | CLONE_CHILD_CLEARTID
	mov	%r13, %rsi
	and	$-16, %rsi
	xor	%edx, %edx
	mov	%r15, %r10
	xor	%r8d, %r8d
	mov	$__NR_clone, %eax
	syscall
	test	%rax, %rax
	jz	2f
	mov	%eax, (%rbx)
	xor	%edi, %edi
	mov	$__NR_exit, %eax
	syscall
	hlt
2:	xor	%ebp, %ebp
	call	*%r14
	hlt
	.size	ck_clone_detached, .-ck_clone_detached

// void ck_sigreturn(ucontext, &word): ends a signal handler from anywhere. The word (or NULL) becomes 0 when the stack it
// was called on is not used any more.
	.globl	ck_sigreturn
	.hidden	ck_sigreturn
	.type	ck_sigreturn, @function
ck_sigreturn:
	mov	%rdi, %rsp
	test	%rsi, %rsi
	jz	1f
	movl	$0, (%rsi)
1:
	mov	$__NR_rt_sigreturn, %eax
	syscall
	hlt
	.size	ck_sigreturn, .-ck_sigreturn

// Where the restorer jumps: rdi = ri_handoff, rsp = the library's own stack.
	.globl	ck_resume_entry
	.hidden	ck_resume_entry
	.type	ck_resume_entry, @function
ck_resume_entry:
	xor	%ebp, %ebp
	and	$-16, %rsp
	call	ck_resume
	hlt
	.size	ck_resume_entry, .-ck_resume_entry

	.section .note.GNU-stack, "", @progbits
