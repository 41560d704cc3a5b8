// SPDX-License-Identifier: Apache-2.0
// Between the process that writes an image (ckpt/pack.c, no libc) and roost-pack, which compresses for it: one piece of
// memory both have mapped. Chunks are numbered; chunk n travels in slot n % PK_SLOTS. The writer puts it into the slot's
// input and sets filled to n + 1; the packer puts the block into its output, its length (0: it would not become smaller)
// into stored, and sets done to n + 1. The writer takes the chunks out in order. filled, done and state are futexes.
#ifndef PACK_H
#define PACK_H

#include "image_format.h"

#define PK_SLOTS 8

enum pk_state { PK_STARTING, PK_READY, PK_NO_LIBRARY };

struct pk_slot {
	volatile uint32_t filled, done, bytes, stored;
};

struct pk_shared {
	volatile uint32_t state;
	struct pk_slot slots[PK_SLOTS];
};

#define PK_INPUT(shared, slot) ((uint8_t *)(shared) + RI_PAGE + (uint64_t)(slot) * 2 * RI_CHUNK)
#define PK_OUTPUT(shared, slot) (PK_INPUT(shared, slot) + RI_CHUNK)
#define PK_BYTES (RI_PAGE + PK_SLOTS * 2UL * RI_CHUNK)

#endif
