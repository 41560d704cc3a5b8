// SPDX-License-Identifier: Apache-2.0
// After a restart without privilege: memory that is a private mapping of the image becomes anonymous memory while the
// program runs. A thread of ours (it cannot be killed without the program, and strace and gdb can still attach):
//	checks every block of the image
//	reads a piece of it into memory aside, stops the program for a moment, copies the pages over that the program has
//	  written since, and moves the piece into place (one mremap, so no access ever finds nothing there)
//	from the end of memory backwards, because programs tend to go through theirs from the beginning
// Until then the kernel tells us before it discards (MADV_DONTNEED, MADV_FREE), and after it has unmapped or moved, pages
// of such memory, and holds the call until we have read the event. Then everybody is stopped, too: what is to be
// discarded is zero memory of ours before the kernel looks at it again; what was moved is made anonymous at its new
// place; and the last page before a new end is, so that no mapping can grow into what follows in the image.
// When all is done the thread ends; nothing differs from memory that was read at once.
// Context: a thread that the C library does not know, no TLS; ck_lazy_start() in the resumed program.
#include "lazy.h"

#include "beside.h"
#include "crc32c.h"

#include <linux/futex.h>
#include <linux/ioctl.h>
#include <linux/userfaultfd.h>
#include <poll.h>

#define PIECE (2UL << 20)  /* read between two looks at the events */
#define CHUNK (16UL << 20) /* moved at once: where it was written all over, 4096 pages are copied first */
#define BATCH (RI_MAPPED_ASIDE / CHUNK) /* chunks read before the program is stopped for them: few stops, and no early ones */
#define LONGEST_NS 2000000 /* a stop, unless somebody waits for the end */
#define MANY_SPANS 4096	   /* so cut up that it is better to do all at once */
#define EVENT_PATIENCE_MS 100
#define MADV_DONTNEED_NR 4
#define MADV_FREE_NR 8
#define MADV_DONTNEED_LOCKED_NR 24
#define MOST_ENDS 256
#define PROCMAP_QUERY_NR 0xc0686611UL

struct vma {
	u64 size, query, at, start, end, flags, page_bytes, off, ino;
	u32 major, minor, name_bytes, id_bytes;
	u64 name, id;
};

_Static_assert(sizeof(struct vma) == 104, "struct procmap_query");

volatile u32 ck_filler;
static volatile u32 go, checked, hurry;
static struct ri_mapped *m;
static int maps_fd, pagemap_fd, message_fd;
static bool alone; /* nobody else runs */
static u64 ends[MOST_ENDS]; /* to be fixed when everybody stands still */
static u32 n_ends;

static void __attribute__((noreturn)) end_program(const char *a, s64 number, const char *b)
{
	char line[160];
	struct raw_text t;

	rt_init(&t, line, sizeof line);
	rt_str(&t, "HTCondor: Error: ");
	rt_str(&t, a);
	if (number >= 0)
		rt_num(&t, number);
	rt_str(&t, b);
	rt_str(&t, "; the program was ended\n");
	raw_write(message_fd, line, t.len);
	RAW_SYS2(__NR_kill, raw_getpid(), 9);
	raw_exit(1);
}

static void read_image(void *to, u64 bytes, u64 off)
{
	u8 *p = to;

	while (bytes) {
		long n = raw_pread(m->image_fd, p, bytes, off);

		if (n == -4)
			continue;
		if (n <= 0)
			end_program("the checkpoint image cannot be read at byte ", (s64)off, "");
		p += n, off += (u64)n, bytes -= (u64)n;
	}
}

/* ---- the two lists ---- */

static void add_span(u64 start, u64 end, u64 aside, u64 heap)
{
	if (start >= end)
		return;
	if (m->n_spans == RI_MAPPED_ROOM)
		end_program("memory was cut into too many pieces", -1, "");
	m->spans[m->n_spans++] = (struct ri_span){start, end, aside, heap};
}

/* [from, to) is in place, or no longer ours (then what was prepared for it goes, too). */
static void cut_spans(u64 from, u64 to, bool forget)
{
	for (u32 i = m->n_spans; i-- > 0;) {
		struct ri_span s = m->spans[i];
		u64 a = s.start > from ? s.start : from, b = s.end < to ? s.end : to;

		if (a >= b)
			continue;
		m->spans[i] = m->spans[--m->n_spans];
		add_span(s.start, a, s.aside, s.heap);
		add_span(b, s.end, s.aside + (b - s.start), s.heap);
		if (forget)
			raw_munmap((void *)(s.aside + (a - s.start)), b - a);
	}
}

