// SPDX-License-Identifier: Apache-2.0
// One checkpoint: stop the threads, gather what only this process can tell, then either fork (the copy writes the image
// while the program goes on) or write it here. Then commit: FILE.tmp, fsync, rename, fsync of the directory.
// Context: signal handler, on the library's own stack, all signals blocked but those of the program's own faults.
#include "ckpt.h"

#include "crc32c.h"
#include "readwrite.h"

#include <linux/futex.h>
#include <sys/utsname.h>

#define O_WRONLY_CREATE_EXCL (01 | 0100 | 0200 | 02000000)
#define O_DIRECT_FLAG 040000

static u32 tables_crc;
static int program; /* in its copy: a descriptor of the program's process */

static int put_table(struct ri_foot *foot, u32 type, const void *records, u32 record_bytes, u64 count)
{
	struct ri_table *t = &foot->tables[foot->n_tables++];
	static const u8 zero[16];
	u64 bytes = record_bytes * count, pad = RAW_ALIGN(bytes, 16) - bytes;
	int err;

	*t = (struct ri_table){type, record_bytes, ck_out_offset(), count};
	tables_crc = crc32c(tables_crc, records, bytes);
	tables_crc = crc32c(tables_crc, zero, pad);
	err = ck_out_put(records, bytes);
	return err ? err : ck_out_put(zero, pad);
}

static int pad_page(u32 *crc)
{
	static const u8 zero[RI_PAGE];
	u64 pad = RAW_ALIGN(ck_out_offset(), RI_PAGE) - ck_out_offset();

	*crc = crc32c(*crc, zero, pad);
	return ck_out_hole(pad);
}

static int put_tables(struct ri_foot *foot)
{
	struct ck_tables *t = &ck.tables;
	const struct ri_link *links;
	u32 n_links, n_borrowed;
	int err = 0;

	tables_crc = 0;
	foot->tables_off = ck_out_offset();
	err = err ? err : put_table(foot, RI_T_PROCESS, &t->process, sizeof t->process, 1);
	err = err ? err : put_table(foot, RI_T_REGIONS, t->regions, sizeof *t->regions, t->n_regions);
	err = err ? err : put_table(foot, RI_T_EXTENTS, t->extents, sizeof *t->extents, t->n_extents);
	err = err ? err : put_table(foot, RI_T_FILES, t->files, sizeof *t->files, t->n_files);
	err = err ? err : put_table(foot, RI_T_FDS, t->fds, sizeof *t->fds, t->n_fds);
	err = err ? err : put_table(foot, RI_T_ACTIONS, t->actions, sizeof *t->actions, 64);
	err = err ? err : put_table(foot, RI_T_PENDING, t->pending, sizeof *t->pending, t->n_pending);
	err = err ? err : put_table(foot, RI_T_TIMERS, t->timers, sizeof *t->timers, t->n_timers);
	err = err ? err : put_table(foot, RI_T_THREADS, t->threads, sizeof *t->threads, t->n_threads);
	err = err ? err : put_table(foot, RI_T_LOCKS, t->locks, sizeof *t->locks, t->n_locks);
	err = err ? err : put_table(foot, RI_T_WATCHES, t->watches, sizeof *t->watches, t->n_watches);
	err = err ? err : put_table(foot, RI_T_VDSO, t->vdso, 1, t->vdso_bytes);
	links = ck_chain_links(&n_links, &n_borrowed);
	if (n_links)
		err = err ? err : put_table(foot, RI_T_LINKS, links, sizeof *links, n_links);
	if (n_borrowed)
		err = err ? err : put_table(foot, RI_T_BORROWED, t->extents + t->n_extents, sizeof *t->extents, n_borrowed);
	err = err ? err : put_table(foot, RI_T_STRINGS, t->strings, 1, t->n_strings);
	err = err ? err : pad_page(&tables_crc);
	foot->tables_bytes = ck_out_offset() - foot->tables_off;
	foot->tables_crc = tables_crc;
	return err;
}

