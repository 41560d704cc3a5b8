// SPDX-License-Identifier: Apache-2.0
// The restorer: turns the process it runs in into the program an image describes. Static, no libc, no relocations: it
// copies itself to an address the image does not use and works from there. In order:
//	main     what is asked, read the image's head, foot and tables          (where exec put us)
//	verify   may this image be used on this host?
//	same_pid go on in a process with the id that the program had, when that is asked for
//	links    the files an incremental image borrows from
//	place    move out of the way, unmap everything, map the regions         (in the copy)
//	vdso     the kernel's page of clock functions, where the program knows it
//	lazy     which memory may come later: mapped from the image, replaced by the program's library while it runs
//	fill     read the pages that must be there at once, checking every block
//	unpack   the same for an image that is compressed
// Then it jumps into the program's own copy of the checkpoint library (ckpt/resume.c), which does the rest.
#ifndef RESTART_H
#define RESTART_H

#include "image_format.h"
#include "raw.h"

#define RS_STACK_BYTES (128UL << 10)
#define RS_WORKERS 2
#define RS_WORKER_STACK (64UL << 10)
#define RS_SPARE (4UL * RI_BLOCK) /* of each worker: what is read only to be checked; so many blocks are summed at once */

/* A file memory is borrowed from, see links.c. */
struct rs_link {
	int fd;
	u64 data_end;
	u32 *sums;
	u64 sums_bytes;
	u32 first, count; /* of the borrowed extents */
	u32 name;	  /* string */
};

struct rs_state {
	int image_fd, message_fd, cmd_fd;
	char image[4096]; /* absolute */
	char cwd[4096];
	u32 flags;
	bool eager; /* ROOST_RESTART_EAGER is set */
	bool same_pid;
	struct ri_head head;
	struct ri_foot foot;
	u8 *tables; /* copy of the image's tables */
	u64 tables_bytes;
	u32 *sums;
	struct rs_link links[RI_MAX_LINKS];
	u32 n_links;
	struct ri_process process;
	/* the hole this program lives in while it works */
	u8 *hole, *hole_end, *stack_top, *worker_stacks, *spare;
	char text[32768];
};

extern struct rs_state rs __attribute__((visibility("hidden")));

#pragma GCC visibility push(hidden)

void rs_say(const char *a, const char *b, const char *c);
void rs_fail(const char *a, const char *b, const char *c) __attribute__((noreturn));
void *rs_table(u32 type, u32 *count);
const char *rs_text(u32 ref);
const char *rs_strerror(long err);

void rs_read_image(const char *name);
void rs_check_host(void);
void rs_place(void) __attribute__((noreturn));
void rs_vdso(void);
void rs_fill(void);
void rs_bad_block(u64 off) __attribute__((noreturn));
u32 rs_first_extent(const struct ri_extent *e, u32 n, u64 off);
void rs_read(void *to, u64 bytes, u64 off);
void rs_unmap_rest(void);

/* same_pid.c */
void rs_take_pid(s32 pid);

/* links.c */
void rs_open_links(void);
const struct ri_extent *rs_borrowed(u32 *count);
const struct ri_link *rs_links(u32 *count);

/* unpack.c */
#define RS_STEP (16UL * RI_BLOCK)
void rs_unpack(u64 from, u64 to, u8 *room);
#define RS_UNPACK_ROOM (RS_STEP + RI_CHUNK + RI_BLOCK)

/* lazy.c */
void rs_lazy_begin(void);
bool rs_is_lazy(u32 extent);
bool rs_lazy_checked_first(void);
struct ri_mapped *rs_mapped(void);

/* memory_limit.c */
u64 rs_memory_limit(void);

/* place.c */
u8 *rs_room(u64 bytes, int flags);

/* jump_<arch>.S */
void rs_switch(u8 *stack_top, void (*fn)(void)) __attribute__((noreturn));
void rs_jump(u64 entry, u64 stack, const struct ri_handoff *h) __attribute__((noreturn));

#pragma GCC visibility pop
#endif