static void add_piece(u64 start, u64 end, u64 off)
{
	if (start >= end)
		return;
	if (m->n_pieces == RI_MAPPED_ROOM)
		end_program("memory was cut into too many pieces", -1, "");
	m->pieces[m->n_pieces++] = (struct ri_piece){start, end, off};
}

static void cut_pieces(u64 from, u64 to)
{
	for (u32 i = m->n_pieces; i-- > 0;) {
		struct ri_piece p = m->pieces[i];

		if (p.start >= to || p.end <= from)
			continue;
		m->pieces[i] = m->pieces[--m->n_pieces];
		if (p.start < from)
			add_piece(p.start, from, p.off);
		if (p.end > to)
			add_piece(to, p.end, p.off + (to - p.start));
	}
}

/* Part of [from, to) that has still to be done. */
static bool overlap(u64 from, u64 to, struct ri_span *part)
{
	for (u32 i = 0; i < m->n_spans; i++) {
		struct ri_span s = m->spans[i];
		u64 a = s.start > from ? s.start : from, b = s.end < to ? s.end : to;

		if (a < b) {
			*part = (struct ri_span){a, b, s.aside + (a - s.start), s.heap};
			return true;
		}
	}
	return false;
}

/* ---- preparing and placing ---- */

/* Reads what the image has of [from, to) into the memory aside. */
static void prepare(u64 from, u64 to, u64 aside)
{
	for (u32 i = 0; i < m->n_pieces; i++) {
		struct ri_piece p = m->pieces[i];
		u64 a = p.start > from ? p.start : from, b = p.end < to ? p.end : to;

		if (a < b)
			read_image((void *)(aside + (a - from)), b - a, p.off + (a - p.start));
	}
}

/* Pages of [from, to) that the program has made its own. */
static void copy_written(u64 from, u64 to, u64 aside)
{
	static struct ck_run runs[128];
	struct ck_scan s = {.start = from,
			    .end = to,
			    .vec = (u64)runs,
			    .vec_len = RAW_COUNT(runs),
			    .inverted = IS_ZERO_PAGE | IS_FILE,
			    .mask = IS_ZERO_PAGE | IS_FILE,
			    .anyof = IS_PRESENT | IS_SWAPPED,
			    .wanted = IS_FILE};

	while (s.start < to) {
		long n = ck_scan(pagemap_fd, &s);

		if (n < 0)
			end_program("the kernel does not tell which pages were written: error ", -n, "");
		for (long i = 0; i < n; i++)
			raw_copy((void *)(aside + (runs[i].start - from)), (void *)runs[i].start,
				 runs[i].end - runs[i].start);
		if (s.walk_end <= s.start)
			break;
		s.start = s.walk_end;
	}
}

/* Our own change of [from, to) must not wait for us to read an event. */
static void unwatch(u64 from, u64 to)
{
	struct uffdio_range r = {from, to - from};

	RAW_SYS3(__NR_ioctl, m->uffd, UFFDIO_UNREGISTER, &r);
}

static int move(u64 from, u64 to, u64 aside)
{
	long r;

	unwatch(from, to);
	r = RAW_SYS5(__NR_mremap, aside, to - from, to - from, 3 /* MAYMOVE FIXED */, from);
	if (r < 0)
		return (int)r;
	cut_spans(from, to, false);
	cut_pieces(from, to);
	return 0;
}

/* What the kernel has at `at` or behind it, as far as it reaches within [at, to). */
static bool look_up(u64 at, u64 to, struct vma *v)
{
	*v = (struct vma){.size = sizeof *v, .query = 0x10 /* COVERING_OR_NEXT_VMA */, .at = at};
	if (RAW_SYS3(__NR_ioctl, maps_fd, PROCMAP_QUERY_NR, v) || v->start >= to)
		return false;
	v->start = v->start > at ? v->start : at;
	v->end = v->end < to ? v->end : to;
	return true;
}

/*
 * Puts the prepared part of a span into place. Nobody writes to it meanwhile. What the program has protected otherwise
 * stays so; what it has unmapped, or mapped anew, is no longer ours.
 */
