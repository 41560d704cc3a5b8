// SPDX-License-Identifier: Apache-2.0
// Lazy restart: the program runs at once, its large regions are private mappings of the image for the moment, and the
// kernel itself brings in what is touched, for system calls too. Needs no privilege. Such a mapping is no anonymous
// memory: MADV_DONTNEED would show the image again, MADV_FREE fails, a grown one shows what lies behind it in the image.
// So userfaultfd is told of the regions as a source of events: nothing is write-protected and no page fault comes to us,
// but the kernel holds each call that discards, unmaps or moves such memory until its event is read. The program's own
// library (ckpt/lazy.c) answers the events and meanwhile replaces the mappings by anonymous memory, after which nothing is
// left of all this.
//
// Registering file mappings needs UFFD_FEATURE_WP_ASYNC (6.7), looking at one's mappings PROCMAP_QUERY (6.11); whether the
// kernel waits before it discards is tried out, not concluded from its version. Where something is missing, and for small
// programs, all memory is read before the program runs: of 4 KiB pages up to LEAST_TOTAL, of huge ones up to CHECK_FIRST,
// because a page that is registered with userfaultfd costs a fault of its own (the kernel maps no neighbours with it),
// which for small heaps is more than reading them into huge pages.
//
// Rejected: missing pages served by a helper process with userfaultfd. It needs root or vm.unprivileged_userfaultfd, and
// the program hangs when the helper is killed. Images up to CHECK_FIRST are checked as a whole before the program runs,
// larger ones by the library while it does. Context: no libc, in the hole.
#include "restart.h"

#include "beside.h"
#include "own_fds.h"

#include <linux/ioctl.h>
#include <linux/userfaultfd.h>
#include <poll.h>

#define LEAST_TOTAL (64UL << 20)
#define CHECK_FIRST (128UL << 20) /* takes half of the 30 ms in which a program is to be back */
#define LEAST_REGION (2UL << 20)
#define MOST_PIECES 256 /* of one region: each is a mapping of its own */
#define MAX_LAZY 512
#define HUGE (2UL << 20)
#define WP_ASYNC (1UL << 15) /* UFFD_FEATURE_WP_ASYNC, newer than some headers */
#define USER_MODE_ONLY 1
#define PROCMAP_QUERY_NR 0xc0686611UL
#define NORESERVE 0x4000
#define BESIDE (32UL << 20) /* page tables, and what else the program's group has */

static struct region {
	u32 first, last; /* extents */
	u64 start, end, bytes; /* bytes: in the image */
	u32 flags;	       /* RI_R_* */
	bool heap;
} lazy[MAX_LAZY];
static u32 n_lazy;
static bool checked_first;
static struct ri_mapped *mapped;

/* What the library is to replace, or NULL. */
struct ri_mapped *rs_mapped(void)
{
	return mapped;
}

/* Whether rs_fill() is to check the blocks of memory that comes later, too. */
bool rs_lazy_checked_first(void)
{
	return checked_first;
}

bool rs_is_lazy(u32 extent)
{
	for (u32 i = 0; i < n_lazy; i++)
		if (extent >= lazy[i].first && extent < lazy[i].last)
			return true;
	return false;
}

static bool eligible(const struct ri_region *r, u64 bytes)
{
	return (r->kind == RI_ANON || r->kind == RI_HEAP) && r->prot == 3 && bytes >= LEAST_REGION &&
	       r->n_extents <= MOST_PIECES &&
	       !(r->flags & (RI_R_LOCKED | RI_R_DONTFORK | RI_R_WIPEONFORK | RI_R_CARRIED));
}

/* The regions that may come later; returns how many bytes of the image they have. */
static u64 choose(void)
{
	u32 n;
	const struct ri_region *r = rs_table(RI_T_REGIONS, &n);
	const struct ri_extent *e = rs_table(RI_T_EXTENTS, 0);
	u64 total = 0;

	for (u32 i = 0; i < n && n_lazy < MAX_LAZY; i++) {
		u64 bytes = 0;

		for (u32 k = 0; k < r[i].n_extents; k++)
			bytes += e[r[i].first_extent + k].bytes;
		if (!eligible(&r[i], bytes))
			continue;
		total += bytes;
		lazy[n_lazy].first = r[i].first_extent;
		lazy[n_lazy].last = r[i].first_extent + r[i].n_extents;
		lazy[n_lazy].start = r[i].start;
		lazy[n_lazy].end = r[i].end;
		lazy[n_lazy].bytes = bytes;
		lazy[n_lazy].heap = r[i].kind == RI_HEAP;
		lazy[n_lazy++].flags = r[i].flags;
	}
	return total;
}

