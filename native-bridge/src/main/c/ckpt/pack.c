// SPDX-License-Identifier: Apache-2.0
// Compressed images: the pages of memory go in chunks through roost-pack, a process of its own, because the well-kept
// LZ4 library wants a C library that is in order, and the copy of a program that stopped in a signal handler has none.
// It also leaves the program's memory without a library more, works for static programs, and uses several processors.
// The packer travels inside this library, as the restorer does. Without it (no liblz4.so.1, no process left) the image
// is written as it is, and the user is told once. Context: forked child, or signal handler when written in place.
#include "ckpt.h"

#include "beside.h"
#include "pack.h"

#include <linux/futex.h>

extern const u8 ck_packer[], ck_packer_end[];

#define LOOK_MS 100
#define START_MS 10000

static struct {
	bool begun, on; /* on: chunks are compressed */
	s32 packer; /* its pid while it is alive */
	u32 next, taken; /* number of the chunk that is being filled; of the next to take out */
	struct {
		struct ri_region *region;
		u64 addr;
	} chunk[PK_SLOTS];
} pack;

struct start {
	int memory, program;
	char parent[24];
};

static struct pk_shared *shared(void)
{
	return (struct pk_shared *)(void *)ck.scratch.pack;
}

/* In a child that shares our memory until it has become the packer: nothing of the program's stays open in it. */
static void become_packer(void *arg)
{
	struct start *s = arg;
	char *argv[] = {"roost-pack", s->parent, ck.lz4[0] ? ck.lz4 : NULL, NULL}, *envp[] = {NULL};
	int program = s->program < 2 ? (int)raw_fcntl(s->program, 0 /* F_DUPFD */, 2) : s->program;

	RAW_SYS3(__NR_dup3, s->memory, 0, 0);
	raw_fcntl(0, 2 /* F_SETFD */, 0);
	RAW_SYS3(__NR_dup3, program, 1, 02000000);
	RAW_SYS3(__NR_close_range, 2, ~0u, 0);
	RAW_SYS5(__NR_execveat, 1, "", argv, envp, 0x1000 /* AT_EMPTY_PATH */);
	raw_exit(1);
}

static int memory_file(const char *name, u64 bytes)
{
	int fd = (int)RAW_SYS2(__NR_memfd_create, name, 1 /* CLOEXEC */);

	if (fd >= 0 && bytes && RAW_SYS2(__NR_ftruncate, fd, bytes)) {
		raw_close(fd);
		return -28;
	}
	return fd;
}

static int start_packer(void)
{
	struct start s = {memory_file("roost-pack", PK_BYTES), memory_file("roost-pack", 0), ""};
	long n = ck_packer_end - ck_packer, r = -28;
	struct raw_text t;

	rt_init(&t, s.parent, sizeof s.parent);
	rt_num(&t, raw_getpid());
	if (s.memory >= 0 && s.program >= 0 && raw_write(s.program, ck_packer, (u64)n) == n &&
	    !raw_failed(raw_mmap(ck.scratch.pack, PK_BYTES, 3, 0x11 /* SHARED FIXED */, s.memory, 0)))
		/* VM VFORK: back when it has its own memory */
		r = raw_clone_thread(0x4100, ck.scratch.writer_stack_top, NULL, become_packer, &s);
	raw_close(s.memory);
	raw_close(s.program);
	pack.packer = r > 0 ? (s32)r : 0;
	return r > 0 ? 0 : (int)r;
}

/* Whether it is still there; one that has ended is taken note of once. */
static bool packer_alive(void)
{
	if (pack.packer && RAW_SYS4(__NR_wait4, pack.packer, 0, 1 | 0x40000000 /* WNOHANG __WALL */, 0) != 0)
		pack.packer = 0;
	return pack.packer != 0;
}

/* Waits until *word is as wanted; false when the packer has ended before, or after most_ms (0: however long). */
static bool await(volatile u32 *word, u32 wanted, s64 most_ms)
{
	struct raw_time tick = {0, LOOK_MS * 1000000};
	u32 seen;

	for (s64 ms = 0; (seen = __atomic_load_n(word, __ATOMIC_ACQUIRE)) != wanted; ms += LOOK_MS) {
		if (!pack.packer)
			return false;
		if (raw_futex(word, FUTEX_WAIT, seen, &tick) == -110 && (!packer_alive() || (most_ms && ms >= most_ms)))
			return __atomic_load_n(word, __ATOMIC_ACQUIRE) == wanted;
	}
	return true;
}

