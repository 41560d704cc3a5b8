// SPDX-License-Identifier: Apache-2.0
// roost-pack, carried inside the library.
	.section .rodata
	.globl	ck_packer, ck_packer_end
	.hidden	ck_packer
	.hidden	ck_packer_end
	.balign	16
ck_packer:
	.incbin	PACKER
ck_packer_end:
	.byte	0
	.section .note.GNU-stack, "", @progbits