static int place(const struct ri_span *part, bool with_written)
{
	u64 at = part->start;
	int err = 0;

	while (at < part->end && !err) {
		u64 aside = part->aside + (at - part->start);
		struct vma v;
		int prot;

		if (!look_up(at, part->end, &v)) {
			cut_spans(at, part->end, true);
			break;
		}
		cut_spans(at, v.start, true);
		aside += v.start - at;
		at = v.end;
		if (v.flags & 8 /* SHARED */ || (v.ino && v.ino != m->ino)) {
			cut_spans(v.start, v.end, true);
			continue;
		}
		/* Neighbours of the same kind go together. */
		prot = (int)(v.flags & 7);
		for (struct vma w; prot == 3 && at < part->end && look_up(at, part->end, &w); at = v.end = w.end)
			if (w.start != at || w.flags & 8 || (w.flags & 7) != 3 || (w.ino && w.ino != m->ino))
				break;
		if (with_written) {
			if (prot != 3)
				raw_mprotect((void *)v.start, v.end - v.start, 3);
			copy_written(v.start, v.end, aside);
			if (prot != 3)
				raw_mprotect((void *)v.start, v.end - v.start, prot);
		}
		if (prot != 3)
			raw_mprotect((void *)aside, v.end - v.start, prot);
		err = move(v.start, v.end, aside);
	}
	return err;
}

static int place_all(u64 from, u64 to, bool with_written)
{
	struct ri_span part;
	int err = 0;

	while (!err && overlap(from, to, &part))
		err = place(&part, with_written);
	return err;
}

/* ---- events ---- */

static void zero(u64 from, u64 to)
{
	struct ri_span part;

	cut_pieces(from, to);
	while (overlap(from, to, &part)) {
		RAW_SYS3(__NR_madvise, part.aside, part.end - part.start, MADV_DONTNEED_NR);
		if (place(&part, false))
			end_program("memory cannot be discarded", -1, "");
	}
}

static u64 page_up(u64 v)
{
	return RAW_ALIGN(v, RAW_PAGE);
}

/* A thread waits in a system call: when it is going to discard memory, that is ours and empty before. */
static void before(const struct ck_waiting *w)
{
	u64 at = w->args[0], advice = w->args[2];

	if (w->number == __NR_madvise && at % RAW_PAGE == 0 &&
	    (advice == MADV_DONTNEED_NR || advice == MADV_FREE_NR || advice == MADV_DONTNEED_LOCKED_NR))
		zero(at, at + page_up(w->args[1]));
	if (w->number == 440 /* process_madvise */)
		for (u64 i = 0; i < w->args[2]; i++) {
			const u64 *iov = (const u64 *)w->args[1] + 2 * i;

			zero(iov[0], iov[0] + page_up(iov[1]));
		}
}

/* The last page before an end is anonymous: a mapping of the image that can grow would show what follows in it. */
static void fix_end(u64 end)
{
	struct ri_span part;

	if (!overlap(end - RAW_PAGE, end, &part) || part.heap)
		return;
	prepare(part.start, part.end, part.aside);
	place(&part, true);
}

/* What was moved comes back at its new place at once, together with what it grew by. */
static void moved(u64 from, u64 to, u64 bytes)
{
	u64 whole = bytes, aside;
	u32 n = m->n_pieces;
	struct ri_span part;
	struct vma v;

	if (!overlap(from, from + bytes, &part))
		return;
	if (look_up(to, ~0UL, &v) && v.start == to && v.ino == m->ino && v.end - to > bytes)
		whole = v.end - to;
	aside = (u64)raw_mmap(NULL, whole, 3, 0x22, -1, 0);
	if (raw_failed((void *)aside))
		end_program("no memory to move memory", -1, "");
	*(volatile u8 *)aside = 0;
	for (u32 i = 0; i < n; i++) {
		struct ri_piece p = m->pieces[i];
		u64 a = p.start > from ? p.start : from, b = p.end < from + bytes ? p.end : from + bytes;

		if (a < b)
			add_piece(a - from + to, b - from + to, p.off + (a - p.start));
	}
	cut_spans(from, from + bytes, true);
	cut_pieces(from, from + bytes);
	add_span(to, to + whole, aside, 0);
	prepare(to, to + whole, aside);
	if (place_all(to, to + whole, true))
		end_program("memory cannot be moved", -1, "");
}

/* Reads at most n events, which lets those go on who wait for it. */
static void read_events(u32 n)
{
	struct uffd_msg e;

	while (n-- && raw_read(m->uffd, &e, sizeof e) == sizeof e)
		switch (e.event) {
		case UFFD_EVENT_REMOVE:
			zero(e.arg.remove.start, e.arg.remove.end); /* done before, if all went well */
			break;
		case UFFD_EVENT_UNMAP:
			cut_spans(e.arg.remove.start, e.arg.remove.end, true);
			cut_pieces(e.arg.remove.start, e.arg.remove.end);
			if (n_ends < MOST_ENDS)
				ends[n_ends++] = e.arg.remove.start;
			break;
		case UFFD_EVENT_REMAP:
			moved(e.arg.remap.from, e.arg.remap.to, e.arg.remap.len);
			break;
		default:
			break;
		}
}

