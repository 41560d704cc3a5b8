// SPDX-License-Identifier: Apache-2.0
// Fact: every kind of private and shared memory comes back: anonymous, file, PROT_NONE with data, shared.
#include "step.h"

#include <fcntl.h>
#include <sys/mman.h>

#define PAGE 4096

int main(void)
{
	int fd = open("mapped", O_RDWR | O_CREAT | O_TRUNC, 0644);
	char *priv, *shared, *anon, *none, *both, *ro, text[PAGE * 3];
	const int P = MAP_PRIVATE, A = MAP_ANONYMOUS;

	memset(text, 'f', sizeof text);
	if (write(fd, text, sizeof text) != sizeof text)
		return 1;
	priv = mmap(NULL, sizeof text, PROT_READ | PROT_WRITE, P, fd, 0);
	shared = mmap(NULL, sizeof text, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ro = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, PAGE);
	close(fd);
	anon = mmap(NULL, 64 * PAGE, PROT_READ | PROT_WRITE, P | A, -1, 0);
	none = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, P | A, -1, 0);
	both = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | A, -1, 0);
	strcpy(none + PAGE, "hidden");
	for (int step = 0; step < STEPS; step++) {
		mprotect(none, 8 * PAGE, PROT_NONE);
		priv[step] = (char)('A' + step);
		shared[2 * PAGE + step] = (char)('a' + step);
		anon[step * 7 * PAGE] = (char)('0' + step);
		both[step * 100] = (char)('k' + step);
		checkpoint_here();
		mprotect(none, 8 * PAGE, PROT_READ | PROT_WRITE);
		printf("%.6s %.6s %c%c %s %c ro %c\n", priv, shared + 2 * PAGE, anon[0], anon[step * 7 * PAGE], none + PAGE,
		       both[step * 100], ro[0]);
		/* anonymous memory still behaves as such */
		madvise(anon + 50 * PAGE, PAGE, MADV_DONTNEED);
		anon[50 * PAGE] = (char)(anon[50 * PAGE] + 1);
		printf("dontneed %d\n", anon[50 * PAGE]);
	}
	munmap(priv, sizeof text);
	anon = mremap(anon, 64 * PAGE, 128 * PAGE, MREMAP_MAYMOVE);
	printf("%c %d\n", anon[0], anon[100 * PAGE]);
	return 0;
}
