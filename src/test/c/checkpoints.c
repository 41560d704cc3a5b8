// SPDX-License-Identifier: Apache-2.0
/*
 * checkpoints ROOST DIRECTORY ROUNDS SIZE_MIB HOT_MIB small|huge: takes the program `heap` through checkpoints and
 * restarts and measures each beside what limits it on this machine at this moment. ROOST holds bin/roost-checkpoint.
 * Prints lines "name value"; times are nanoseconds. The n-th value of one name belongs to the n-th of the others.
 *
 *	limit_write      as many bytes as the image has: O_DIRECT write + fsync to a new file in DIRECTORY; mean of one
 *	                 just before the image and one just after it, because a disk's speed may change within seconds
 *	limit_read       the image's bytes read into fresh anonymous memory, page cache warm
 *	limit_restart    the same by a process that is started for it, from before its start
 *	fork pause       longest time between two iterations of the program: around a bare fork of it; around a checkpoint
 *	first_touch      longest time between two touches of as much fresh memory as the program writes to, in a process that
 *	                 does nothing else, just before
 *	continue exit    from the signal until the image is durable
 *	writer_cpu writer_faults     of the process that wrote the image
 *	first touched    from the start of the restart to the program's first iteration; until it has touched its memory
 *	image            bytes of the image
 *	full full_bytes full_pause   a first checkpoint of a program that is to have incremental images
 *	again again_bytes again_pause  later ones, after one page in a hundred was written; again_fork: a bare fork before
 *
 * Becomes the parent of the writing processes (PR_SET_CHILD_SUBREAPER), so it sees the end of each and what it used.
 */
#include "heap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_NS (180 * 1000000000LL)
#define PIECE ((size_t)4 << 20)
#define PAGE 4096
#define REST_MS 5
#define REST_MS_MAX 5000
#define SECONDS 5 /* how often a second checkpoint is made */

extern char **environ;

static const char *self, *roost, *directory;
static struct heap_control *control;
static char image[PATH_MAX], control_file[PATH_MAX];
static int directory_fd, events_fd;
static pid_t job;

static void __attribute__((noreturn)) fail(const char *what)
{
	fprintf(stderr, "checkpoints: %s: %s\n", what, strerror(errno));
	if (job > 0)
		kill(job, SIGKILL);
	exit(1);
}

static void print(const char *name, int64_t value)
{
	printf("%s %lld\n", name, (long long)value);
	fflush(stdout);
}

static void name_in_directory(char *to, const char *name)
{
	if (snprintf(to, PATH_MAX, "%s/%s", directory, name) >= PATH_MAX)
		fail("too long a name");
}

static void await_value(const volatile uint64_t *word, uint64_t wanted, const char *what)
{
	int64_t begin = heap_now();

	while (*word != wanted) {
		usleep(200);
		if (heap_now() - begin > PATIENCE_NS || waitpid(job, NULL, WNOHANG) == job) {
			errno = ETIME;
			fail(what);
		}
	}
}

static void order(volatile uint64_t *asked, const volatile uint64_t *done, const char *what)
{
	await_value(done, ++*asked, what);
}

static pid_t spawn_at(char *path, char **arguments)
{
	pid_t pid;

	arguments[0] = path;
	errno = posix_spawn(&pid, path, NULL, NULL, arguments, environ);
	if (errno)
		fail(path);
	return pid;
}

static pid_t spawn(const char *program, char **arguments)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/bin/%s", roost, program);
	return spawn_at(path, arguments);
}

static int64_t image_bytes(void)
{
	struct stat st;

	if (stat(image, &st))
		fail(image);
	return st.st_size;
}

/*
 * What was deleted the file system may give back to the disk in the background (mount option discard), for tens of
 * milliseconds: it must not be charged to what is measured next. Waits until the disk has had nothing to do for a while.
 */
