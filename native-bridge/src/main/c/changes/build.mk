# SPDX-License-Identifier: Apache-2.0
# Tests of incremental images: programs that change their memory in one way each, and the crash sweep over chains.

CHANGES_TEST := ../../test/c/changes
CHANGES_PROGRAMS := $(patsubst $(CHANGES_TEST)/%.c,$(OUT)/test/changes/%,$(wildcard $(CHANGES_TEST)/*.c))

$(OUT)/test/changes/%: $(CHANGES_TEST)/%.c $(CHANGES_TEST)/changes.h ../../test/c/ckpt/step.h
	@mkdir -p $(@D)
	$(CC) -O1 -g -D_GNU_SOURCE -Wall -Wextra -Werror -pthread -o $@ $<

ALL += $(OUT)/test/changes/heap

.PHONY: check-changes
check-changes: all $(CHANGES_PROGRAMS) $(OUT)/test/ckpt/heap_sum $(OUT)/test/ckpt/injector \
		$(OUT)/test/fuzz_reader
	$(CHANGES_TEST)/run.sh $(OUT) $(CHANGES_PROGRAMS)
	timeout 170 ../../test/c/ckpt/crash.sh $(OUT) 5 incremental

	@CK_TEST=ckpt $(OUT)/bin/roost-checkpoint $(OUT)/test/changes/heap -_condor_nowarn -_condor_incremental \
		-_condor_ckpt $(abspath $(OUT))/test/changes.image >/dev/null
	$(OUT)/test/fuzz_reader $(OUT)/test/changes.image 2000
	@rm -f $(OUT)/test/changes.image $(OUT)/test/changes.image.base.*

CHECKS += check-changes
