// SPDX-License-Identifier: Apache-2.0
// PAGEMAP_SCAN (Linux 6.7): which pages of a range of the program's memory are of which kind, many in one call; written
// ones can be protected again in the same walk. As struct pm_scan_arg and struct page_region of <linux/fs.h>, which
// older headers lack. A page is told of when it is of one kind of `anyof`, and of all of `mask` (those of `inverted`: not).
#ifndef CK_PAGEMAP_H
#define CK_PAGEMAP_H

#include "raw.h"

#define PAGEMAP_SCAN_NR 0xc0606610UL

/* Kinds. */
#define IS_WRITTEN 2u /* since it was protected */
#define IS_FILE 4u
#define IS_PRESENT 8u
#define IS_SWAPPED 16u
#define IS_ZERO_PAGE 32u

/* Flags. */
#define SCAN_WP_MATCHING 1u
#define SCAN_CHECK_WPASYNC 2u

/* Neighbouring pages of the same kinds, of those that were `wanted`. */
struct ck_run {
	u64 start, end, categories;
};
struct ck_scan {
	u64 size, flags, start, end, walk_end, vec, vec_len, max_pages, inverted, mask, anyof, wanted;
};
_Static_assert(sizeof(struct ck_run) == 24, "struct page_region");
_Static_assert(sizeof(struct ck_scan) == 96, "struct pm_scan_arg");

/* The number of runs that were filled in, or a negative errno. */
static inline long ck_scan(int pagemap_fd, struct ck_scan *s)
{
	s->size = sizeof *s;
	return RAW_SYS3(__NR_ioctl, pagemap_fd, PAGEMAP_SCAN_NR, s);
}

#endif