static void let_disk_rest(void)
{
	char path[64];
	struct stat st;
	int quiet = 0;

	if (fsync(directory_fd) || fstat(directory_fd, &st))
		fail(directory);
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/inflight", major(st.st_dev), minor(st.st_dev));
	for (int ms = 0; quiet < REST_MS && ms < REST_MS_MAX; ms++) {
		unsigned reads = 0, writes = 0;
		FILE *file = fopen(path, "r");

		if (!file)
			return; /* no disk of its own */
		if (fscanf(file, "%u %u", &reads, &writes) != 2)
			fail(path);
		fclose(file);
		quiet = reads + writes ? 0 : quiet + 1;
		usleep(1000);
	}
}

static int64_t limit_write(int64_t bytes)
{
	char path[PATH_MAX];
	uint64_t *data = mmap(NULL, 2 * PIECE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *piece = (char *)(((uintptr_t)data + PIECE - 1) & ~(PIECE - 1));
	int64_t begin, took;
	uint64_t seed = 88172645463325252u;
	int fd;

	if (data == MAP_FAILED)
		fail("mmap");
	madvise(piece, PIECE, MADV_HUGEPAGE);
	for (size_t i = 0; i < PIECE / 8; i++) {
		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		((uint64_t *)(void *)piece)[i] = seed;
	}
	name_in_directory(path, "limit");
	let_disk_rest();
	begin = heap_now();
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_DIRECT | O_CLOEXEC, 0600);
	if (fd < 0)
		fail(path);
	for (int64_t at = 0; at < bytes;) {
		size_t want = bytes - at < (int64_t)PIECE ? (size_t)(bytes - at) : PIECE;
		ssize_t n = write(fd, piece, want);

		if (n <= 0)
			fail(path);
		at += n;
	}
	if (fsync(fd) || close(fd))
		fail(path);
	took = heap_now() - begin;
	unlink(path);
	munmap(data, 2 * PIECE);
	return took;
}

static double limit_before; /* ns per byte */

static void limit_write_before(size_t bytes)
{
	limit_before = (double)limit_write((int64_t)bytes) / (double)bytes;
}

static int64_t limit_write_around(void)
{
	int64_t bytes = image_bytes(), after = limit_write(bytes);
	double mean = (limit_before * (double)bytes + (double)after) / 2;

	limit_before = (double)after / (double)bytes;
	return (int64_t)mean;
}