static int put_head(struct ri_foot *foot)
{
	static struct ri_head head;
	static struct utsname uts;
	struct raw_time now;

	raw_zero(&head, sizeof head);
	raw_zero(foot, sizeof *foot);
	RAW_SYS1(__NR_uname, &uts);
	raw_clock(0, &now);
	head.magic = RI_HEAD_MAGIC;
	head.version = RI_VERSION;
	head.page_bytes = RI_PAGE;
	head.block_bytes = RI_BLOCK;
	head.features = ck_packing() ? RI_F_COMPRESSED : 0;
	head.machine = 62;
	head.generation = ck.generation + 1;
	raw_copy(head.id, ck.last_id, 16);
	if (ck.track.incremental) {
		head.features |= RI_F_INCREMENTAL;
		raw_copy(head.parent_id, ck.track.base_id, 16);
	}
	head.created_ns = now.sec * 1000000000LL + now.nsec;
	head.pid = ck.pid;
	raw_strcpy(head.host, uts.nodename, sizeof head.host);
	raw_strcpy(head.kernel, uts.release, sizeof head.kernel);
	raw_strcpy(head.program, ck_text(ck.tables.process.exe), sizeof head.program);
	head.crc = crc32c(0, &head, sizeof head - 4);
	foot->magic = RI_FOOT_MAGIC;
	foot->version = RI_VERSION;
	raw_copy(foot->id, head.id, 16);
	return ck_out_put(&head, sizeof head);
}

static u64 since(const struct raw_time *from, const struct raw_time *to)
{
	return (u64)((to->sec - from->sec) * 1000000000LL + to->nsec - from->nsec);
}

/*
 * How long the program stood still. A program that runs on while the image is written does so long before the image's
 * end is: the wait is for one that has not had the processor since, and short, for one that was killed.
 */
static u64 pause_ns(void)
{
	struct ck_control *c = ck.scratch.control;
	struct raw_time now, most = {0, 100000000};

	if (raw_getpid() != ck.pid && !ck.synchronous && !c->resumed)
		raw_futex(&c->resumed, FUTEX_WAIT, 0, &most);
	if (c->resumed)
		return c->pause_ns;
	raw_clock(1, &now);
	return since(&ck.stopped_at, &now);
}

static int put_image(void)
{
	static struct ri_foot foot;
	u32 n_sums = 0, crc;
	int err, flags_err;

	ck_flags_begin();
	err = put_head(&foot);
	if (!err)
		err = ck.track.kept ? ck_out_kept() : ck_write_memory();
	err = err ? err : ck_chain_borrow();
	err = err ? err : ck_write_contents();
	if (!err)
		ck_sum_files(); /* while the disk is busy */
	flags_err = ck_flags_end();
	err = err ? err : flags_err;
	if (err)
		return err;
	err = ck_out_sums(&n_sums);
	err = err ? err : put_tables(&foot);
	if (err)
		return err;
	foot.sums_off = ck_out_offset();
	crc = crc32c(0, ck.scratch.sums, n_sums * 4UL);
	err = ck_out_put(ck.scratch.sums, n_sums * 4UL);
	err = err ? err : pad_page(&crc);
	foot.sums_crc = crc;
	foot.sums_bytes = ck_out_offset() - foot.sums_off;
	foot.memory_bytes = ck.tables.memory_bytes;
	foot.pause_ns = pause_ns();
	foot.file_bytes = ck_out_offset() + RI_PAGE;
	foot.crc = crc32c(0, &foot, sizeof foot - 4);
	err = err ? err : ck_out_put(&foot, sizeof foot);
	ck.scratch.control->bytes = foot.file_bytes;
	return err;
}

