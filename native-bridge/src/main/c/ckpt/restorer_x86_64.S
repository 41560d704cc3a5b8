// SPDX-License-Identifier: Apache-2.0
// The restorer program, carried inside the library.
	.section .rodata
	.globl	ck_restorer, ck_restorer_end
	.hidden	ck_restorer
	.hidden	ck_restorer_end
	.balign	16
ck_restorer:
	.incbin	RESTORER
ck_restorer_end:
	.byte	0
	.section .note.GNU-stack, "", @progbits
