// SPDX-License-Identifier: Apache-2.0
/*
 * heap SIZE_MIB HOT_MIB CONTROL small|huge: a program to be checkpointed. Touches SIZE_MIB of memory with data that
 * cannot be compressed, keeps writing to the first HOT_MIB of it, one page per iteration, and tells in the shared file
 * CONTROL what it notices: the longest time between two iterations, and after a restart when its first iteration was,
 * when it had touched all its memory, and how many words of it were wrong.
 */
#include "heap.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, PAGE_WORDS = PAGE / 8, CHILD_MS = 30 };

static struct heap_control *control;
static uint64_t *heap;
static size_t pages, hot_pages;
static uint64_t iteration;

static uint64_t word_at(uint64_t index)
{
	uint64_t z = (index + 1) * 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

/* A page of the hot set begins with the number of the last iteration that wrote it, or still with its first data. */
static uint64_t head_of(size_t page)
{
	uint64_t rounds;

	if (page >= hot_pages || iteration <= page)
		return word_at(page * PAGE_WORDS);
	rounds = (iteration - 1 - page) / hot_pages;
	return rounds * hot_pages + page;
}

static void fill(void)
{
	for (size_t i = 0; i < pages * PAGE_WORDS; i++)
		heap[i] = word_at(i);
}

static uint64_t touch(void)
{
	uint64_t sum = 0;

	for (size_t p = 0; p < pages; p++)
		sum += *(volatile uint64_t *)(heap + p * PAGE_WORDS + 1);
	return sum;
}

/* Pages that were spread over the heap by change() hold their complement in the second word. */
static uint64_t count_wrong(void)
{
	uint64_t wrong = 0;

	for (size_t p = 0; p < pages; p++) {
		const uint64_t *page = heap + p * PAGE_WORDS;
		uint64_t second = word_at(p * PAGE_WORDS + 1);

		wrong += page[0] != head_of(p);
		wrong += page[1] != second && page[1] != ~second;
		for (size_t i = 2; i < PAGE_WORDS; i++)
			wrong += page[i] != word_at(p * PAGE_WORDS + i);
	}
	return wrong;
}

/* Writes one page in a hundred. */
static void change(void)
{
	for (size_t p = 50; p < pages; p += 100)
		heap[p * PAGE_WORDS + 1] = ~heap[p * PAGE_WORDS + 1];
}

/* As bare as it can be: no handlers of the C library, no checkpoint library. */
static pid_t bare_fork(void)
{
	pid_t child = (pid_t)syscall(SYS_fork);

	if (child == 0) {
		usleep(CHILD_MS * 1000);
		_exit(0);
	}
	return child;
}

static void after_restart(void)
{
	control->first_ns = heap_now();
	control->sum = touch();
	control->touched_ns = heap_now();
	control->wrong = count_wrong();
}

/* What the driver asked for. Orders are counters: one is done when the answer has caught up. */
static bool obey(struct heap_orders *done, pid_t *child)
{
	bool again = false;

	if (control->asked.life != done->life) {
		after_restart();
		control->done.life = done->life = control->asked.life;
		again = true;
	}
	if (control->asked.change != done->change) {
		change();
		control->done.change = done->change = control->asked.change;
		again = true;
	}
	if (control->asked.mark != done->mark) {
		control->longest_ns = 0;
		control->done.mark = done->mark = control->asked.mark;
		again = true;
	}
	if (control->asked.fork != done->fork) {
		if (!*child)
			*child = bare_fork();
		else if (waitpid(*child, NULL, WNOHANG) == *child) {
			*child = 0;
			control->done.fork = done->fork = control->asked.fork;
		}
	}
	return again;
}

int main(int argc, char **argv)
{
	struct heap_orders done = {0, 0, 0, 0};
	pid_t child = 0;
	int64_t last;
	int fd;

	if (argc != 5)
		return 2;
	pages = strtoul(argv[1], NULL, 10) * 256;
	hot_pages = strtoul(argv[2], NULL, 10) * 256;
	fd = open(argv[3], O_RDWR | O_CLOEXEC);
	control = mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	heap = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (control == MAP_FAILED || heap == MAP_FAILED || !hot_pages || hot_pages > pages)
		return 1;
	close(fd);
	madvise(heap, pages * PAGE, strcmp(argv[4], "huge") ? MADV_NOHUGEPAGE : MADV_HUGEPAGE);
	fill();
	control->ready = 1;
	for (last = heap_now(); !control->end;) {
		int64_t now;

		heap[iteration % hot_pages * PAGE_WORDS] = iteration;
		control->iterations = ++iteration;
		now = heap_now();
		if (now - last > control->longest_ns)
			control->longest_ns = now - last;
		last = obey(&done, &child) ? heap_now() : now;
		while (control->rest && !control->end)
			usleep(1000);
	}
	return count_wrong() != 0;
}
