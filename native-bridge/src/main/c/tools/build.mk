# SPDX-License-Identifier: Apache-2.0
# Command line tools of the checkpoint library.

$(OUT)/bin/roost-checkpoint: $(addprefix $(OUT)/obj/tools/,checkpoint.o wrapper.o check.o check_program.o check_process.o json.o)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^

ALL += $(OUT)/bin/roost-checkpoint

$(OUT)/bin/roost-image: $(addprefix $(OUT)/obj/tools/,image.o image_read.o image_links.o image_merge.o json.o)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -o $@ $^

ALL += $(OUT)/bin/roost-image
