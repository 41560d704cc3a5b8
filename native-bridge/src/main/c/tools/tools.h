// SPDX-License-Identifier: Apache-2.0
// What the command line tools share.
#ifndef TOOLS_H
#define TOOLS_H

#include <stdbool.h>
#include <stddef.h>

/* Path of a file relative to the directory above this program's: "lib/libroostckpt.so". 0 or negative errno. */
int tl_beside(const char *where, char *path, size_t room);
/* Puts the library into LD_PRELOAD. */
int tl_preload(void);

#endif