/*
 * Stops everybody and does what the calls that wait need; release() must follow when all have stopped. Otherwise all run
 * on: those who waited are served nevertheless, because what they discard must not concern the others. No more events
 * are read than have waited: who comes later waits until we have looked at his call. served: how many.
 */
static enum ck_stopped halt(s64 patience_ms, u32 *served)
{
	static struct ck_waiting waiting[CK_MAX_THREADS];
	enum ck_stopped all;
	u32 n;

	*served = 0;
	if (alone)
		return CK_ALL_STOPPED;
	all = ck_pause_others(m->uffd, patience_ms, waiting, &n);
	while (all != CK_UNKNOWN) {
		for (u32 i = 0; i < n; i++)
			before(&waiting[i]);
		*served += n;
		if (all == CK_SOME_ELSEWHERE) {
			read_events(n);
			ck_release_others();
			return all;
		}
		if (!n)
			break;
		read_events(n);
		all = ck_pause_served(m->uffd, EVENT_PATIENCE_MS, waiting, &n);
	}
	if (all == CK_UNKNOWN)
		return all;
	read_events(~0u); /* of a process that shares this memory */
	while (n_ends)
		fix_end(ends[--n_ends]);
	return all;
}

static void release(void)
{
	if (!alone)
		ck_release_others();
}

/* Waits for at most ms, and answers what comes. */
static void answer(s64 ms)
{
	static u32 tries;
	struct raw_time t = {ms / 1000, ms % 1000 * 1000000};
	struct pollfd p = {m->uffd, POLLIN, 0};
	u32 served;

	if (alone || RAW_SYS5(__NR_ppoll, &p, 1, &t, 0, 8) != 1)
		return;
	switch (halt(EVENT_PATIENCE_MS, &served)) {
	case CK_ALL_STOPPED:
		release();
		tries = 0;
		break;
	case CK_SOME_ELSEWHERE:
		tries = served ? 0 : tries + 1;
		if (tries == 8) { /* of a process that shares this memory, and is not found: it may not wait for ever */
			read_events(1);
			tries = 0;
		}
		break;
	case CK_UNKNOWN:
		break;
	}
}

/* ---- the thread ---- */

static void check_blocks(u64 first, u64 n)
{
	u32 sums[RI_MAPPED_BUFFER / RI_BLOCK];
	u64 from = first * RI_BLOCK, bytes = n * RI_BLOCK;

	if (bytes > m->data_end - from)
		bytes = m->data_end - from;
	read_image(m->buffer, bytes, from);
	crc32c_blocks(sums, m->buffer, RI_BLOCK, bytes / RI_BLOCK);
	if (bytes % RI_BLOCK)
		sums[bytes / RI_BLOCK] =
			crc32c(0, m->buffer + bytes / RI_BLOCK * RI_BLOCK, bytes % RI_BLOCK);
	for (u64 i = 0; i < n; i++)
		if (sums[i] != m->sums[first + i])
			end_program("the checkpoint image is damaged (block at byte ", (s64)((first + i) * RI_BLOCK), ")");
}

/* Before anything else, so that a damaged image is found early. */
static void check_image(void)
{
	const u64 step = RI_MAPPED_BUFFER / RI_BLOCK, blocks = (m->data_end + RI_BLOCK - 1) / RI_BLOCK;

	for (u64 i = 0; i < blocks && !m->checked; i += step) {
		check_blocks(i, blocks - i < step ? blocks - i : step);
		answer(0);
	}
	checked = 1;
	raw_futex(&checked, FUTEX_WAKE, 1 << 30, NULL);
}

static s64 now_ns(void)
{
	struct raw_time t;

	raw_clock(1, &t);
	return t.sec * 1000000000LL + t.nsec;
}

/* chunk[i] ends where chunk[i - 1] begins. */
static void place_chunks(const u64 *start, u64 end, u32 n)
{
	s64 patience = 20; /* a thread may not stop at all for a while: the others must not wait for it long */

	for (u32 i = 0; i < n;) {
		u32 served;
		s64 begin;
		int err;

		if (halt(patience, &served) != CK_ALL_STOPPED) {
			answer(hurry ? patience : 10 * patience);
			patience = patience < 100 ? 2 * patience : patience;
			continue;
		}
		begin = now_ns();
		do
			err = place_all(start[i], i ? start[i - 1] : end, true);
		while (!err && ++i < n && (hurry || now_ns() - begin < LONGEST_NS));
		release();
		if (i < n)
			answer(err ? 50 : hurry ? 0 : 2); /* err: no memory, or too many mappings; it may get better */
	}
}

