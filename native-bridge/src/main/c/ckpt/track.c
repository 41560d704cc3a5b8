// SPDX-License-Identifier: Apache-2.0
// Incremental images, the program's side: which pages were written since the last checkpoint, and whether this one may
// be a difference to it. The kernel notes first writes (userfaultfd with asynchronous write protection, from 6.7 on, no
// privilege needed); PAGEMAP_SCAN reads the notes and protects again, in one walk while the program is stopped.
//
// A page is taken from the last image only when that is certain: its mapping was protected at the last checkpoint (the
// kernel says so; a mapping made, replaced or moved since is not), the page is there, and it was not written. Everything
// else is saved: new mappings, shared memory, the main stack, small mappings and those of files. After a checkpoint that
// failed, that went elsewhere, or whose file is not in its place any more, the next image is a full one.
// Context: signal handler, all threads stopped.
#include "ckpt.h"
#include "own_fds.h"

#include <linux/ioctl.h>
#include <linux/userfaultfd.h>
#include <sys/stat.h>

#define FEATURE_WP_ASYNC (1ULL << 15)

#define LEAST_REGION (256UL << 10) /* smaller ones are saved whole: cheaper than to ask */
#define MOST_CHAIN_PARTS 3	   /* files of a chain together: so many times the memory */
#define COPY_PART 32		   /* the changed part that is copied while the program stands still, without a fork */

static int pagemap_fd;

static u64 pages_of(const struct ck_run *r)
{
	return (r->end - r->start) / RAW_PAGE;
}

/*
 * The populated pages of [start, end), written or not, into at most `room` runs; written ones are protected again. The
 * number of runs, -EPERM where a mapping is not under our protection, -E2BIG when there are more runs. Without runs
 * (NULL) only protects.
 */
static long scan_and_protect(u64 start, u64 end, struct ck_run *runs, u64 room)
{
	struct ck_scan s = {.flags = SCAN_WP_MATCHING | SCAN_CHECK_WPASYNC,
			    .start = start,
			    .end = end,
			    .vec = (u64)runs,
			    .vec_len = room,
			    .inverted = IS_ZERO_PAGE,
			    .mask = IS_ZERO_PAGE,
			    .anyof = IS_PRESENT | IS_SWAPPED,
			    .wanted = runs ? IS_WRITTEN | IS_PRESENT : 0};
	long n = ck_scan(pagemap_fd, &s);

	/* walk_end may lie before what was reached (the kernel's buffer was full once): only full runs mean more. */
	return n > 0 && (u64)n == room ? -7 : n;
}

static int protect_from_now_on(u64 start, u64 end)
{
	struct uffdio_register reg = {.range = {start, end - start}, .mode = UFFDIO_REGISTER_MODE_WP};
	long err = RAW_SYS3(__NR_ioctl, ck.track.fd, UFFDIO_REGISTER, &reg);

	return err ? (int)err : (int)scan_and_protect(start, end, NULL, 0);
}

static int open_uffd(void)
{
	struct uffdio_api api = {.api = UFFD_API, .features = FEATURE_WP_ASYNC};
	long fd = RAW_SYS1(__NR_userfaultfd, 02000000 | UFFD_USER_MODE_ONLY), err;

	if (fd < 0)
		return (int)fd;
	err = RAW_SYS3(__NR_ioctl, fd, UFFDIO_API, &api);
	if (!err)
		err = raw_dup_high((int)fd, RAW_DUPFD_CLOEXEC, OWN_FD);
	raw_close((int)fd);
	return (int)err;
}

/*
 * Whether this kernel does what is relied on: a write is noted, and a mapping that was moved is no longer protected and
 * its pages count as written (before 6.13 they kept the mark, and a later write would go unnoticed).
 */
