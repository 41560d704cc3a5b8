// SPDX-License-Identifier: Apache-2.0
// Lazy restart: the program runs at once, large regions are registered with userfaultfd as missing, and a helper process
// brings the pages in: those the program touches first, then all others in the background. The memory is ordinary
// anonymous memory from the first instruction on: what the program discards, unmaps or moves meanwhile is followed by
// events the kernel waits for. When everything is there the registration is taken off and the helper ends.
//
// Needs userfaultfd for kernel faults too (root, or vm.unprivileged_userfaultfd=1), or read(2) into a page that is not
// there yet would fail; without it, and for small programs, the restart is eager. A private mapping of the image instead
// of missing pages would need no privilege, but madvise and mremap behave differently on it, and the page has to be
// converted under a stopped program; see the README's limitations.
// The helper checks the sum of each block before its first byte is used; a wrong one ends the program.
// Context: no libc; begin in the restorer, the rest in the helper process.
#include "restart.h"

#include "crc32c.h"

#include <linux/futex.h>
#include <linux/ioctl.h>
#include <linux/userfaultfd.h>
#include <poll.h>

#define LEAST_TOTAL (64UL << 20)
#define LEAST_REGION (2UL << 20)
#define AROUND (128UL << 10)	/* brought in with a page that was touched */
#define BACKGROUND (512UL << 10) /* between two looks at the events */
#define MOST_PIECES 256 /* of one region: more would make every look-up slow */
#define MAX_LAZY 512
#define MAX_RANGES 1024

/* Memory [start, end) whose content is the image's from off on, and has not been brought in. */
struct pending {
	u64 start, end, off;
};

static struct {
	u32 first, last; /* extents */
	u64 start, end;
	bool huge;
} lazy[MAX_LAZY];
static u32 n_lazy;

static int uffd = -1;
static int program;
static const u8 *image;
static struct pending *todo;
static u32 n_todo, room;
static u8 *checked; /* a bit for every block */
static struct {
	u64 start, end;
} ranges[MAX_RANGES]; /* everything that is registered, also where it was moved to */
static u32 n_ranges;

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

static int open_uffd(void)
{
	struct uffdio_api api = {.api = UFFD_API,
				 .features = UFFD_FEATURE_EVENT_REMAP | UFFD_FEATURE_EVENT_REMOVE |
					     UFFD_FEATURE_EVENT_UNMAP};
	long fd = RAW_SYS1(__NR_userfaultfd, 02000000 | 04000), high;

	if (fd < 0)
		return (int)fd;
	high = raw_fcntl((int)fd, 1030 /* F_DUPFD_CLOEXEC */, 800);
	if (high < 0 || RAW_SYS3(__NR_ioctl, high, UFFDIO_API, &api)) {
		raw_close((int)high);
		raw_close((int)fd);
		return -22;
	}
	raw_close((int)fd);
	return (int)high;
}

/* Chooses the regions that are brought in lazily, and registers them. None of them is an error. */
void rs_lazy_begin(void)
{
	u32 n;
	const struct ri_region *r = rs_table(RI_T_REGIONS, &n);
	const struct ri_extent *e = rs_table(RI_T_EXTENTS, 0);
	u64 total = 0;

	if (rs.head.features & RI_F_COMPRESSED)
		return; /* decoding takes longer than reading: it is done at once, on all processors */
	for (u32 i = 0; i < n && n_lazy < MAX_LAZY && !rs.eager; i++) {
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
		lazy[n_lazy++].huge = r[i].flags & RI_R_HUGEPAGE;
	}
	if (total >= LEAST_TOTAL)
		uffd = open_uffd();
	for (u32 i = 0; i < n_lazy && uffd >= 0; i++) {
		struct uffdio_register reg = {.range = {lazy[i].start, lazy[i].end - lazy[i].start},
					      .mode = UFFDIO_REGISTER_MODE_MISSING};

		if (RAW_SYS3(__NR_ioctl, uffd, UFFDIO_REGISTER, &reg)) {
			raw_close(uffd); /* which takes off what was registered before */
			uffd = -1;
		}
	}
	if (uffd < 0)
		n_lazy = 0;
}

static void __attribute__((noreturn)) give_up(const char *why)
{
	rs_say("the restart failed: ", why, "; the program was ended");
	RAW_SYS2(__NR_kill, program, 9);
	raw_exit(1);
}

