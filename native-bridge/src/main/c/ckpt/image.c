// SPDX-License-Identifier: Apache-2.0
// An image as a whole: head, memory, tables, sums and foot, in this order, and how it takes its name: FILE.tmp, fsync,
// rename, fsync of the directory. Context: as write.c.
#include "ckpt.h"

#include "beside.h"
#include "crc32c.h"

#include <linux/futex.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#define O_WRONLY_CREATE_EXCL (01 | 0100 | 0200 | 02000000)
#define O_DIRECT_FLAG 040000

static u32 tables_crc;

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
	return raw_since(&ck.stopped_at, &now);
}

/* What is slow to learn, and not needed before the memory is in the image: by a thread, as soon as the disk is busy. */
static struct {
	volatile u32 thread;
	bool began;
} look;

static void look_around(void *unused)
{
	(void)unused;
	ck_flags_read();
	ck_chain_look();
}

static void look_begin(void)
{
	look.began = beside_begin(&look.thread, ck.scratch.look_stack_top, look_around, NULL);
}

static int look_end(void)
{
	if (look.began)
		beside_end(&look.thread);
	else
		look_around(NULL);
	return ck_flags_result();
}

static int put_image(void)
{
	static struct ri_foot foot;
	u32 n_sums = 0, crc;
	int err, look_err;

	look.began = false;
	err = put_head(&foot);
	if (!err)
		err = ck.track.kept ? ck_out_kept() : ck_write_memory();
	look_err = look_end();
	err = err ? err : look_err;
	err = err ? err : ck_chain_borrow();
	err = err ? err : ck_write_contents();
	if (err)
		return err;
	ck_sum_files(); /* while the disk is busy */
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
	ck_out_open(fd, true, look_begin);
	err = put_image();
	r = ck_out_end();
	err = err ? err : r;
	if (!err)
		err = (int)RAW_SYS1(__NR_fsync, fd);
	ck_chain_written(fd);
	r = raw_close(fd);
	return err ? err : r;
}

/* A device or a pipe has a meaning of its own, and a rename would end it. */
static bool is_special(const char *path)
{
	struct stat st;

	return RAW_SYS2(__NR_stat, path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

static int write_file(const char *path)
{
	static char tmp[CK_PATH + 8];
	size_t n = raw_strcpy(tmp, path, CK_PATH);
	bool in_place = false;
	int err;

	if (is_special(path))
		return -95; /* EOPNOTSUPP */
	raw_strcpy(tmp + n, ".tmp", 8);
	ck_debug(CK_D_ALWAYS, "Tmp name is \"", tmp, "\"");
	err = ck_chain_begin(path);
	err = err ? err : write_new(tmp);
	if (!err && ck.track.incremental)
		err = sync_directory(path);
	if (!err) {
		if (ck.debug & CK_D_ALWAYS) {
			ck_say("About to rename \"", tmp, "\" to \"", path);
			ck_say("\"\n", "", "", "");
		}
		err = (int)RAW_SYS2(__NR_rename, tmp, path);
		in_place = !err;
		ck_debug(CK_D_ALWAYS, in_place ? "Renamed OK" : "Rename failed", "", "");
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
	ck_chain_none();
	ck_out_open(fd, false, look_begin);
	err = put_image();
	r = ck_out_end();
	return err ? err : r;
}
