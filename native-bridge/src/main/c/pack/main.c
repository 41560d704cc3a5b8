// SPDX-License-Identifier: Apache-2.0
// roost-pack PARENT [LIBRARY]: compresses chunks of memory for the process that writes an image. Descriptor 0 is the
// memory both share (pack.h). It has no other descriptor and writes none: what goes wrong is said by the state there.
// It is started for one image and killed when that is done, or by the kernel when its parent ends. Context: normal.
#include "pack.h"

#include <dlfcn.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_WORKERS 4
#define USUAL 1 /* acceleration */

static struct pk_shared *shared;
static uint32_t next; /* number of the chunk the next free worker takes */
static int (*compress_fast)(const char *from, char *to, int bytes, int room, int acceleration);

static void futex(volatile uint32_t *word, int op, uint32_t value)
{
	syscall(SYS_futex, word, op, value, NULL, NULL, 0);
}

static void publish(volatile uint32_t *word, uint32_t value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
	futex(word, FUTEX_WAKE, 1);
}

static void await(volatile uint32_t *word, uint32_t wanted)
{
	uint32_t seen;

	while ((seen = __atomic_load_n(word, __ATOMIC_ACQUIRE)) != wanted)
		futex(word, FUTEX_WAIT, seen);
}

static void *work(void *unused)
{
	(void)unused;
	for (;;) {
		uint32_t number = __atomic_fetch_add(&next, 1, __ATOMIC_RELAXED), at = number % PK_SLOTS;
		struct pk_slot *slot = &shared->slots[at];
		int bytes, stored;

		await(&slot->filled, number + 1);
		bytes = (int)slot->bytes;
		/* What saves less than a sixteenth is not worth the time of decoding it. */
		stored = compress_fast((const char *)PK_INPUT(shared, at), (char *)PK_OUTPUT(shared, at), bytes,
				       bytes - bytes / 16, USUAL);
		slot->stored = stored > 0 ? (uint32_t)stored : 0;
		publish(&slot->done, number + 1);
	}
	return NULL;
}

static bool load(const char *library)
{
	void *lib = dlopen(library, RTLD_NOW), *symbol = lib ? dlsym(lib, "LZ4_compress_fast") : NULL;

	*(void **)&compress_fast = symbol;
	return symbol != NULL;
}

static int workers(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof set, &set) ? 1 : CPU_COUNT(&set);

	return n > MOST_WORKERS ? MOST_WORKERS : n;
}

int main(int argc, char **argv)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (argc < 2 || getppid() != atoi(argv[1]))
		return 1;
	shared = mmap(NULL, PK_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, 0, 0);
	if (shared == MAP_FAILED)
		return 1;
	if (!load(argc > 2 ? argv[2] : "liblz4.so.1")) {
		publish(&shared->state, PK_NO_LIBRARY);
		return 1;
	}
	publish(&shared->state, PK_READY);
	for (int n = workers(); n > 1; n--) {
		pthread_t thread;

		pthread_create(&thread, NULL, work, NULL); /* without it, those that are there do its part */
	}
	work(NULL);
	return 0;
}
