# SPDX-License-Identifier: Apache-2.0
# The restorer: one static program without libc and without relocations, because it runs from a copy of itself.

RESTART_SRC := $(wildcard restart/*.c) ckpt/memory.c
RESTART_OBJ := $(RESTART_SRC:%.c=$(OUT)/obj/nolibc/%.o) $(OUT)/obj/restart/jump_$(ARCH).o
NOLIBC_CFLAGS := -ffreestanding -fno-builtin -fPIE -fvisibility=hidden -fno-stack-protector -U_FORTIFY_SOURCE \
	-fno-tree-loop-distribute-patterns -fno-jump-tables -fno-asynchronous-unwind-tables -mgeneral-regs-only

$(OUT)/obj/nolibc/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Irestart $(CFLAGS) $(NOLIBC_CFLAGS) -MMD -MP -c $< -o $@

$(OUT)/bin/roost-restart: $(RESTART_OBJ)
	@mkdir -p $(@D)
	$(CC) -nostdlib -static-pie -Wl,-z,noexecstack -Wl,--build-id=none -Wl,-z,norelro -o $@.tmp $^
	@! readelf -r $@.tmp | grep -q R_ || { echo "roost-restart must have no relocations"; exit 1; }
	strip $@.tmp && mv $@.tmp $@

ALL += $(OUT)/bin/roost-restart
