// SPDX-License-Identifier: Apache-2.0
// Reading images with libc: for roost-image and the fuzz test. A reader trusts nothing: every number is checked against
// the file's size or a table's length before it is used.
#ifndef IMAGE_READ_H
#define IMAGE_READ_H

#include "image_format.h"

#include <stddef.h>

struct im_image {
	int fd;
	uint64_t bytes;
	struct ri_head head;
	struct ri_foot foot;
	unsigned char *tables;
	uint32_t *sums;
	char why[320]; /* what is wrong, after a failure */
};

/* Head, foot and tables. 0, or a negative errno and image->why. The image must be closed either way. */
int im_open(struct im_image *image, const char *path);
/* Every block of the data against its sum; what is compressed is decoded. */
int im_verify(struct im_image *image);
void im_close(struct im_image *image);
/* A table and its record count; NULL and 0 when it is not there. */
const void *im_table(const struct im_image *image, uint32_t type, uint32_t *count);
const char *im_text(const struct im_image *image, uint32_t ref);

#endif
