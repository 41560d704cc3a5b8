// SPDX-License-Identifier: Apache-2.0
// The checkpoint image, version 1. Written by ckpt/ (in the program), read by restart/ (no libc), tools/image.c and
// roost.capture (Java). This file is the whole description of the format; all numbers are little-endian.
//
//	offset 0            ri_head, one page: what may be known before anything else is read
//	RI_PAGE             data: the pages of memory, and contents of files that have no name any more, back to back,
//	                    page aligned. Nothing is stored for memory that was never touched or is all zero.
//	foot.tables_off     tables, one after the other, page padded at the end
//	foot.sums_off       block sums: one u32 CRC32C for every RI_BLOCK bytes of [0, foot.tables_off); the last block
//	                    may be short. Padded with zeros to a whole page.
//	file size - RI_PAGE ri_foot, one page: where the tables are
//
// Everything is append-only, so an image can be written to a socket as it is made. A reader checks, in this order: head
// (magic, version, crc), foot (magic, id equal to the head's, file_bytes equal to the file's size, crc), tables crc,
// sums crc, and each block before (or while) its bytes are used. No byte of an image is outside one of these sums.
// A reader refuses a version or a required feature bit it does not know; unknown table types are skipped.
//
// An incremental image holds the memory that changed since the image parent_id, and names the rest: RI_T_BORROWED lists
// extents that lie in other files, each of which RI_T_LINKS identifies. The files are images themselves, kept under another
// name in the directory of the image (a hard link "NAME.base.<first half of the id>", made before NAME is replaced). Every
// incremental image names all files it needs and where in them the bytes are, so a reader never goes from one image to the
// next; a file of which nothing is needed any more is not named. Memory that is neither an extent nor borrowed is zero.
// Sums are CRC32C (Castagnoli, reflected, start and end inverted), as java.util.zip.CRC32C computes.
#ifndef IMAGE_FORMAT_H
#define IMAGE_FORMAT_H

#include <stdint.h>

#define RI_HEAD_MAGIC 0x474d4954534f4f52ULL /* "ROOSTIMG" */
#define RI_FOOT_MAGIC 0x444e4554534f4f52ULL /* "ROOSTEND" */
#define RI_VERSION 1
#define RI_PAGE 4096
#define RI_BLOCK 65536
#define RI_NONE 0xffffffffu /* no string, no file, no fd */

/* Feature bits a reader must know all of. */
#define RI_F_COMPRESSED 1u  /* some extents have a codec other than RI_CODEC_NONE */
#define RI_F_INCREMENTAL 2u /* some memory is in other files: RI_T_LINKS and RI_T_BORROWED are there */
#define RI_F_KNOWN (RI_F_COMPRESSED | RI_F_INCREMENTAL)

struct ri_head {
	uint64_t magic;
	uint32_t version, features;
	uint32_t page_bytes, block_bytes;
	uint32_t machine;    /* ELF e_machine: 62 = x86_64 */
	uint32_t generation; /* 1 for a first checkpoint; a restarted program's next image has one more */
	uint8_t id[16], parent_id[16];
	int64_t created_ns; /* CLOCK_REALTIME */
	int32_t pid;
	uint32_t pad;
	char host[64], kernel[64]; /* uname: nodename, release */
	char program[256];	   /* /proc/self/exe at the checkpoint */
	uint8_t zero[RI_PAGE - 464 - 4];
	uint32_t crc; /* of the page up to here */
};

enum ri_table_type {
	RI_T_PROCESS = 1, /* one ri_process */
	RI_T_REGIONS,	  /* ri_region, by address */
	RI_T_EXTENTS,	  /* ri_extent, by file offset; those of one region are neighbours, by address */
	RI_T_FILES,	  /* ri_file: files that are mapped */
	RI_T_FDS,	  /* ri_fd, by number */
	RI_T_ACTIONS,	  /* ri_action, 64: signal n is record n-1 */
	RI_T_PENDING,	  /* ri_pending */
	RI_T_TIMERS,	  /* ri_timer */
	RI_T_THREADS,	  /* ri_thread; record 0 is the main thread */
	RI_T_LOCKS,	  /* ri_lock */
	RI_T_WATCHES,	  /* ri_watch: what an epoll descriptor watches */
	RI_T_STRINGS,	  /* bytes: zero-ended texts; references are offsets into this table */
	RI_T_VDSO,	  /* bytes: the vdso the program was started with */
	RI_T_END
};