static void end_packer(void)
{
	if (!pack.packer)
		return;
	RAW_SYS2(__NR_kill, pack.packer, 9);
	while (RAW_SYS4(__NR_wait4, pack.packer, 0, 0x40000000 /* __WALL */, 0) == -4)
		;
	pack.packer = 0;
}

/* Before the descriptors of the program are closed in its copy: a warning goes to the program's own. */
void ck_pack_begin(void)
{
	bool no_library;
	u32 told;

	raw_zero(&pack, sizeof pack);
	if (!condor_compress_ckpt || ck.scratch.control->pack == CK_PACK_NEVER)
		return;
	pack.begun = true;
	pack.on = start_packer() == 0 && await(&shared()->state, PK_READY, START_MS);
	if (pack.on)
		return;
	no_library = shared()->state == PK_NO_LIBRARY;
	ck_pack_end();
	told = __atomic_exchange_n(&ck.scratch.control->pack, no_library ? CK_PACK_NEVER : CK_PACK_FAILED,
				   __ATOMIC_SEQ_CST);
	if (!told)
		ck_warn_text(CK_UNSUP, no_library ? "the image is not compressed: liblz4.so.1 is not on this machine"
						  : "the image is not compressed: roost-pack cannot be started");
}

void ck_pack_end(void)
{
	if (!pack.begun)
		return;
	pack.on = pack.begun = false;
	end_packer();
	raw_mmap(ck.scratch.pack, PK_BYTES, 3, 0x4032 /* PRIVATE ANONYMOUS NORESERVE FIXED */, -1, 0);
}

bool ck_packing(void)
{
	return pack.on;
}

/* The oldest chunk goes into the image: as a block, or as it is when that is no larger, or when the packer is gone. */
static int take_out(void)
{
	u32 number = pack.taken++, slot = number % PK_SLOTS;
	struct pk_slot *s = &shared()->slots[slot];
	bool done = await(&s->done, number + 1, 0);
	u64 addr = pack.chunk[slot].addr;
	struct ri_extent e = {.addr = addr, .bytes = s->bytes};
	int err;

	if (done && s->stored) {
		e.off = ck_out_offset();
		e.stored = s->stored;
		e.codec = RI_CODEC_LZ4;
		err = ck_out_put(PK_OUTPUT(shared(), slot), s->stored);
	} else {
		err = ck_out_hole(RAW_ALIGN(ck_out_offset(), RI_PAGE) - ck_out_offset());
		e.off = ck_out_offset();
		err = err ? err : ck_out_put(PK_INPUT(shared(), slot), s->bytes);
	}
	return err ? err : ck_add_extent(pack.chunk[slot].region, &e);
}

/* The chunk that was filled is the packer's from here on. */
static void hand_in(void)
{
	struct pk_slot *s = &shared()->slots[pack.next % PK_SLOTS];

	if (!s->bytes)
		return;
	pack.next++;
	__atomic_store_n(&s->filled, pack.next, __ATOMIC_RELEASE);
	raw_futex(&s->filled, FUTEX_WAKE, 1 << 30, NULL);
}

/* Room for the page at addr of a region; ck_pack_commit() takes it. NULL and *err when the image cannot be written. */
void *ck_pack_room(struct ri_region *r, u64 addr, int *err)
{
	u32 slot = pack.next % PK_SLOTS;
	struct pk_slot *s = &shared()->slots[slot];

	*err = 0;
	if (s->bytes &&
	    (pack.chunk[slot].region != r || pack.chunk[slot].addr + s->bytes != addr || s->bytes == RI_CHUNK)) {
		hand_in();
		slot = pack.next % PK_SLOTS;
		s = &shared()->slots[slot];
		if (pack.next - pack.taken == PK_SLOTS)
			*err = take_out();
		if (*err)
			return NULL;
		s->bytes = 0;
	}
	if (!s->bytes) {
		pack.chunk[slot].region = r;
		pack.chunk[slot].addr = addr;
	}
	return PK_INPUT(shared(), slot) + s->bytes;
}

void ck_pack_commit(void)
{
	shared()->slots[pack.next % PK_SLOTS].bytes += RI_PAGE;
}

/* All chunks are in the image, which ends on a page. */
int ck_pack_flush(void)
{
	int err = 0;

	if (!pack.on)
		return 0;
	hand_in();
	while (!err && pack.taken != pack.next)
		err = take_out();
	return err ? err : ck_out_hole(RAW_ALIGN(ck_out_offset(), RI_PAGE) - ck_out_offset());
}
