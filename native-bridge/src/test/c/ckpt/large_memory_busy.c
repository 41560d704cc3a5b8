// SPDX-License-Identifier: Apache-2.0
// Fact: memory that is still coming in after a restart may be written, discarded, protected, unmapped, moved, shrunk and
// grown by several threads and raw system calls, in any order, and always holds what anonymous memory would.
#include "step.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE 4096UL
#define PART (40UL << 20)
#define PAGES (PART / PAGE)
#define THREADS 4

struct part {
	unsigned char *at;
	unsigned version[PAGES]; /* what each page holds: 0 zero, else a pattern */
	unsigned next, seed;
	long wrong;
	pthread_t thread;
};

static struct part parts[THREADS];

static unsigned draw(struct part *p)
{
	p->seed = p->seed * 1664525 + 1013904223;
	return p->seed >> 8;
}

static unsigned long word(struct part *p, unsigned long page)
{
	return p->version[page] ? (p->version[page] * 0x9e3779b97f4a7c15UL) ^ page : 0;
}

static void look(struct part *p, unsigned long page)
{
	const unsigned long *w = (const unsigned long *)(p->at + page * PAGE);

	for (int i = 0; i < 512; i += 73)
		p->wrong += w[i] != word(p, page);
}

static void fill(struct part *p, unsigned long page)
{
	unsigned long *w = (unsigned long *)(p->at + page * PAGE);

	p->version[page] = ++p->next;
	for (int i = 0; i < 512; i++)
		w[i] = word(p, page);
}

static void clear(struct part *p, unsigned long page, unsigned long n)
{
	memset(p->version + page, 0, n * sizeof(p->version[0]));
}

/* Through a pipe: the kernel writes into memory that may not be there yet. */
static void receive(struct part *p, unsigned long page)
{
	unsigned long data[512];
	int ends[2];

	if (pipe(ends))
		return;
	p->version[page] = ++p->next;
	for (int i = 0; i < 512; i++)
		data[i] = word(p, page);
	if (write(ends[1], data, PAGE) != (ssize_t)PAGE || read(ends[0], p->at + page * PAGE, PAGE) != (ssize_t)PAGE)
		p->wrong += 1000;
	close(ends[0]);
	close(ends[1]);
}

/* Shrinks the part and grows it again, in place or at another one: what it grows by is zero, not what lay behind. */
static void move(struct part *p, int raw)
{
	unsigned long less = PART - 64 * PAGE;
	unsigned char *at, *old = p->at;

	munmap(old + less, PART - less);
	at = raw ? (unsigned char *)syscall(SYS_mremap, old, less, PART, MREMAP_MAYMOVE)
		 : mremap(old, less, PART, MREMAP_MAYMOVE);
	if (at == MAP_FAILED) { /* of more than one mapping, as it may be here and elsewhere */
		at = mmap(NULL, PART, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		memcpy(at, old, less);
		munmap(old, less);
	}
	p->at = at;
	clear(p, less / PAGE, 64);
}

static void one(struct part *p, unsigned step)
{
	unsigned long page = draw(p) % PAGES, n = 1 + draw(p) % 40;

	n = page + n > PAGES ? PAGES - page : n;
	switch (draw(p) % 12) {
	case 0:
		syscall(SYS_madvise, p->at + page * PAGE, n * PAGE, MADV_DONTNEED);
		clear(p, page, n);
		break;
	case 1:
		if (syscall(SYS_madvise, p->at + page * PAGE, n * PAGE, MADV_FREE))
			p->wrong += 1000;
		memset(p->at + page * PAGE, 0, n * PAGE); /* what was there may be seen until then */
		clear(p, page, n);
		break;
	case 2:
		mprotect(p->at + page * PAGE, n * PAGE, PROT_READ);
		for (unsigned long i = 0; i < n; i++)
			look(p, page + i);
		if (step % 2)
			mprotect(p->at + page * PAGE, n * PAGE, PROT_READ | PROT_WRITE);
		else if (mmap(p->at + page * PAGE, n * PAGE, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == p->at + page * PAGE)
			clear(p, page, n);
		break;
	case 3:
		receive(p, page);
		break;
	case 4:
		if (step % 64 == 0)
			move(p, step % 128 == 0);
		break;
	default:
		for (unsigned long i = 0; i < n; i++) {
			look(p, page + i);
			if (i % 3 == 0)
				fill(p, page + i);
		}
	}
}

static void *work(void *arg)
{
	struct part *p = arg;

	for (unsigned step = 1; step <= 3000; step++)
		one(p, step);
	return NULL;
}

int main(void)
{
	setvbuf(stdout, NULL, _IONBF, 0);
	for (int i = 0; i < THREADS; i++) {
		parts[i].at = mmap(NULL, PART, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		parts[i].seed = (unsigned)i + 1;
		if (i == 1)
			madvise(parts[i].at, PART, MADV_HUGEPAGE);
		for (unsigned long page = 0; page < PAGES; page++)
			fill(&parts[i], page);
	}
	for (int round = 0; round < 2; round++) {
		checkpoint_here();
		for (int i = 0; i < THREADS; i++)
			pthread_create(&parts[i].thread, NULL, work, &parts[i]);
		for (int i = 0; i < THREADS; i++) {
			pthread_join(parts[i].thread, NULL);
			for (unsigned long page = 0; page < PAGES; page++)
				look(&parts[i], page);
			printf("wrong %ld\n", parts[i].wrong);
		}
	}
	return 0;
}