/* Only in images that need them; a reader that does not know RI_F_INCREMENTAL refuses those that cannot do without. */
#define RI_T_LINKS 32	 /* ri_link */
#define RI_T_BORROWED 33 /* ri_extent, those of one link together, by offset in its file and by address */
#define RI_MAX_LINKS 8	 /* files an image may borrow from */

struct ri_table {
	uint32_t type, record_bytes;
	uint64_t off, count; /* off: from the start of the file, 16 byte aligned */
};

struct ri_foot {
	uint64_t magic;
	uint32_t version, n_tables;
	uint8_t id[16];
	uint64_t file_bytes;
	uint64_t tables_off, tables_bytes; /* tables_off is also the end of the data */
	uint64_t sums_off, sums_bytes;	   /* bytes include the padding, as for tables */
	uint32_t tables_crc, sums_crc;
	uint64_t memory_bytes; /* of extents, uncompressed */
	struct ri_table tables[32];
	uint64_t pause_ns; /* how long the program stood still for this image; if it waited for it, until here. 0: unknown */
	uint8_t zero[RI_PAGE - 88 - 32 * 24 - 8 - 4];
	uint32_t crc; /* of the page up to here */
};

enum ri_region_kind {
	RI_ANON = 1,	/* private anonymous memory */
	RI_PRIVATE,	/* private mapping of a file; extents hold the pages that differ from it */
	RI_SHARED,	/* shared mapping of a file: opened again, its content is the file's */
	RI_SHARED_ANON, /* shared memory without a file of its own; regions with equal dev/ino in `file` are one object */
	RI_STACK,	/* the main stack: may grow downwards */
	RI_HEAP,	/* the brk heap */
	RI_SCRATCH,	/* the library's own working memory: comes back empty */
};

#define RI_R_HUGEPAGE 1u   /* MADV_HUGEPAGE */
#define RI_R_NOHUGEPAGE 2u /* MADV_NOHUGEPAGE */
#define RI_R_DONTFORK 4u
#define RI_R_WIPEONFORK 8u
#define RI_R_LOCKED 16u
#define RI_R_DONTDUMP 32u
#define RI_R_NORESERVE 64u
#define RI_R_BORROWS 256u /* part of it may be borrowed */
#define RI_R_CARRIED 128u /* was a file mapping whose file cannot be had again: all pages are extents */

struct ri_region {
	uint64_t start, end;
	uint32_t kind, prot, flags;
	uint32_t file;	   /* record of RI_T_FILES or RI_NONE */
	uint64_t file_off; /* of start */
	uint32_t first_extent, n_extents;
};

#define RI_CODEC_NONE 0
#define RI_CODEC_LZ4 1 /* one LZ4 block */
#define RI_CHUNK 262144 /* the most memory in an extent with a codec */

struct ri_extent {
	uint64_t addr, bytes; /* whole pages */
	uint64_t off;	      /* page aligned, unless there is a codec */
	uint32_t stored;      /* bytes in the file when there is a codec: fewer than `bytes` */
	uint32_t codec;
};

/* How many bytes of the file an extent takes. */
static inline uint64_t ri_stored(const struct ri_extent *e)
{
	return e->codec == RI_CODEC_NONE ? e->bytes : e->stored;
}

/* A file that memory is borrowed from. Its head has this id, its foot this size and this sum of its block sums. */
struct ri_link {
	uint8_t id[16];
	uint64_t file_bytes;
	uint32_t name; /* string: its name in the directory of the image */
	uint32_t sums_crc;
	uint32_t first, count; /* of RI_T_BORROWED; count 0: not needed, to be removed when the next image is complete */
};

