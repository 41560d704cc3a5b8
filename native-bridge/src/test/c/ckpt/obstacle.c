// SPDX-License-Identifier: Apache-2.0
// Test aid: brings about one thing that is in the way of a checkpoint (its first argument), says "ready", and ends with
// the next line of input. Ends with 77 where the kernel does not have the thing.
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096

static int io_uring(void)
{
	char params[120] = "";

	return (int)syscall(425, 4, params);
}

static int watch(void)
{
	int fd = inotify_init1(0);

	return inotify_add_watch(fd, "/tmp", IN_CREATE);
}

static int aio(void)
{
	static unsigned long context;

	return (int)syscall(SYS_io_setup, 4, &context);
}

static int system_v(void)
{
	int id = shmget(IPC_PRIVATE, PAGE, 0600);
	char *p = id < 0 ? (void *)-1 : shmat(id, NULL, 0);

	if (p == (void *)-1)
		return -1;
	*p = 1;
	return shmctl(id, IPC_RMID, NULL);
}

static int memfd(void)
{
	int fd = memfd_create("m", 0);

	return fd < 0 ? -1 : ftruncate(fd, PAGE);
}

static int secret(void)
{
	int fd = (int)syscall(447, 0);
	char *p;

	if (fd < 0 || ftruncate(fd, PAGE))
		return -1;
	p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return -1;
	*p = 1;
	return close(fd);
}

static int pidfd(void)
{
	return (int)syscall(SYS_pidfd_open, getpid(), 0);
}

static int terminal(void)
{
	return posix_openpt(O_RDWR);
}

static int queue(void)
{
	int fd = mq_open("/roost-obstacle", O_CREAT | O_RDWR, 0600, NULL);

	mq_unlink("/roost-obstacle");
	return fd;
}

static int child(void)
{
	int ends[2];
	char c;

	if (pipe(ends))
		return -1;
	if (fork() == 0) {
		close(ends[1]);
		_exit(read(ends[0], &c, 1) < 0); /* until its parent has ended */
	}
	close(ends[0]);
	return 0;
}

static int connection(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0);
}

static int userfault(void)
{
	return (int)syscall(SYS_userfaultfd, 1);
}

static int events(void)
{
	char attributes[128] = {1, 0, 0, 0, 128}; /* a software event */

	return (int)syscall(SYS_perf_event_open, attributes, 0, -1, -1, 0);
}

static void *wait(void *unused)
{
	pause();
	return unused;
}

/* One more than there may be. */
static int threads(void)
{
	pthread_attr_t small;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 16384);
	for (int i = 0; i < 4096; i++) {
		pthread_t t;

		errno = pthread_create(&t, &small, wait, NULL);
		if (errno)
			return -1;
	}
	return 0;
}

/* Of whichever device lets itself be mapped: the firmware's, or a disk. */
static int device(void)
{
	static const struct {
		const char *name;
		off_t at;
	} all[] = {{"/dev/mem", 0xf0000}, {"/dev/vda", 0}, {"/dev/sda", 0}, {"/dev/nvme0n1", 0}, {"/dev/loop0", 0}};

	for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
		int fd = open(all[i].name, O_RDONLY);
		void *p = fd < 0 ? MAP_FAILED : mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, all[i].at);

		close(fd);
		if (p != MAP_FAILED)
			return 0;
	}
	return -1;
}

static int new_root(void)
{
	return mkdir("root", 0700) || chroot("root") ? -1 : chdir("/");
}

static int namespace(void)
{
	return unshare(CLONE_NEWUTS) && unshare(CLONE_NEWUSER) ? -1 : 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*make)(void);
	} all[] = {{"io_uring", io_uring}, {"inotify", watch}, {"aio", aio}, {"system_v", system_v}, {"memfd", memfd},
		   {"secret", secret}, {"pidfd", pidfd}, {"terminal", terminal}, {"queue", queue}, {"child", child},
		   {"connection", connection}, {"userfault", userfault}, {"events", events},
		   {"threads", threads}, {"device", device}, {"new_root", new_root}, {"namespace", namespace}};
	char line[80];

	for (unsigned i = 0; argc > 1 && i < sizeof all / sizeof *all; i++)
		if (!strcmp(argv[1], all[i].name) && all[i].make() < 0) {
			perror(argv[1]);
			return 77;
		}
	puts("ready");
	fflush(stdout);
	return fgets(line, sizeof line, stdin) ? 3 : 4;
}