static int sync_directory(const char *path)
{
	static char dir[CK_PATH];
	size_t n = raw_strcpy(dir, path, sizeof dir);
	int fd, err;

	while (n && dir[n - 1] != '/')
		n--;
	dir[n > 1 ? n - 1 : n] = 0;
	fd = raw_open(dir[0] ? dir : ".", 0200000 | 02000000, 0); /* O_DIRECTORY */
	if (fd < 0)
		return fd;
	err = (int)RAW_SYS1(__NR_fsync, fd);
	raw_close(fd);
	return err == -22 ? 0 : err; /* EINVAL: a file system that has nothing to do */
}

static int open_new(const char *name)
{
	int fd;

	RAW_SYS1(__NR_unlink, name);
	fd = raw_open(name, O_WRONLY_CREATE_EXCL | O_DIRECT_FLAG, 0600);
	return fd == -22 ? raw_open(name, O_WRONLY_CREATE_EXCL, 0600) : fd;
}

static int write_new(const char *name)
{
	int fd = open_new(name), err, r;

	if (fd < 0)
		return fd;
	ck_out_open(fd, true);
	err = put_image();
	r = ck_out_end();
	err = err ? err : r;
	if (!err)
		err = (int)RAW_SYS1(__NR_fsync, fd);
	ck_chain_written(fd);
	r = raw_close(fd);
	return err ? err : r;
}

static int write_file(const char *path)
{
	static char tmp[CK_PATH + 8];
	size_t n = raw_strcpy(tmp, path, CK_PATH);
	bool in_place = false;
	int err;

	raw_strcpy(tmp + n, ".tmp", 8);
	err = ck_chain_begin(path);
	err = err ? err : write_new(tmp);
	if (!err && ck.track.incremental)
		err = sync_directory(path);
	if (!err) {
		ck_debug(CK_D_ALWAYS, "About to rename \"", tmp, "\"");
		err = (int)RAW_SYS2(__NR_rename, tmp, path);
		in_place = !err;
	}
	if (in_place)
		err = sync_directory(path);
	else
		RAW_SYS1(__NR_unlink, tmp);
	ck_chain_end(path, in_place, err);
	return err;
}

/*
 * Writes an image to fd (a stream), or when fd < 0 to path by way of path.tmp. The previous image is replaced only when
 * the new one is durable, and so is the second name of one that is still needed.
 */
int ck_write_image(const char *path, int fd)
{
	int err, r;

	ck.tables.vdso = (u8 *)ck.tables.process.vdso;
	ck.tables.vdso_bytes = ck.tables.process.vdso_end - ck.tables.process.vdso;
	err = ck_gather_actions();
	if (err)
		return err;
	ck_debug(CK_D_ALWAYS, "Checkpoint name is \"", fd >= 0 ? "a stream" : path, "\"");
	if (fd < 0)
		return write_file(path);
	ck_out_open(fd, false);
	err = put_image();
	r = ck_out_end();
	return err ? err : r;
}

static int write_now(void)
{
	int err;

	RAW_SYS3(__NR_madvise, ck.scratch.ring, CK_RING_BYTES, 14 /* MADV_HUGEPAGE */);
	err = ck_write_image(ck.image, ck.image_fd);
	ck_pack_end();
	if (err)
		ck_debug_number(CK_D_ALWAYS, "Checkpoint failed, errno ", -err, "");
	else
		ck_debug_number(CK_D_ALWAYS, "Size of ckpt image = ", (s64)ck.scratch.control->bytes, " bytes");
	return err;
}

static int write_in_place(void)
{
	ck.track.kept = false;
	ck_pack_begin();
	return write_now();
}

/* The working memory goes back to the system. */
static void free_buffers(void)
{
	RAW_SYS3(__NR_madvise, ck.scratch.stash, CK_STASH_BYTES, 4 /* MADV_DONTNEED */);
	RAW_SYS3(__NR_madvise, ck.scratch.ring, CK_RING_BYTES, 4 /* MADV_DONTNEED */);
}

