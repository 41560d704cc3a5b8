// SPDX-License-Identifier: Apache-2.0
// Fact: memory that is still coming in after a restart may be discarded and unmapped by several threads while another one
// cannot be stopped, because it holds back every signal: what is discarded is zero, and what is not stays.
#include "step.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define PAGE 4096UL
#define PART (20UL << 20)
#define THREADS 4
#define ROUNDS 5

struct part {
	unsigned char *at;
	long wrong;
	pthread_t thread;
};

static struct part parts[THREADS];
static int hold[2], held[2];

static unsigned long value(unsigned long page)
{
	return (page + 1) * 0x9e3779b97f4a7c15UL;
}

static unsigned long *word(struct part *p, unsigned long page)
{
	return (unsigned long *)(p->at + page * PAGE) + page % 512;
}

static void *unstoppable(void *arg)
{
	unsigned long all = ~0UL, before;
	char c = 1;

	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, 8);
	if (write(held[1], &c, 1) != 1 || read(hold[0], &c, 1) != 1)
		parts[0].wrong += 10000;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8);
	return arg;
}

/* From the beginning of memory, because it comes in from the end. */
static void discard(struct part *p, unsigned long page, int advice)
{
	if (syscall(SYS_madvise, p->at + page * PAGE, 2 * PAGE, advice))
		p->wrong += 1000;
	for (int i = 0; i < 2; i++) {
		if (advice == MADV_DONTNEED)
			p->wrong += *word(p, page + i) != 0;
		*word(p, page + i) = value(page + i);
	}
}

static void *work(void *arg)
{
	struct part *p = arg;
	unsigned long last = PART / PAGE - 1;

	for (unsigned long i = 0; i < ROUNDS; i++) {
		discard(p, 8 * i, MADV_DONTNEED);
		discard(p, 8 * i + 4, MADV_FREE);
		munmap(p->at + (last - i) * PAGE, PAGE);
		*word(p, last - i - 1) = value(last - i - 1);
	}
	return NULL;
}

int main(void)
{
	pthread_t stubborn;
	char c;

	for (int i = 0; i < THREADS; i++) {
		parts[i].at = mmap(NULL, PART, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		for (unsigned long page = 0; page < PART / PAGE; page++)
			*word(&parts[i], page) = value(page);
	}
	checkpoint_here();
	if (pipe(hold) || pipe(held))
		return 1;
	pthread_create(&stubborn, NULL, unstoppable, NULL);
	if (read(held[0], &c, 1) != 1)
		return 1;
	for (int i = 0; i < THREADS; i++)
		pthread_create(&parts[i].thread, NULL, work, &parts[i]);
	for (int i = 0; i < THREADS; i++)
		pthread_join(parts[i].thread, NULL);
	if (write(hold[1], &c, 1) != 1)
		return 1;
	pthread_join(stubborn, NULL);
	for (int i = 0; i < THREADS; i++) {
		for (unsigned long page = 0; page < PART / PAGE - ROUNDS; page++)
			parts[i].wrong += *word(&parts[i], page) != value(page);
		printf("wrong %ld\n", parts[i].wrong);
	}
	return 0;
}