/* Does not block when read, and out of the range of numbers the program gets. */
static int open_events(void)
{
	struct uffdio_api api = {.api = UFFD_API,
				 .features = UFFD_FEATURE_EVENT_REMAP | UFFD_FEATURE_EVENT_REMOVE |
					     UFFD_FEATURE_EVENT_UNMAP | WP_ASYNC};
	long fd = RAW_SYS1(__NR_userfaultfd, 02000000 | 04000 | USER_MODE_ONLY), high;

	if (fd < 0)
		return (int)fd;
	high = raw_dup_high((int)fd, RAW_DUPFD_CLOEXEC, OWN_FD);
	raw_close((int)fd);
	if (high >= 0 && RAW_SYS3(__NR_ioctl, high, UFFDIO_API, &api)) {
		raw_close((int)high);
		return -22;
	}
	return (int)high;
}

static bool watch(int uffd, u64 start, u64 end)
{
	struct uffdio_register r = {.range = {start, end - start}, .mode = UFFDIO_REGISTER_MODE_WP};

	return RAW_SYS3(__NR_ioctl, uffd, UFFDIO_REGISTER, &r) == 0;
}

/* Our own changes must not wait for us. */
static void unwatch(int uffd, u64 start, u64 end)
{
	struct uffdio_range r = {start, end - start};

	RAW_SYS3(__NR_ioctl, uffd, UFFDIO_UNREGISTER, &r);
}

static void discard(void *page)
{
	RAW_SYS3(__NR_madvise, page, RAW_PAGE, 4 /* MADV_DONTNEED */);
}

/* Does the kernel send the event before it discards, and look at the mapping only then? */
static bool waits_first(int uffd)
{
	u8 *page = raw_mmap(NULL, RAW_PAGE, 3, 2, rs.image_fd, 0), *top = rs.worker_stacks + RS_WORKER_STACK;
	static volatile u32 thread;
	struct raw_time second = {1, 0}, tick = {0, 1000000};
	struct pollfd p = {uffd, POLLIN, 0};
	struct uffd_msg m = {0};
	bool good = false;

	if (raw_failed(page))
		return false;
	good = watch(uffd, (u64)page, (u64)page + RAW_PAGE) && beside_begin(&thread, top, discard, page) &&
	       RAW_SYS5(__NR_ppoll, &p, 1, &second, 0, 8) == 1;
	unwatch(uffd, (u64)page, (u64)page + RAW_PAGE);
	good = good && raw_mmap(page, RAW_PAGE, 3, 0x32 /* PRIVATE ANONYMOUS FIXED */, -1, 0) == page;
	if (good)
		*page = 1;
	for (u32 tid; (tid = thread) != 0;) {
		raw_read(uffd, &m, sizeof m); /* which lets it go on */
		raw_futex(&thread, FUTEX_WAIT, tid, &tick);
	}
	good = good && m.event == UFFD_EVENT_REMOVE && *page == 0;
	raw_munmap(page, RAW_PAGE);
	return good;
}

/* Address space and memory are needed twice for a moment: not where the program is to be kept from using much. */
static bool limited(void)
{
	static const int limits[] = {2 /* RLIMIT_DATA */, 9 /* RLIMIT_AS */};
	u64 now[2];

	for (u32 i = 0; i < RAW_COUNT(limits); i++)
		if (RAW_SYS4(__NR_prlimit64, 0, limits[i], 0, now) || now[0] != ~0UL)
			return true;
	return false;
}

/* A page that comes over a network, or from another process, may not come at all: then better before the program runs. */
static bool on_local_disk(void)
{
	static const u32 others[] = {0x6969 /* NFS */, 0x517b, 0xff534d42, 0xfe534d42 /* SMB */, 0x65735546 /* FUSE */,
				     0x01021997 /* 9P */, 0x00c36400 /* CEPH */, 0x0bd00bd0 /* Lustre */, 0x5346414f /* AFS */};
	struct {
		u64 type, rest[31];
	} fs;

	if (RAW_SYS2(__NR_fstatfs, rs.image_fd, &fs))
		return false;
	for (u32 i = 0; i < RAW_COUNT(others); i++)
		if ((u32)fs.type == others[i])
			return false;
	return true;
}

static bool maps_can_be_asked(void)
{
	u64 query[13] = {sizeof query, 0, (u64)rs.hole};
	int fd = raw_open("/proc/self/maps", 02000000, 0);
	bool yes = fd >= 0 && RAW_SYS3(__NR_ioctl, fd, PROCMAP_QUERY_NR, query) == 0;

	if (fd >= 0)
		raw_close(fd);
	return yes;
}

static bool room_for_list(void)
{
	u64 bytes = RAW_ALIGN(sizeof *mapped + rs.foot.sums_bytes + RI_MAPPED_BUFFER, RAW_PAGE);

	mapped = (struct ri_mapped *)(void *)rs_room(bytes, NORESERVE);
	if (!mapped)
		return false;
	mapped->bytes = bytes;
	mapped->image_fd = rs.image_fd;
	mapped->data_end = rs.foot.tables_off;
	mapped->buffer = (u8 *)(mapped + 1);
	mapped->sums = (u32 *)(void *)(mapped->buffer + RI_MAPPED_BUFFER);
	raw_copy(mapped->sums, rs.sums, rs.foot.sums_bytes);
	return true;
}