static void add(u64 start, u64 end, u64 off)
{
	if (start >= end)
		return;
	if (n_todo == room)
		give_up("too many pieces of memory");
	todo[n_todo++] = (struct pending){start, end, off};
}

/* [start, end) is not the image's any more, or is there. */
static void cut(u64 start, u64 end)
{
	for (u32 i = 0; i < n_todo; i++) {
		struct pending p = todo[i];

		if (p.end <= start || p.start >= end)
			continue;
		todo[i--] = todo[--n_todo];
		if (p.start < start)
			add(p.start, start, p.off);
		if (p.end > end)
			add(end, p.end, p.off + (end - p.start));
		if (n_todo == 0)
			return;
		if (p.start >= start && p.end <= end)
			continue;
		i = ~0u; /* the pieces were put at the end: they no longer overlap, but others may */
	}
}

static void moved(u64 from, u64 to, u64 bytes)
{
	u32 n = n_todo;

	for (u32 i = 0; i < n; i++) {
		struct pending p = todo[i];
		u64 a = p.start > from ? p.start : from, b = p.end < from + bytes ? p.end : from + bytes;

		if (a < b)
			add(a - from + to, b - from + to, p.off + (a - p.start));
	}
	/* Only the old pieces are taken out; the new ones lie elsewhere unless the move overlaps itself, which mremap refuses. */
	cut(from, from + bytes);
	if (n_ranges < MAX_RANGES) {
		ranges[n_ranges].start = to;
		ranges[n_ranges++].end = to + bytes;
	}
}

static void check(u64 off, u64 bytes)
{
	for (u64 b = off / RI_BLOCK; b * RI_BLOCK < off + bytes; b++) {
		u64 n = rs.foot.tables_off - b * RI_BLOCK;

		if (checked[b / 8] >> (b % 8) & 1)
			continue;
		if (crc32c(0, image + b * RI_BLOCK, n < RI_BLOCK ? n : RI_BLOCK) != rs.sums[b])
			give_up("the checkpoint image is damaged");
		checked[b / 8] |= (u8)(1 << (b % 8));
	}
}

/* Returns false when the address space is changing: the events come first. */
static bool bring(u64 at, u64 end, u64 off)
{
	check(off, end - at);
	while (at < end) {
		struct uffdio_copy c = {.dst = at, .src = (u64)image + off, .len = end - at};
		long r = RAW_SYS3(__NR_ioctl, uffd, UFFDIO_COPY, &c);
		u64 done = r == 0 ? end - at : c.copy > 0 ? (u64)c.copy : 0;

		if (r == -3) /* the program has ended or called exec */
			raw_exit(0);
		if (!done && r == -11)
			return false;
		if (!done && r == -12)
			give_up("no memory");
		if (!done) {
			/* There already, or no longer one mapping: page by page. */
			c.len = RAW_PAGE;
			c.copy = 0;
			r = RAW_SYS3(__NR_ioctl, uffd, UFFDIO_COPY, &c);
			if (r == -3)
				raw_exit(0);
			if (r == -11)
				return false;
			if (r == -12)
				give_up("no memory");
			done = RAW_PAGE;
		}
		cut(at, at + done);
		at += done;
		off += done;
	}
	return true;
}

static void wake(u64 page)
{
	struct uffdio_range w = {page, RAW_PAGE};

	RAW_SYS3(__NR_ioctl, uffd, UFFDIO_WAKE, &w);
}

static void touched(u64 page)
{
	struct uffdio_zeropage z = {.range = {page, RAW_PAGE}};

	for (u32 i = 0; i < n_todo; i++) {
		struct pending p = todo[i];
		u64 from = page & ~(AROUND - 1), to = from + AROUND;

		if (page < p.start || page >= p.end)
			continue;
		from = from > p.start ? from : p.start;
		to = to < p.end ? to : p.end;
		if (!bring(from, to, p.off + (from - p.start)))
			wake(page); /* it faults again when the change is over */
		else
			wake(page);
		return;
	}
	if (RAW_SYS3(__NR_ioctl, uffd, UFFDIO_ZEROPAGE, &z) == -3)
		raw_exit(0);
	wake(page);
}

