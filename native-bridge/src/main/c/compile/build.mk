# SPDX-License-Identifier: Apache-2.0
# condor_compile and what it links into static programs: the library as one object, so that asking for one symbol
# brings all of it, with its start-up hook; everything it does not offer is made local. The calls it stands in front of
# are named to the linker (--wrap), because a static program has no dynamic linker to put it there.

STATIC_SRC := $(wildcard ckpt/*.c)
STATIC_OBJ := $(STATIC_SRC:%.c=$(OUT)/obj/static/%.o) $(OUT)/obj/ckpt/capture_$(ARCH).o \
	$(OUT)/obj/ckpt/restorer_$(ARCH).o $(OUT)/obj/ckpt/packer.o

$(OUT)/obj/static/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(CKPT_CFLAGS) -DCK_STATIC -Wno-missing-prototypes -MMD -MP -c $< -o $@

$(OUT)/lib/libroostckpt.a: $(STATIC_OBJ)
	@mkdir -p $(@D)
	ld -r -o $(OUT)/obj/static/roostckpt.o $^
	objcopy --localize-hidden $(OUT)/obj/static/roostckpt.o
	rm -f $@
	ar rcD $@ $(OUT)/obj/static/roostckpt.o

$(OUT)/lib/libroostckpt.wrap: $(OUT)/lib/libroostckpt.a
	nm --defined-only $< | sed -n 's/.* T __wrap_/--wrap=/p' >$@

$(OUT)/bin/condor_compile: compile/condor_compile
	@mkdir -p $(@D)
	cp $< $@

ALL += $(OUT)/lib/libroostckpt.a $(OUT)/lib/libroostckpt.wrap $(OUT)/bin/condor_compile

.PHONY: check-tools
check-tools: all
	../../test/c/tools/run.sh $(OUT)

CHECKS += check-tools
