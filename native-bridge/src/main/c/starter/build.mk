# SPDX-License-Identifier: Apache-2.0
# roost-starter: linked statically where libc allows it, so that it starts fast and needs nothing of the machine.
ST_SRC := $(filter-out starter/test/%,$(wildcard starter/*.c))
ST_OBJ := $(ST_SRC:%.c=$(OUT)/obj/%.o)
ST_STATIC := $(shell echo 'int main(void){return 0;}' | $(CC) -static -x c - -o /dev/null 2>/dev/null && echo -static)

ALL += $(OUT)/bin/roost-starter

$(OUT)/bin/roost-starter: $(ST_OBJ)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(ST_STATIC) $(ST_OBJ) -o $@