#define RI_FILE_HASHED 1u /* crc is valid: CRC32C of bytes [hash_off, hash_off + hash_bytes) of the file */

struct ri_file {
	uint32_t path, flags;
	uint64_t dev, ino, size;
	int64_t mtime_ns;
	uint64_t hash_bytes;
	uint32_t crc, pad;
};

enum ri_fd_kind {
	RI_FD_FILE = 1,	 /* opened again by path */
	RI_FD_INHERITED, /* not a file, and there when the program started: the restarting process's own is used */
	RI_FD_CONTENT,	 /* unlinked file or memfd: content is in the image at data_off */
	RI_FD_EVENTFD,
	RI_FD_TIMERFD,
	RI_FD_SIGNALFD,
	RI_FD_EPOLL,
	RI_FD_PIPE, /* an end of a pipe both of whose ends are the program's; aux0 = pipe inode, content once */
	RI_FD_SOCKET, /* a conversation, so never in an image */
	RI_FD_INOTIFY,	  /* comes back without watches */
	RI_FD_DEVICE,	  /* character device opened by path */
	RI_FD_LEFT_SOCKET, /* an end of a UNIX socket pair whose other end is closed; nothing waits in it */
	RI_FD_SOCKET_PAIR, /* an end of a UNIX socket pair both of whose ends are the program's */
};

struct ri_fd {
	int32_t fd, same_as; /* same_as: lower descriptor sharing the open file description, or -1 */
	uint32_t kind, open_flags, fd_flags;
	uint32_t path;
	int64_t offset;
	uint64_t dev, ino, size;
	uint64_t aux[4];	      /* by kind: see files.c */
	uint64_t data_off, data_bytes; /* RI_FD_CONTENT, RI_FD_PIPE, RI_FD_SOCKET_PAIR */
	uint32_t mode, pad;
};

struct ri_action {
	uint64_t handler, flags, restorer, mask;
};

struct ri_pending {
	int32_t tid; /* 0: the process */
	uint32_t pad;
	uint8_t info[128]; /* siginfo_t */
};

enum ri_timer_kind { RI_ITIMER = 1, RI_POSIX_TIMER };

struct ri_timer {
	uint32_t kind;
	int32_t id, clock; /* itimer: id = ITIMER_* */
	int32_t notify, signo, tid;
	uint64_t value; /* sigval */
	int64_t left_sec, left_nsec, every_sec, every_nsec;
};

struct ri_thread {
	int32_t tid;
	uint32_t rseq_bytes, rseq_sig, pad;
	uint64_t fs, gs;
	uint64_t frame; /* address of the ucontext in the thread's signal frame */
	uint64_t tid_address, robust_head, robust_bytes, rseq;
	char name[16];
};

enum ri_lock_type { RI_LOCK_FLOCK = 1, RI_LOCK_POSIX, RI_LOCK_OFD };

struct ri_lock {
	int32_t fd;
	uint32_t type, write, pad;
	int64_t start, bytes; /* bytes 0: to the end */
};

struct ri_watch {
	int32_t epfd, fd;
	uint32_t events, pad;
	uint64_t data;
};

#define RI_AUXV_BYTES 512
#define RI_CAN_REPLACE 1u /* the library in the image knows what to do with ri_handoff.mapped */

