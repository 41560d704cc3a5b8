# SPDX-License-Identifier: Apache-2.0
# libroostckpt.so: loaded into the program by LD_PRELOAD.

CKPT_SRC := $(wildcard ckpt/*.c)
CKPT_OBJ := $(CKPT_SRC:%.c=$(OUT)/obj/pic/%.o) $(OUT)/obj/ckpt/capture_$(ARCH).o $(OUT)/obj/ckpt/restorer_$(ARCH).o
CKPT_CFLAGS := -fPIC -fvisibility=hidden -fno-stack-protector -U_FORTIFY_SOURCE -fno-tree-loop-distribute-patterns \
	-fcf-protection=none

$(OUT)/obj/pic/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(CKPT_CFLAGS) -MMD -MP -c $< -o $@

$(OUT)/obj/ckpt/restorer_$(ARCH).o: ckpt/restorer_$(ARCH).S $(OUT)/bin/roost-restart
	@mkdir -p $(@D)
	$(CC) -DRESTORER='"$(OUT)/bin/roost-restart"' -c $< -o $@

$(OUT)/lib/libroostckpt.so: $(CKPT_OBJ)
	@mkdir -p $(@D)
	$(CC) -shared -Wl,-z,defs -Wl,-z,now -Wl,-z,noexecstack -o $@ $^ -ldl

ALL += $(OUT)/lib/libroostckpt.so

# Tests: one-fact programs, run through checkpoints by run.sh.
CKPT_TEST := ../../test/c/ckpt
CKPT_PROGRAMS := $(patsubst $(CKPT_TEST)/%.c,$(OUT)/test/ckpt/%,$(wildcard $(CKPT_TEST)/*.c))

$(OUT)/test/ckpt/%: $(CKPT_TEST)/%.c $(CKPT_TEST)/step.h
	@mkdir -p $(@D)
	$(CC) -O1 -g -D_GNU_SOURCE -Wall -Wextra -Werror -pthread -o $@ $< -lm

.PHONY: check-ckpt
check-ckpt: all $(CKPT_PROGRAMS)
	$(CKPT_TEST)/run.sh $(OUT) $(CKPT_PROGRAMS)

CHECKS += check-ckpt