static u64 address_space_pages(void)
{
	char text[128];
	const char *s = text;

	return raw_slurp("/proc/thread-self/statm", text, sizeof text) > 0 ? raw_number(&s, 10) : 0;
}

/* A pipe must not live longer because its program is being saved. */
static void close_all_but(int a, int b)
{
	int low = a < b ? a : b, high = a < b ? b : a;

	if (low > 0)
		RAW_SYS3(__NR_close_range, 0, low - 1, 0);
	if (low >= 0 ? high > low + 1 : high > 0)
		RAW_SYS3(__NR_close_range, low + 1, high - 1, 0);
	RAW_SYS3(__NR_close_range, high + 1, ~0u, 0);
}

static void begin_writing(void)
{
	ck.scratch.control->writer = raw_getpid();
	close_all_but(ck.image_fd, ck.debug ? 2 : -1);
	program = (int)RAW_SYS2(__NR_pidfd_open, ck.pid, 0);
	raw_prctl(15 /* PR_SET_NAME */, (long)"roost-writer", 0, 0, 0);
}

static void __attribute__((noreturn)) end_writing(int err)
{
	struct ck_control *c = ck.scratch.control;

	c->error = err;
	if (!err)
		__atomic_add_fetch(&c->completed, 1, __ATOMIC_SEQ_CST);
	__atomic_store_n(&c->done, 1, __ATOMIC_SEQ_CST);
	raw_futex(&c->done, FUTEX_WAKE, 1 << 30, NULL);
	if (err == CK_E_NEEDS_STOP && !ck.synchronous) /* the request is made again, and then served in place */
		RAW_SYS4(__NR_pidfd_send_signal, program, CK_SIGUSR2, 0, 0);
	raw_exit(err ? 1 : 0);
}

static void __attribute__((noreturn)) be_writer(u64 pages)
{
	ck_pack_begin();
	begin_writing();
	end_writing(pages && address_space_pages() != pages ? CK_E_NEEDS_STOP : write_now());
}

/* In the program's memory, on a stack of its own. What has to be as it was is in the stash and the tables. */
static void __attribute__((noreturn)) be_sharing_writer(void)
{
	int err;

	begin_writing();
	err = write_now();
	free_buffers();
	end_writing(err);
}

static bool writer_alive(void)
{
	struct ck_control *c = ck.scratch.control;

	return !c->done && c->writer > 0 && RAW_SYS2(__NR_kill, c->writer, 0) == 0;
}

/* It works in our memory with our tables: nothing of the library's may be used before it has ended. */
bool ck_writer_shares_memory(void)
{
	return ck.scratch.control->sharing != 0;
}

/* Waits for a running writer; a newer checkpoint is about to be made, so with kill the old one is given up. */
static void await_writer(bool kill)
{
	struct ck_control *c = ck.scratch.control;
	struct raw_time tick = {0, 20000000};

	if (kill && writer_alive())
		RAW_SYS2(__NR_kill, c->writer, 9);
	while (writer_alive())
		raw_futex(&c->done, FUTEX_WAIT, 0, &tick);
	for (u32 tid; (tid = c->sharing) != 0;)
		raw_futex(&c->sharing, FUTEX_WAIT, tid, &tick);
}

void ck_await_writer(void)
{
	await_writer(false);
}

/*
 * When what has changed is little, it is copied at once: less to do than to copy the page tables of all memory. The
 * writer then shares the program's memory, and -ENOSPC says that it was more than thought.
 */
static int copy_changes(void)
{
	int err;

	RAW_SYS3(__NR_madvise, ck.scratch.stash, CK_STASH_BYTES, 14 /* MADV_HUGEPAGE */);
	ck_out_keep();
	err = ck_write_memory();
	ck.track.kept = !err;
	return err;
}