struct ri_process {
	int32_t pid, ppid, pgid, sid;
	uint32_t uid, gid, umask, abilities; /* RI_CAN_* */
	uint32_t cwd, exe, command, image; /* strings; command: arguments separated by blanks; image: its own name */
	char name[16];
	/* as PR_SET_MM_MAP wants them */
	uint64_t start_code, end_code, start_data, end_data, start_brk, brk, start_stack;
	uint64_t arg_start, arg_end, env_start, env_end;
	uint64_t auxv_bytes;
	uint8_t auxv[RI_AUXV_BYTES];
	uint64_t vvar, vdso, vdso_end; /* first special page; the vdso itself */
	uint64_t scratch, scratch_end;
	uint64_t resume, resume_stack; /* where the restorer jumps to, in the program's own library */
	uint64_t tables_at, tables_room; /* where the restorer must leave the tables, within the scratch memory */
	uint64_t xcr0, xsave_bytes, cpu_features;
	uint64_t realtime_ns, monotonic_ns;
	char boot_id[40], cpu[64];
	uint64_t stack_limit;
};

_Static_assert(sizeof(struct ri_head) == RI_PAGE, "head is one page");
_Static_assert(sizeof(struct ri_foot) == RI_PAGE, "foot is one page");
_Static_assert(sizeof(struct ri_table) == 24, "layout");
_Static_assert(sizeof(struct ri_region) == 48, "layout");
_Static_assert(sizeof(struct ri_extent) == 32, "layout");
_Static_assert(sizeof(struct ri_link) == 40, "layout");
_Static_assert(sizeof(struct ri_file) == 56, "layout");
_Static_assert(sizeof(struct ri_fd) == 112, "layout");
_Static_assert(sizeof(struct ri_action) == 32, "layout");
_Static_assert(sizeof(struct ri_pending) == 136, "layout");
_Static_assert(sizeof(struct ri_timer) == 64, "layout");
_Static_assert(sizeof(struct ri_thread) == 88, "layout");
_Static_assert(sizeof(struct ri_lock) == 32, "layout");
_Static_assert(sizeof(struct ri_watch) == 24, "layout");
_Static_assert(sizeof(struct ri_process) == 896, "layout");

/*
 * What the restorer hands to ri_process.resume(): it lies in the restorer's own memory [restorer, restorer_end), which
 * the library unmaps when it has read it.
 */
#define RI_HANDOFF_VERSION 2
struct ri_handoff {
	uint32_t version, flags;
	uint64_t restorer, restorer_end;
	uint64_t tables; /* copy of the image's tables in the scratch memory */
	uint64_t tables_bytes, tables_off;
	struct ri_foot foot;
	struct ri_head head;
	char image[4096]; /* absolute name of the image */
	char cwd[4096];	  /* where the restart was asked for */
	int32_t image_fd, message_fd;
	int32_t cmd_fd;
	int32_t pad;
	uint64_t mapped; /* an ri_mapped, or 0 */
};

/*
 * Memory that is a private mapping of the image for now. The library replaces it by anonymous memory while the program
 * runs (ckpt/lazy.c says how): what it becomes is prepared aside, at a constant distance, and then moved into place.
 */
struct ri_span {
	uint64_t start, end; /* of the program's memory: still to be replaced */
	uint64_t aside;	     /* where the pages are prepared that will lie at start */
	uint64_t heap;	     /* 1: may grow behind its end */
};

/* Bytes of the image, within the spans. */
struct ri_piece {
	uint64_t start, end, off;
};

#define RI_MAPPED_ROOM 32768 /* spans and pieces: what the program unmaps meanwhile cuts them up */
#define RI_MAPPED_BUFFER (4UL * RI_BLOCK)
#define RI_MAPPED_ASIDE (256UL << 20) /* the most that is prepared before it is moved into place */

struct ri_mapped {
	uint64_t bytes; /* of this memory, from here on */
	int32_t uffd, image_fd;
	uint64_t ino; /* of the image */
	uint64_t data_end;
	uint32_t n_spans, n_pieces;
	uint32_t checked, pad; /* 1: every block was right */
	uint32_t *sums;
	uint8_t *buffer;
	struct ri_span spans[RI_MAPPED_ROOM];
	struct ri_piece pieces[RI_MAPPED_ROOM];
};

#define RI_H_RELOCATABLE 1u
#define RI_H_KEEP_NAME 2u /* came from a stream: further images go where the program's did */

#endif