static int try_out(void)
{
	struct ck_run r[2] = {{0, 0, 0}};
	u8 *p = raw_mmap(NULL, 4 * RAW_PAGE, 3, 0x22, -1, 0);
	u64 at = (u64)p + 2 * RAW_PAGE;
	int err;

	if (raw_failed(p))
		return -12;
	*(volatile u8 *)p = 1;
	err = protect_from_now_on((u64)p, (u64)p + RAW_PAGE);
	if (!err && (scan_and_protect((u64)p, (u64)p + RAW_PAGE, r, RAW_COUNT(r)) != 1 || r[0].categories & IS_WRITTEN))
		err = -95;
	*(volatile u8 *)p = 2;
	if (!err && (scan_and_protect((u64)p, (u64)p + RAW_PAGE, r, RAW_COUNT(r)) != 1 || !(r[0].categories & IS_WRITTEN)))
		err = -95;
	if (!err && (u64)RAW_SYS5(__NR_mremap, p, RAW_PAGE, RAW_PAGE, 3 /* MAYMOVE FIXED */, at) != at)
		err = -95;
	if (!err && scan_and_protect(at, at + RAW_PAGE, r, RAW_COUNT(r)) != -1)
		err = -95;
	if (!err) {
		struct uffdio_register reg = {.range = {at, RAW_PAGE}, .mode = UFFDIO_REGISTER_MODE_WP};

		err = (int)RAW_SYS3(__NR_ioctl, ck.track.fd, UFFDIO_REGISTER, &reg);
		if (!err && (scan_and_protect(at, at + RAW_PAGE, r, RAW_COUNT(r)) != 1 || !(r[0].categories & IS_WRITTEN)))
			err = -95;
	}
	raw_munmap(p, 4 * RAW_PAGE);
	return err;
}

static void impossible(int err)
{
	char text[200];
	struct raw_text t;

	ck.track.impossible = true;
	rt_init(&t, text, sizeof text);
	rt_str(&t, "the kernel does not tell which memory was written (");
	rt_str(&t, err == -95 || err == -22 || err == -25 ? "it is older than 6.13" : "userfaultfd: ");
	rt_str(&t, err == -95 || err == -22 || err == -25 ? "" : ck_strerror(err));
	rt_str(&t, "): every image is a full one");
	ck_warn_text(CK_UNSUP, text);
}

bool ck_track_owns(int fd)
{
	char path[40], link[40];
	struct raw_text t;
	long n;

	if (fd < 0 || fd != ck.track.fd)
		return false;
	rt_init(&t, path, sizeof path);
	rt_str(&t, "/proc/thread-self/fd/");
	rt_num(&t, fd);
	n = RAW_SYS4(__NR_readlinkat, -100, path, link, sizeof link - 1);
	link[n > 0 ? n : 0] = 0;
	return raw_streq(link, "anon_inode:[userfaultfd]");
}

/* Ready to track; the program may have closed the descriptor, and all protection with it. */
static bool ready(void)
{
	int err;

	if (ck_track_owns(ck.track.fd))
		return true;
	ck.track.fd = open_uffd();
	err = ck.track.fd < 0 ? ck.track.fd : try_out();
	if (!err)
		return true;
	raw_close(ck.track.fd);
	ck.track.fd = -1;
	impossible(err);
	return false;
}

static bool worth_it(const struct ri_region *r)
{
	return (r->kind == RI_ANON || r->kind == RI_HEAP) && r->file == RI_NONE && !(r->flags & RI_R_CARRIED) &&
	       r->end - r->start >= LEAST_REGION;
}

/* The last image is complete, is in its place, and its chain may grow. */
static bool base_is_there(void)
{
	const struct ck_control *c = ck.scratch.control;
	struct stat st;

	return ck.track.chainable && raw_equal(c->image_id, ck.track.since_id, 16) &&
	       c->links < RI_MAX_LINKS && c->chain_bytes < MOST_CHAIN_PARTS * c->memory_bytes &&
	       RAW_SYS2(__NR_lstat, ck.image, &st) == 0 && (st.st_mode & S_IFMT) == S_IFREG &&
	       st.st_dev == c->image_dev && st.st_ino == c->image_ino;
}