static void advise(u64 at, u64 bytes, u32 flags)
{
	if (flags & RI_R_HUGEPAGE)
		RAW_SYS3(__NR_madvise, at, bytes, 14);
	if (flags & RI_R_NOHUGEPAGE)
		RAW_SYS3(__NR_madvise, at, bytes, 15);
	if (flags & RI_R_DONTDUMP)
		RAW_SYS3(__NR_madvise, at, bytes, 16);
}

/* Where the pages of a region are prepared: so that a huge page stays one when it is moved. */
static bool room_aside(const struct region *l)
{
	struct ri_span *s = &mapped->spans[mapped->n_spans];
	u64 bytes = l->end - l->start, at = (u64)rs_room(bytes + HUGE, l->flags & RI_R_NORESERVE ? NORESERVE : 0), to;

	if (!at)
		return false;
	to = at + (l->start - at) % HUGE;
	raw_munmap((void *)at, to - at);
	raw_munmap((void *)(to + bytes), at + HUGE - to);
	advise(to, bytes, l->flags);
	/* Once touched, the parts remember that they belong together, and merge to one mapping at their place. */
	*(volatile u8 *)to = 0;
	*s = (struct ri_span){l->start, l->end, to, l->heap};
	mapped->n_spans++;
	return true;
}

static bool map_image(const struct region *l)
{
	const struct ri_extent *e = rs_table(RI_T_EXTENTS, 0);

	for (u32 k = l->first; k < l->last; k++) {
		if (mapped->n_pieces == RI_MAPPED_ROOM / 2 ||
		    raw_failed(raw_mmap((void *)e[k].addr, e[k].bytes, 3, 0x12 /* PRIVATE FIXED */, rs.image_fd, e[k].off)))
			return false;
		mapped->pieces[mapped->n_pieces++] =
			(struct ri_piece){e[k].addr, e[k].addr + e[k].bytes, e[k].off};
	}
	return watch(mapped->uffd, l->start, l->end);
}

/* As map_private() in place.c left it. */
static void unmap_image(const struct region *l)
{
	int flags = 0x32 /* PRIVATE ANONYMOUS FIXED */ | (l->flags & RI_R_NORESERVE ? NORESERVE : 0);

	if (raw_failed(raw_mmap((void *)l->start, l->end - l->start, 3, flags, -1, 0)))
		rs_fail("no memory for the restart", "", "");
	advise(l->start, l->end - l->start, l->flags);
}

/*
 * What the program writes to while it is being prepared aside is there twice: with a limit that is no higher than the
 * program needs, the kernel would kill it.
 */
static bool scarce(void)
{
	return rs_memory_limit() < rs.foot.memory_bytes + RI_MAPPED_ASIDE + BESIDE;
}

/* Returns false when it cannot be done here; nothing is changed then. */
static bool map_lazily(void)
{
	u64 statx[32];
	bool good = true;
	int uffd;

	if (!(rs.process.abilities & RI_CAN_REPLACE) || limited() || scarce() || !on_local_disk() || !maps_can_be_asked())
		return false;
	uffd = open_events();
	if (uffd < 0)
		return false;
	if (!waits_first(uffd) || !room_for_list()) {
		raw_close(uffd);
		return false;
	}
	mapped->uffd = uffd;
	if (RAW_SYS5(__NR_statx, rs.image_fd, "", 0x1000, 0x7ff, statx) == 0)
		mapped->ino = statx[4];
	for (u32 i = 0; i < n_lazy && good; i++)
		good = room_aside(&lazy[i]) && map_image(&lazy[i]);
	if (good)
		return true;
	raw_close(uffd);
	for (u32 i = 0; i < n_lazy; i++)
		unmap_image(&lazy[i]);
	for (u32 i = 0; i < mapped->n_spans; i++)
		raw_munmap((void *)mapped->spans[i].aside, mapped->spans[i].end - mapped->spans[i].start);
	raw_munmap(mapped, mapped->bytes);
	mapped = NULL;
	return false;
}

/* What has to be read anyway to be checked may as well be read into huge pages: a few of them are soon there. */
static u64 without_huge(void)
{
	u32 kept = 0;
	u64 total = 0;

	for (u32 i = 0; i < n_lazy; i++) {
		if (lazy[i].flags & RI_R_HUGEPAGE)
			continue;
		total += lazy[i].bytes;
		lazy[kept++] = lazy[i];
	}
	n_lazy = kept;
	return total;
}

void rs_lazy_begin(void)
{
	u64 total = rs.eager || rs.head.features ? 0 : choose();

	checked_first = total <= CHECK_FIRST;
	if (checked_first)
		total = without_huge();
	if (total < LEAST_TOTAL || !map_lazily())
		n_lazy = 0;
	if (mapped)
		mapped->checked = checked_first;
}
