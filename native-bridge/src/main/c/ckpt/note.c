// SPDX-License-Identifier: Apache-2.0
// Marks a program or library as one that has the checkpoint library in it, in a way that survives strip: an ELF note,
// name "Roost", type 1, whose content is the version of the image format. roost-checkpoint --check looks for it.
#include "image_format.h"

_Static_assert(RI_VERSION == 1, "the note below says 1");

__asm__(".pushsection .note.roost, \"a\", @note\n"
	".balign 4\n"
	".long 6, 4, 1\n"
	".asciz \"Roost\"\n"
	".balign 4\n"
	".long 1\n"
	".popsection\n");
