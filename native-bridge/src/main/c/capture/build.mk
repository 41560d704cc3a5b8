# SPDX-License-Identifier: Apache-2.0
# What the Java tests of roost.capture need: the compiler's view of the image format, and a program to be captured.

CAPTURE_TEST := ../../test/c/image

$(OUT)/test/image/%: $(CAPTURE_TEST)/%.c include/image_format.h
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -o $@ $<

ALL += $(OUT)/test/image/layout $(OUT)/test/image/counter
