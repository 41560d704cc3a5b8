// SPDX-License-Identifier: Apache-2.0
// The other files an incremental image needs.
#ifndef IMAGE_LINKS_H
#define IMAGE_LINKS_H

#include "image_read.h"

/* Those that are needed and those that are not any more (count 0). NULL and 0 when there are none. */
const struct ri_link *im_links(const struct im_image *image, uint32_t *count);
const struct ri_extent *im_borrowed(const struct im_image *image, uint32_t *count);
/* Every number and name in the two tables; 0, or a text that says what is wrong. */
const char *im_links_wrong(const struct im_image *image);
/* Opens the file of a link, beside `path`, the image's own, and makes sure that it is the right one. As im_open(), but the
 * reason of a failure is in image->why. */
int im_open_link(struct im_image *image, const char *path, const struct ri_link *link, struct im_image *other);
/* Every block of every file that is needed. */
int im_verify_links(struct im_image *image, const char *path);
/* Writes an image to `to` that needs no other file; `to` must not be there. 0, or a negative errno and image->why. */
int im_merge(struct im_image *image, const char *path, const char *to);

#endif