/* Protects every region worth it, and collects the runs of those that were protected before. Number of pages to save. */
static void walk(bool collect, u64 *written, u64 *clean, u64 *untracked)
{
	struct ck_tables *t = &ck.tables;

	for (u32 i = 0; i < t->n_regions; i++) {
		struct ri_region *r = &t->regions[i];
		struct ck_run *to = ck.scratch.runs + ck.track.n_runs;
		long n = -1;

		if (!worth_it(r)) {
			if (r->kind != RI_SCRATCH && r->kind != RI_PRIVATE && r->kind != RI_SHARED)
				*untracked += r->end - r->start;
			continue;
		}
		if (collect)
			n = scan_and_protect(r->start, r->end, to, CK_MAX_RUNS - ck.track.n_runs);
		if (n == -7)
			collect = false;
		for (long k = 0; k < n; k++)
			*(to[k].categories & IS_WRITTEN ? written : clean) += pages_of(&to[k]);
		if (n >= 0) {
			ck.track.n_runs += (u32)n;
			r->flags |= RI_R_BORROWS;
			continue;
		}
		*untracked += r->end - r->start;
		if (scan_and_protect(r->start, r->end, NULL, 0) == -1)
			protect_from_now_on(r->start, r->end);
	}
	if (!collect)
		*written = ~0ULL;
}

void ck_base_name(char *to, u64 room, const char *image, const u8 *id)
{
	struct raw_text t;

	rt_init(&t, to, room);
	rt_str(&t, image);
	rt_str(&t, ".base.");
	for (int i = 0; i < 8; i++) {
		rt_chr(&t, "0123456789abcdef"[id[i] >> 4]);
		rt_chr(&t, "0123456789abcdef"[id[i] & 15]);
	}
}

/* The last image gets a second name, under which it stays when the new one takes its place. */
static bool keep_base(const char *base)
{
	const struct ck_control *c = ck.scratch.control;
	struct stat st;
	long err = RAW_SYS5(__NR_linkat, -100, ck.image, -100, base, 0);

	if (err && err != -17)
		return false;
	return RAW_SYS2(__NR_lstat, base, &st) == 0 && st.st_dev == c->image_dev && st.st_ino == c->image_ino;
}

static bool decide(u64 written, u64 clean, u64 untracked)
{
	static char base[CK_PATH + 32];

	if (written == ~0ULL || written + untracked / RAW_PAGE > clean)
		return false;
	ck_base_name(base, sizeof base, ck.image, ck.track.base_id);
	return keep_base(base);
}

/* The image will be a full one after all. */
void ck_track_drop(void)
{
	ck.track.incremental = ck.track.few = false;
	for (u32 i = 0; i < ck.tables.n_regions; i++)
		ck.tables.regions[i].flags &= ~RI_R_BORROWS;
}

/*
 * After the regions were gathered. Whether the image will be an incremental one is then in ck.track.incremental, and
 * whether its pages are few enough to be copied at once in ck.track.few.
 */
void ck_track_begin(void)
{
	struct ck_track *k = &ck.track;
	u64 written = 0, clean = 0, untracked = 0;
	bool base = k->fd >= 0 && base_is_there();

	raw_copy(k->base_id, k->since_id, 16);
	k->incremental = k->few = k->kept = k->chainable = false;
	k->n_runs = 0;
	if (!condor_incremental_ckpt || condor_compress_ckpt || ck.image_fd >= 0 || k->impossible || k->never)
		return;
	pagemap_fd = raw_open("/proc/thread-self/pagemap", 02000000, 0);
	if (pagemap_fd < 0 || !ready()) {
		raw_close(pagemap_fd);
		return;
	}
	k->chainable = true;
	raw_copy(k->since_id, ck.last_id, 16);
	walk(base, &written, &clean, &untracked);
	raw_close(pagemap_fd);
	k->incremental = base && decide(written, clean, untracked);
	k->few = k->incremental && !ck_hidden() && written * RAW_PAGE + untracked <= CK_STASH_BYTES &&
		 written * RAW_PAGE + untracked <= (written + clean) * RAW_PAGE / COPY_PART;
	if (!k->incremental)
		ck_track_drop();
	ck_debug_number(CK_D_CKPT, "pages written since the last checkpoint: ", base ? (s64)written : -1, "");
}

/* The runs of a region, when the image is incremental; by address. */
const struct ck_run *ck_track_runs(u64 start, u64 end, u32 *count)
{
	const struct ck_run *r = ck.scratch.runs;
	u32 low = 0, high = ck.track.n_runs;

	while (low < high) {
		u32 mid = low + (high - low) / 2;

		if (r[mid].end > start)
			high = mid;
		else
			low = mid + 1;
	}
	for (*count = 0; low + *count < ck.track.n_runs && r[low + *count].start < end;)
		++*count;
	return r + low;
}

bool ck_run_written(const struct ck_run *r)
{
	return r->categories & IS_WRITTEN;
}
