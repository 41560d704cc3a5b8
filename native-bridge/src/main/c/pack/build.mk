# SPDX-License-Identifier: Apache-2.0
# roost-pack: compresses for a process that writes an image; carried inside the checkpoint library. LZ4 comes from the
# machine it runs on (liblz4.so.1), so that neither a build nor a program that does not compress needs it.

$(OUT)/obj/pack/roost-pack: $(OUT)/obj/pack/main.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -pthread -s -o $@ $^ -ldl

$(OUT)/test/pack/blocks: ../../test/c/pack/blocks.c include/lz4_block.h include/raw.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(filter-out -D_FORTIFY_SOURCE=2 -O2,$(CFLAGS)) $(SANITIZE) -o $@ $< -ldl

$(OUT)/test/pack/dies.so: ../../test/c/pack/dies.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -shared -fPIC -o $@ $<

.PHONY: check-pack
check-pack: $(OUT)/test/pack/blocks
	$(OUT)/test/pack/blocks 2000

CHECKS += check-pack