/* Returns 0 in the parent (the copy is at work), or a negative errno. */
static int fork_writer(void)
{
	struct ck_control *c = ck.scratch.control;
	u64 pages;
	s32 pid = 0;
	long r;

	c->done = 0;
	c->error = 0;
	c->writer = 0;
	if (ck.track.few && copy_changes() == 0) {
		c->sharing = 1;
		r = ck_clone_detached(0, &pid, ck.scratch.copier_stack_top, be_sharing_writer, &c->sharing);
	} else {
		pages = address_space_pages();
		r = ck_fork_detached(0, &pid);
		if (r == 0)
			be_writer(pages);
	}
	while (r > 0 && RAW_SYS4(__NR_wait4, r, 0, 0x40000000 /* __WALL */, 0) == -4)
		;
	if (r < 0 || pid < 0) {
		c->sharing = 0;
		return r < 0 ? (int)r : pid;
	}
	c->writer = pid;
	return 0;
}

static int gather(void *ucontext)
{
	int err;

	RAW_SYS3(__NR_getrandom, ck.last_id, 16, 0);
	err = ck_gather_fds(); /* begins the table of strings */
	err = err ? err : ck_gather_process(ucontext);
	err = err ? err : ck_gather_pending();
	err = err ? err : ck_gather_timers();
	/* Before the fork, so that what can never be saved is found while it can still be said. */
	err = err ? err : ck_gather_regions();
	return err;
}

/* The last image was not made, because the copy that was to write it lacks pages. */
static void learn_from_copy(void)
{
	if (ck.scratch.control->error != CK_E_NEEDS_STOP || ck.needs_stop)
		return;
	ck.needs_stop = true;
	ck.generation--;
	_condor_numrestarts--;
}

static int continue_running(void)
{
	struct ck_control *c = ck.scratch.control;
	int err;

	err = ck.needs_stop ? CK_E_NEEDS_STOP : fork_writer();
	if (err)
		return write_in_place(); /* no memory for a copy, no process left: in place it still works */
	if (!ck.synchronous)
		return 0;
	await_writer(false);
	err = c->done ? c->error : -10;
	if (err != CK_E_NEEDS_STOP)
		return err;
	ck.needs_stop = true;
	return write_in_place();
}

/*
 * sig = SIGUSR2: 0 when the image is written or being written. sig = SIGTSTP: 0 when it is durable. Negative errno on
 * failure, and then ck.why may tell more. -EAGAIN: something has to be waited for.
 */
int ck_capture(int sig, void *ucontext)
{
	int err;

	if (sig == CK_SIGUSR2 && !ck.synchronous && writer_alive()) {
		raw_strcpy(ck.why, "the previous image is still being written", sizeof ck.why);
		return -11;
	}
	if (sig == CK_SIGUSR2 && !ck.synchronous && ck_lazy_pending()) {
		raw_strcpy(ck.why, "memory is still being brought back after the restart", sizeof ck.why);
		return -11;
	}
	await_writer(sig == CK_SIGTSTP);
	learn_from_copy();
	ck_lazy_await();
	ck_readwrite_look();
	ck.stopped_at = ck.asked_at;
	ck.scratch.control->resumed = 0;
	err = ck_stop_threads(ucontext);
	if (err)
		return err;
	err = gather(ucontext);
	if (!err)
		ck_track_begin();
	if (!err && sig == CK_SIGUSR2) {
		err = continue_running();
	} else if (!err) {
		err = write_in_place();
		if (!err)
			ck.scratch.control->completed++;
	}
	if (!err) {
		ck.generation++;
		_condor_numrestarts++;
	}
	if (!ck_writer_shares_memory())
		free_buffers();
	ck.stops++;
	raw_clock(1, &ck.resumed_at);
	ck.scratch.control->pause_ns = since(&ck.stopped_at, &ck.resumed_at);
	__atomic_store_n(&ck.scratch.control->resumed, 1, __ATOMIC_SEQ_CST);
	raw_futex(&ck.scratch.control->resumed, FUTEX_WAKE, 1, NULL);
	ck_release_threads();
	return err;
}