/* Up to BATCH chunks at the end of a span. */
static void bring_some(void)
{
	struct ri_span s = m->spans[m->n_spans - 1];
	u64 start[BATCH], at = s.end;
	u32 n = 0;

	while (n < BATCH && at > s.start) {
		u64 to = at;

		at = (at - 1) & ~(CHUNK - 1);
		at = at > s.start ? at : s.start;
		start[n++] = at;
		while (to > at) {
			u64 from = (to - 1) & ~(PIECE - 1);

			from = from > at ? from : at;
			prepare(from, to, s.aside + (from - s.start));
			answer(0);
			to = from;
		}
	}
	place_chunks(start, s.end, n);
}

static void bring_all(void)
{
	u32 served;

	while (halt(EVENT_PATIENCE_MS, &served) != CK_ALL_STOPPED)
		answer(10 * EVENT_PATIENCE_MS);
	while (m->n_spans) {
		struct ri_span s = m->spans[m->n_spans - 1];

		prepare(s.start, s.end, s.aside);
		if (place_all(s.start, s.end, true))
			end_program("no memory for the restart", -1, "");
	}
	release();
}

static void bring(void)
{
	check_image();
	while (!go)
		raw_futex(&go, FUTEX_WAIT, 0, NULL);
	while (m->n_spans) {
		if (alone || m->n_spans > MANY_SPANS)
			bring_all();
		else
			bring_some();
	}
	raw_close(m->uffd);
	raw_munmap(m, m->bytes);
}

/* The thread has a table of descriptors of its own: neither does it keep the program's open, nor can those be closed. */
static void fill(void *unused)
{
	int keep[] = {m->uffd, m->image_fd, message_fd, maps_fd, pagemap_fd};
	u32 from = 0;

	(void)unused;
	for (;;) {
		u32 next = ~0u;

		for (u32 i = 0; i < RAW_COUNT(keep); i++)
			if ((u32)keep[i] >= from && (u32)keep[i] < next)
				next = (u32)keep[i];
		if (next > from)
			RAW_SYS3(__NR_close_range, from, next == ~0u ? next : next - 1, 0);
		if (next == ~0u)
			break;
		from = next + 1;
	}
	raw_prctl(15 /* PR_SET_NAME */, (long)"roost-filler", 0, 0, 0);
	bring();
}

/* Before anything of the program runs, and before its descriptors are back. */
void ck_lazy_start(const struct ri_handoff *h)
{
	/* VM FS SIGHAND THREAD SYSVSEM PARENT_SETTID CHILD_CLEARTID */
	u64 flags = 0x100 | 0x200 | 0x800 | 0x10000 | 0x40000 | 0x100000 | 0x200000;

	ck_filler = go = checked = hurry = 0;
	m = (struct ri_mapped *)h->mapped;
	if (!m)
		return;
	message_fd = h->message_fd;
	maps_fd = raw_open("/proc/thread-self/maps", 02000000, 0);
	pagemap_fd = raw_open("/proc/thread-self/pagemap", 02000000, 0);
	if (maps_fd < 0 || pagemap_fd < 0)
		end_program("/proc is not mounted here", -1, "");
	alone = true;
	for (u32 i = m->n_spans; i-- > 0;)
		fix_end(m->spans[i].end);
	alone = false;
	if (raw_clone_thread(flags, ck.scratch.lazy_stack_top, &ck_filler, fill, NULL) < 0) {
		ck_filler = 0;
		alone = true;
		go = 1;
		bring();
	} else {
		raw_close(m->uffd);
	}
	raw_close(maps_fd);
	raw_close(pagemap_fd);
}

/* The program is about to run. */
void ck_lazy_go(void)
{
	go = 1;
	raw_futex(&go, FUTEX_WAKE, 1, NULL);
}

/* Whether the next checkpoint would have to wait for memory: one that need not be made at once is put off instead. */
bool ck_lazy_pending(void)
{
	return ck_filler != 0;
}

/* Waits until all memory is in place. Context: any, also while other threads wait for us to stop. */
void ck_lazy_await(void)
{
	struct raw_time tick = {0, 1000000};

	while (ck_filler && raw_getpid() == ck.pid) {
		hurry = 1;
		ck_lazy_pause();
		raw_futex(&ck_filler, FUTEX_WAIT, ck_filler, &tick);
	}
}

/* Waits until it is known that the image is undamaged: a program must not end well before. */
void ck_lazy_await_check(void)
{
	struct raw_time tick = {0, 1000000};

	while (ck_filler && !checked && raw_getpid() == ck.pid) {
		ck_lazy_pause();
		raw_futex(&checked, FUTEX_WAIT, 0, &tick);
	}
}
