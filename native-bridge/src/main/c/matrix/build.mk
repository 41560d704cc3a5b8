# SPDX-License-Identifier: Apache-2.0
# The whole matrix of checkpoint tests: every one-fact program, every way in, everything that can happen to it.
# `make check` runs a part of it; `make check-all` all.

MATRIX_C := $(patsubst $(CKPT_TEST)/%.c,%,$(wildcard $(CKPT_TEST)/*.c))
MATRIX_CC := $(patsubst $(CKPT_TEST)/%.cc,%,$(wildcard $(CKPT_TEST)/*.cc))
MATRIX_F90 := $(if $(shell command -v gfortran),$(patsubst $(CKPT_TEST)/%.f90,%,$(wildcard $(CKPT_TEST)/*.f90)))
MATRIX_FORTRAN := $(filter-out $(OUT)/test/ckpt/fortran,$(MATRIX_F90:%=$(OUT)/test/ckpt/%))
MATRIX_ALONE := $(filter-out $(notdir $(CKPT_AIDS)),$(MATRIX_C) $(MATRIX_CC) $(MATRIX_F90))
MATRIX_LINKED := $(MATRIX_ALONE:%=$(OUT)/test/shared/%) $(patsubst %,$(OUT)/test/static/%,$(filter-out late_library,$(MATRIX_ALONE)))
# One of each kind of thing, through everything.
MATRIX_SOME := stdio_position mmap_protected thread_waits signals_queued cplusplus_exception_kept fortran_arrays

$(MATRIX_FORTRAN): $(OUT)/test/ckpt/%: $(CKPT_TEST)/%.f90 $(CKPT_TEST)/checkpoint_place.inc $(CKPT_TEST)/step.h
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -I$(CKPT_TEST) -x c -c $(CKPT_TEST)/checkpoint_place.inc -o $@.place.o
	gfortran -O1 -o $@ $< $@.place.o

MATRIX_TOOLS := $(OUT)/bin/condor_compile $(OUT)/lib/libroostckpt.so $(OUT)/lib/libroostckpt.wrap
MATRIX_FLAGS = -O1 -D_GNU_SOURCE -pthread $(if $(findstring /static/,$@),-static)

$(OUT)/test/shared/%: $(CKPT_TEST)/%.c $(CKPT_TEST)/step.h $(MATRIX_TOOLS)
	@mkdir -p $(@D)
	$(OUT)/bin/condor_compile $(CC) $(MATRIX_FLAGS) -w -o $@ $< -lm
$(OUT)/test/static/%: $(CKPT_TEST)/%.c $(CKPT_TEST)/step.h $(MATRIX_TOOLS)
	@mkdir -p $(@D)
	$(OUT)/bin/condor_compile $(CC) $(MATRIX_FLAGS) -w -o $@ $< -lm
$(OUT)/test/shared/%: $(CKPT_TEST)/%.cc $(CKPT_TEST)/step.h $(MATRIX_TOOLS)
	@mkdir -p $(@D)
	$(OUT)/bin/condor_compile $(CXX) $(MATRIX_FLAGS) -std=c++17 -w -o $@ $<
$(OUT)/test/static/%: $(CKPT_TEST)/%.cc $(CKPT_TEST)/step.h $(MATRIX_TOOLS)
	@mkdir -p $(@D)
	$(OUT)/bin/condor_compile $(CXX) $(MATRIX_FLAGS) -std=c++17 -w -o $@ $<
$(OUT)/test/shared/%: $(CKPT_TEST)/%.f90 $(CKPT_TEST)/checkpoint_place.inc $(MATRIX_TOOLS)
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -I$(CKPT_TEST) -x c -c $(CKPT_TEST)/checkpoint_place.inc -o $@.place.o
	$(OUT)/bin/condor_compile gfortran -O1 -o $@ $< $@.place.o
$(OUT)/test/static/%: $(CKPT_TEST)/%.f90 $(CKPT_TEST)/checkpoint_place.inc $(MATRIX_TOOLS)
	@mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE -I$(CKPT_TEST) -x c -c $(CKPT_TEST)/checkpoint_place.inc -o $@.place.o
	$(OUT)/bin/condor_compile gfortran -static -O1 -o $@ $< $@.place.o

.PHONY: check-matrix check-all
check-matrix: all $(MATRIX_FORTRAN) $(MATRIX_SOME:%=$(OUT)/test/ckpt/%) $(MATRIX_SOME:%=$(OUT)/test/shared/%) \
		$(MATRIX_SOME:%=$(OUT)/test/static/%)
	$(CKPT_TEST)/matrix.sh $(OUT) -f "preload.continue preload.generations" $(MATRIX_FORTRAN)
	$(CKPT_TEST)/matrix.sh $(OUT) $(MATRIX_SOME:%=$(OUT)/test/ckpt/%)
check-all: check $(CKPT_PROGRAMS) $(MATRIX_LINKED)
	$(CKPT_TEST)/matrix.sh $(OUT) $(CKPT_PROGRAMS) $(MATRIX_FORTRAN)

CHECKS += check-matrix
