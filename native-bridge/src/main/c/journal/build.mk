# SPDX-License-Identifier: Apache-2.0
# What keeps a full disk from killing the node: see space.c.
ALL += $(OUT)/lib/libroost-journal.so

$(OUT)/lib/libroost-journal.so: journal/space.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -fPIC -shared -Wl,-z,defs $< -o $@