/* false when there was none. */
static bool one_event(void)
{
	struct uffd_msg m;
	long n = raw_read(uffd, &m, sizeof m);

	if (n != sizeof m)
		return false;
	switch (m.event) {
	case UFFD_EVENT_PAGEFAULT:
		touched(m.arg.pagefault.address & ~(RAW_PAGE - 1));
		break;
	case UFFD_EVENT_REMOVE:
	case UFFD_EVENT_UNMAP:
		cut(m.arg.remove.start, m.arg.remove.end);
		break;
	case UFFD_EVENT_REMAP:
		moved(m.arg.remap.from, m.arg.remap.to, m.arg.remap.len);
		break;
	default:
		break;
	}
	return true;
}

static void unregister(void)
{
	while (one_event())
		;
	for (u32 i = 0; i < n_ranges; i++) {
		struct uffdio_range r = {ranges[i].start, ranges[i].end - ranges[i].start};

		RAW_SYS3(__NR_ioctl, uffd, UFFDIO_UNREGISTER, &r);
	}
}

/* Huge pages where the program had asked for them. */
static void collapse(void)
{
	long pidfd = RAW_SYS2(__NR_pidfd_open, program, 0);

	for (u32 i = 0; i < n_lazy && pidfd >= 0; i++) {
		u64 iov[2] = {lazy[i].start, lazy[i].end - lazy[i].start};

		if (lazy[i].huge)
			RAW_SYS5(__NR_process_madvise, pidfd, iov, 1, 25 /* MADV_COLLAPSE */, 0);
	}
}

static void __attribute__((noreturn)) serve(struct ri_lazy *shared)
{
	const struct ri_extent *e = rs_table(RI_T_EXTENTS, 0);
	u64 blocks = rs.foot.tables_off / RI_BLOCK + 1;

	raw_prctl(15 /* PR_SET_NAME */, (long)"roost-filler", 0, 0, 0);
	for (int fd = 0; fd < 3; fd++)
		if (fd != rs.message_fd)
			raw_close(fd);
	rs_unmap_rest();
	image = raw_mmap(NULL, rs.foot.tables_off, 1, 2, rs.image_fd, 0);
	room = MAX_RANGES;
	for (u32 i = 0; i < n_lazy; i++)
		room += 2 * (lazy[i].last - lazy[i].first) + 64;
	todo = raw_mmap(NULL, room * sizeof *todo + blocks / 8 + 1, 3, 0x4022, -1, 0);
	if (raw_failed(image) || raw_failed(todo))
		give_up("no memory");
	checked = (u8 *)(todo + room);
	/* Taken from the end: the first region is put last. */
	for (u32 i = n_lazy; i-- > 0;) {
		ranges[n_ranges].start = lazy[i].start;
		ranges[n_ranges++].end = lazy[i].end;
		for (u32 k = lazy[i].last; k-- > lazy[i].first;)
			add(e[k].addr, e[k].addr + e[k].bytes, e[k].off);
	}
	while (n_todo) {
		struct pending p;
		u64 end;

		while (one_event())
			;
		if (!n_todo)
			break;
		p = todo[n_todo - 1];
		/* End at a block of the image, so that each is summed while it is in the cache once. */
		end = p.start + (RAW_ALIGN(p.off + BACKGROUND, BACKGROUND) - p.off);
		if (end > p.end)
			end = p.end;
		bring(p.start, end, p.off);
	}
	unregister();
	__atomic_store_n(&shared->done, 1, __ATOMIC_SEQ_CST);
	raw_futex(&shared->done, FUTEX_WAKE, 1 << 30, NULL);
	collapse();
	raw_exit(0);
}

/*
 * Starts the helper, which is nobody's child. Returns the descriptor that keeps the registration alive should the helper
 * be killed (the program then waits for ever instead of reading zeros), or -1 when nothing is lazy.
 */
int rs_lazy_serve(struct ri_lazy *shared)
{
	long r;

	if (!n_lazy)
		return -1;
	program = raw_getpid();
	r = RAW_SYS5(__NR_clone, 0, 0, 0, 0, 0);
	if (r == 0) {
		r = RAW_SYS5(__NR_clone, 0, 0, 0, 0, 0);
		if (r == 0)
			serve(shared);
		shared->helper = (s32)r;
		raw_exit(r < 0);
	}
	if (r > 0)
		RAW_SYS4(__NR_wait4, r, 0, 0x40000000 /* __WALL */, 0);
	if (r < 0 || shared->helper <= 0)
		rs_fail("no process for the restart", "", "");
	return uffd;
}