static void read_image(char *to, size_t bytes, bool advance)
{
	int fd = open(image, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail(image);
	for (size_t at = 0; at < bytes;) {
		ssize_t n = read(fd, advance ? to + at : to, bytes - at < PIECE ? bytes - at : PIECE);

		if (n <= 0)
			fail(image);
		at += (size_t)n;
	}
	close(fd);
}

static char *fresh_memory(size_t bytes, bool huge)
{
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		fail("mmap");
	madvise(memory, bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
	return memory;
}

static int64_t limit_read(size_t bytes, bool huge)
{
	char *memory = fresh_memory(bytes + PIECE, huge);
	int64_t begin, took;

	read_image(memory + bytes, bytes, false); /* now it is in the page cache */
	begin = heap_now();
	read_image(memory, bytes, true);
	took = heap_now() - begin;
	munmap(memory, bytes + PIECE);
	return took;
}

static int64_t limit_restart(size_t bytes, bool huge)
{
	char path[PATH_MAX], number[32];
	char *arguments[] = {NULL, "read", image, control_file, number, huge ? "huge" : "small", NULL};
	int64_t begin;
	int status;
	pid_t pid;

	snprintf(path, sizeof(path), "%s", self);
	snprintf(number, sizeof(number), "%zu", bytes);
	begin = heap_now();
	pid = spawn_at(path, arguments);
	if (waitpid(pid, &status, 0) != pid || status)
		fail("the process that reads");
	return control->touched_ns - begin;
}

/* Until an image has taken its name and the directory is durable too: the moment from which a crash cannot undo it. */
static int64_t await_image(void)
{
	union {
		struct inotify_event event;
		char bytes[sizeof(struct inotify_event) + NAME_MAX + 1];
	} buffer;
	struct pollfd p = {events_fd, POLLIN, 0};

	for (;;) {
		if (poll(&p, 1, PATIENCE_NS / 1000000) != 1) {
			errno = ETIME;
			fail("no image was made");
		}
		if (read(events_fd, &buffer, sizeof(buffer)) <= 0)
			fail("inotify");
		if (strcmp(buffer.event.name, "image") == 0)
			break;
	}
	if (fsync(directory_fd))
		fail(directory);
	return heap_now();
}

struct written {
	int64_t durable, pause, cpu, faults, bytes;
};

static struct written checkpoint_and_continue(void)
{
	struct written w;
	struct rusage used;
	int64_t begin;
	int status;

	let_disk_rest();
	order(&control->asked.mark, &control->done.mark, "mark");
	begin = heap_now();
	kill(job, SIGUSR2);
	w.durable = await_image() - begin;
	if (wait4(-1, &status, __WALL, &used) == job || status)
		fail("the writing process failed");
	w.pause = control->longest_ns;
	w.cpu = (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000LL +
		(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000LL;
	w.faults = used.ru_minflt;
	w.bytes = used.ru_oublock * 512L;
	return w;
}

/*
 * After a checkpoint the program's writes take as many fresh pages as it writes to: what a page costs that the host has
 * to provide first is paid by any program. The memory is kept until the checkpoint is over, so that it takes others.
 */
static char *touch_fresh(size_t bytes)
{
	char *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int64_t last, longest = 0;

	if (memory == MAP_FAILED)
		fail("mmap");
	madvise(memory, bytes, MADV_NOHUGEPAGE);
	last = heap_now();
	for (size_t at = 0; at < bytes; at += PAGE) {
		int64_t now;

		*(volatile char *)(memory + at) = 1;
		now = heap_now();
		if (now - last > longest)
			longest = now - last;
		last = now;
	}
	print("first_touch", longest);
	return memory;
}

static int64_t fork_pause(void)
{
	order(&control->asked.mark, &control->done.mark, "mark");
	order(&control->asked.fork, &control->done.fork, "fork");
	return control->longest_ns;
}

static void continue_twice(size_t bytes, size_t hot_bytes)
{
	limit_write_before(bytes);
	for (int i = 0; i < 2; i++) {
		struct written w;
		char *fresh;

		print("fork", fork_pause());
		fresh = touch_fresh(hot_bytes);
		w = checkpoint_and_continue();
		munmap(fresh, hot_bytes);
		print("pause", w.pause);
		print("limit_write", limit_write_around());
		print("continue", w.durable);
		print("writer_cpu", w.cpu);
		print("writer_faults", w.faults);
	}
	print("image", image_bytes());
}

/* A restarted program's memory may be brought back by a thread of its own, which ends when it is all there. */
static void await_filler(void)
{
	char path[64];
	int threads;

	snprintf(path, sizeof(path), "/proc/%d/task", job);
	do {
		DIR *tasks = opendir(path);

		if (!tasks)
			fail(path);
		for (threads = 0; readdir(tasks);)
			threads++;
		closedir(tasks);
	} while (threads > 3 && !usleep(1000)); /* itself, "." and ".." */
}

static void exit_and_restart(bool huge)
{
	char *arguments[] = {NULL, image, NULL};
	int64_t begin;
	int status;

	let_disk_rest();
	begin = heap_now();
	kill(job, SIGTSTP);
	print("exit", await_image() - begin);
	if (waitpid(job, &status, 0) != job || !WIFSIGNALED(status) || WTERMSIG(status) != SIGUSR2)
		fail("checkpoint and exit");
	print("limit_write_exit", limit_write_around());
	print("limit_read", limit_read((size_t)image_bytes(), huge));
	print("limit_restart", limit_restart((size_t)image_bytes(), huge));
	control->asked.life++;
	begin = heap_now();
	job = spawn("roost-restart", arguments);
	await_value(&control->done.life, control->asked.life, "restart");
	if (control->wrong) {
		errno = EBADMSG;
		fail("memory is not what it was");
	}
	print("first", control->first_ns - begin);
	print("touched", control->touched_ns - begin);
	await_filler();
}

static void second_checkpoint(void)
{
	struct written full = checkpoint_and_continue();

	for (int i = 0; i < SECONDS; i++) {
		struct written w;

		print("full", full.durable);
		print("full_bytes", full.bytes);
		print("full_pause", full.pause);
		print("again_fork", fork_pause());
		order(&control->asked.change, &control->done.change, "change");
		w = checkpoint_and_continue();
		print("again", w.durable);
		print("again_bytes", w.bytes);
		print("again_pause", w.pause);
	}
}

static void start(char **arguments)
{
	memset((void *)control, 0, sizeof(*control));
	job = spawn("roost-checkpoint", arguments);
	await_value(&control->ready, 1, "start");
}

static void finish(void)
{
	int status;

	control->end = 1;
	if (waitpid(job, &status, 0) != job || status)
		fail("the program's end");
}

static void map_control(int flags)
{
	int fd = open(control_file, O_RDWR | O_CLOEXEC | flags, 0600);

	if (fd < 0 || ftruncate(fd, sizeof(*control)))
		fail(control_file);
	control = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (control == MAP_FAILED)
		fail(control_file);
	close(fd);
}

/* As limit_restart() starts it: read IMAGE CONTROL BYTES small|huge */
static int read_only(char **argv)
{
	size_t bytes = strtoul(argv[4], NULL, 10);

	snprintf(image, sizeof(image), "%s", argv[2]);
	snprintf(control_file, sizeof(control_file), "%s", argv[3]);
	map_control(0);
	read_image(fresh_memory(bytes, strcmp(argv[5], "huge") == 0), bytes, true);
	control->touched_ns = heap_now();
	return 0;
}

static void prepare(void)
{
	name_in_directory(image, "image");
	name_in_directory(control_file, "control");
	map_control(O_CREAT | O_EXCL);
	directory_fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	events_fd = inotify_init1(IN_CLOEXEC);
	if (directory_fd < 0 || inotify_add_watch(events_fd, directory, IN_MOVED_TO) < 0)
		fail(directory);
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

int main(int argc, char **argv)
{
	char program[PATH_MAX], *slash;
	char *arguments[] = {NULL, program, NULL, NULL, control_file, NULL, "-_condor_nowarn", "-_condor_warning",
			     "READWRITE", "OFF", "-_condor_ckpt", image, NULL, NULL};

	if (argc == 6 && strcmp(argv[1], "read") == 0)
		return read_only(argv);
	if (argc != 7) {
		fprintf(stderr, "usage: checkpoints ROOST DIRECTORY ROUNDS SIZE_MIB HOT_MIB small|huge\n");
		return 2;
	}
	self = argv[0];
	roost = argv[1];
	directory = argv[2];
	snprintf(program, sizeof(program), "%s", argv[0]);
	slash = strrchr(program, '/');
	snprintf(slash ? slash + 1 : program, 16, "heap");
	prepare();
	arguments[2] = argv[4];
	arguments[3] = argv[5];
	arguments[5] = argv[6];
	start(arguments);
	for (int round = atoi(argv[3]); round > 0; round--) {
		continue_twice((size_t)atoi(argv[4]) << 20, (size_t)atoi(argv[5]) << 20);
		exit_and_restart(strcmp(argv[6], "huge") == 0);
	}
	finish();
	unlink(image);
	arguments[3] = "1";
	arguments[12] = "-_condor_incremental";
	start(arguments);
	second_checkpoint();
	finish();
	return 0;
}
