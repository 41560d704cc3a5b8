# SPDX-License-Identifier: Apache-2.0
# libroostckpt.so: loaded into the program by LD_PRELOAD.

CKPT_SRC := $(wildcard ckpt/*.c)
CKPT_OBJ := $(CKPT_SRC:%.c=$(OUT)/obj/pic/%.o) $(OUT)/obj/ckpt/capture_$(ARCH).o $(OUT)/obj/ckpt/restorer_$(ARCH).o \
	$(OUT)/obj/ckpt/packer.o
CKPT_CFLAGS := -fPIC -fvisibility=hidden -fno-stack-protector -U_FORTIFY_SOURCE -fno-tree-loop-distribute-patterns \
	-fcf-protection=none

$(OUT)/obj/pic/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(CKPT_CFLAGS) -MMD -MP -c $< -o $@

$(OUT)/obj/ckpt/restorer_$(ARCH).o: ckpt/restorer_$(ARCH).S $(OUT)/bin/roost-restart
	@mkdir -p $(@D)
	$(CC) -DRESTORER='"$(OUT)/bin/roost-restart"' -c $< -o $@

$(OUT)/obj/ckpt/packer.o: ckpt/packer.S $(OUT)/obj/pack/roost-pack
	@mkdir -p $(@D)
	$(CC) -DPACKER='"$(OUT)/obj/pack/roost-pack"' -c $< -o $@

$(OUT)/lib/libroostckpt.so: $(CKPT_OBJ)
	@mkdir -p $(@D)
	$(CC) -shared -Wl,-z,defs -Wl,-z,now -Wl,-z,noexecstack -Wl,-Bsymbolic-functions -o $@ $^ -ldl

ALL += $(OUT)/lib/libroostckpt.so

# Tests: one-fact programs, run through checkpoints by run.sh. Languages that are not installed are left out visibly.
CKPT_TEST := ../../test/c/ckpt
# Driven by behaviour.sh instead:
CKPT_AIDS := $(addprefix $(OUT)/test/ckpt/,talker filtered without_kcmp receiver holds connected reads_writes injector \
	large_memory_stops damage obstacle altered asks terminal much_memory like_sbcl)
CKPT_PROGRAMS := $(filter-out $(CKPT_AIDS),$(patsubst $(CKPT_TEST)/%.c,$(OUT)/test/ckpt/%,$(wildcard $(CKPT_TEST)/*.c))) \
	$(patsubst $(CKPT_TEST)/%.cc,$(OUT)/test/ckpt/%,$(wildcard $(CKPT_TEST)/*.cc))
CKPT_SKIPPED :=
ifneq ($(shell command -v gfortran),)
CKPT_PROGRAMS += $(OUT)/test/ckpt/fortran
else
CKPT_SKIPPED += fortran
endif
CKPT_PROGRAMS += $(if $(shell command -v python3),$(CKPT_TEST)/python.py)
CKPT_PROGRAMS += $(if $(shell command -v perl),$(CKPT_TEST)/perl.pl)
CKPT_PROGRAMS += $(if $(shell command -v java),$(CKPT_TEST)/java_program)
CKPT_SKIPPED += $(if $(shell command -v python3),,python) $(if $(shell command -v perl),,perl) \
	$(if $(shell command -v java),,java)

$(OUT)/test/ckpt/%: $(CKPT_TEST)/%.c $(CKPT_TEST)/step.h
	@mkdir -p $(@D)
	$(CC) -O1 -g -D_GNU_SOURCE -Wall -Wextra -Werror -pthread $(CKPT_LINK) -o $@ $< -lm -lrt
$(OUT)/test/ckpt/%: $(CKPT_TEST)/%.cc $(CKPT_TEST)/step.h
	@mkdir -p $(@D)
	$(CXX) -O1 -g -D_GNU_SOURCE -Wall -Wextra -Werror -pthread -std=c++17 -o $@ $<
$(OUT)/test/ckpt/fortran: $(CKPT_TEST)/fortran.f90 $(CKPT_TEST)/checkpoint_place.inc $(CKPT_TEST)/step.h
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -I$(CKPT_TEST) -x c -c $(CKPT_TEST)/checkpoint_place.inc -o $@.place.o
	gfortran -O1 -o $@ $< $@.place.o

$(OUT)/test/ckpt/like_sbcl: CKPT_LINK := -rdynamic

$(OUT)/test/ckpt/damage $(OUT)/test/ckpt/altered: $(OUT)/test/ckpt/%: $(CKPT_TEST)/%.c tools/image_read.c tools/image_links.c tools/image_read.h include/image_format.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itools -O2 -g -D_GNU_SOURCE -Wall -Wextra -Werror -o $@ $(filter %.c,$^)

.PHONY: check-ckpt
check-ckpt: all $(CKPT_PROGRAMS) $(CKPT_AIDS) $(OUT)/test/pack/dies.so
	$(foreach p,$(CKPT_SKIPPED),@echo "SKIPPED: $(p) is not installed")
	$(CKPT_TEST)/run.sh $(OUT) $(CKPT_PROGRAMS)
	timeout 170 $(CKPT_TEST)/behaviour.sh $(OUT)
	timeout 170 $(CKPT_TEST)/crash.sh $(OUT) 3
	ROOST_CKPT_COMPRESS=1 timeout 170 $(CKPT_TEST)/crash.sh $(OUT) 7

CHECKS += check-ckpt

$(OUT)/test/fuzz_reader: ../../test/c/image/fuzz_reader.c tools/image_read.c tools/image_links.c tools/image_read.h \
		tools/image_links.h include/image_format.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) -Itools $(filter-out -D_FORTIFY_SOURCE=2 -O2,$(CFLAGS)) $(SANITIZE) -o $@ $(filter %.c,$^)

.PHONY: check-image-fuzz
check-image-fuzz: all $(OUT)/test/ckpt/heap_sum $(OUT)/test/fuzz_reader
	@for how in "" -_condor_compress; do \
		CK_TEST=ckpt $(OUT)/bin/roost-checkpoint $(OUT)/test/ckpt/heap_sum $$how -_condor_nowarn \
			-_condor_ckpt $(abspath $(OUT))/test/fuzz.image >/dev/null || test $$? = 3 || exit 1; \
		$(OUT)/test/fuzz_reader $(OUT)/test/fuzz.image 1500 || exit 1; \
	done

CHECKS += check-image-fuzz
