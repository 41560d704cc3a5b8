# SPDX-License-Identifier: Apache-2.0
# roost-starter: linked statically where libc allows it: it starts fast and needs nothing else.
ST_SRC := $(wildcard starter/*.c)
ST_OBJ := $(ST_SRC:%.c=$(OUT)/obj/%.o)
ST_STATIC := $(shell echo "int main(void){return 0;}" | \
	$(CC) -static -x c - -o /dev/null 2>/dev/null && echo -static)

ALL += $(OUT)/bin/roost-starter
CHECKS += starter-check

$(OUT)/bin/roost-starter: $(ST_OBJ)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(ST_STATIC) $(ST_OBJ) -o $@

# Tests run the starter as it is shipped and again with the sanitizers, if gcc came with them.
ST_SANITIZE := $(shell echo "int main(void){return 0;}" | \
	$(CC) $(SANITIZE) -x c - -o /dev/null 2>/dev/null && echo $(SANITIZE))
ST_TEST := $(OUT)/test/starter
ST_ASAN_OBJ := $(ST_SRC:%.c=$(ST_TEST)/asan/%.o)
ST_CLIENT_OBJ := $(addprefix $(ST_TEST)/asan/starter/,test/client.o test/run.o wire.o proc.o)

.PHONY: starter-check
starter-check: $(OUT)/bin/roost-starter $(addprefix $(ST_TEST)/, \
		test_wire test_starter roost-starter roost-starter-table job)
	$(ST_TEST)/test_wire $(SEED)
	$(ST_TEST)/test_starter $(OUT)/bin/roost-starter $(ST_TEST)/job
	$(ST_TEST)/test_starter $(ST_TEST)/roost-starter $(ST_TEST)/job
	$(ST_TEST)/test_starter $(ST_TEST)/roost-starter-table $(ST_TEST)/job stop

$(ST_TEST)/asan/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(ST_SANITIZE) -MMD -MP -c $< -o $@

$(ST_TEST)/roost-starter: $(ST_ASAN_OBJ)
	$(CC) $(CFLAGS) $(ST_SANITIZE) $^ -o $@
# As on a kernel that does not list children.
$(ST_TEST)/family-table.o: starter/family.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $(ST_SANITIZE) -DLIST_CHILDREN=0 -MMD -MP -c $< -o $@
$(ST_TEST)/roost-starter-table: $(filter-out %/family.o,$(ST_ASAN_OBJ)) $(ST_TEST)/family-table.o
	$(CC) $(CFLAGS) $(ST_SANITIZE) $^ -o $@
$(ST_TEST)/test_wire: $(addprefix $(ST_TEST)/asan/starter/,test/test_wire.o wire.o spec.o)
	$(CC) $(CFLAGS) $(ST_SANITIZE) $^ -o $@
ST_TEST_OBJ := $(addprefix $(ST_TEST)/asan/starter/test/,test_starter.o test_locks.o)
$(ST_TEST)/test_starter: $(ST_TEST_OBJ) $(ST_CLIENT_OBJ)
	$(CC) $(CFLAGS) $(ST_SANITIZE) $^ -o $@
$(ST_TEST)/job: starter/test/job.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) $< -o $@
-include $(ST_ASAN_OBJ:.o=.d) $(ST_TEST)/family-table.d \
	$(addprefix $(ST_TEST)/asan/starter/test/,client.d run.d test_locks.d test_starter.d)
