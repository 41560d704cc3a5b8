// SPDX-License-Identifier: Apache-2.0
// Test aid: altered IMAGE WHAT: makes of a whole image one that another machine or another version would have written,
// with all sums right. WHAT: cpu, state (of vector registers), clock, version, features, machine, pages.
#include "image_read.h"

#include "crc32c.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct im_image m;

static int change(const char *what)
{
	struct ri_process *p;
	uint32_t n;

	p = (struct ri_process *)(void *)(m.tables + ((const unsigned char *)im_table(&m, RI_T_PROCESS, &n) - m.tables));
	if (!strcmp(what, "cpu"))
		p->cpu_features |= 1ULL << (32 + 16); /* a reserved bit: no machine has it */
	else if (!strcmp(what, "state"))
		p->xcr0 |= 1ULL << 62;
	else if (!strcmp(what, "clock"))
		p->monotonic_ns += 1ULL << 60;
	else if (!strcmp(what, "version"))
		m.head.version = m.foot.version = RI_VERSION + 1;
	else if (!strcmp(what, "features"))
		m.head.features |= 1u << 31;
	else if (!strcmp(what, "machine"))
		m.head.machine = 183; /* aarch64 */
	else if (!strcmp(what, "pages"))
		m.head.page_bytes = 65536;
	else
		return -1;
	return 0;
}

static int put(const void *data, size_t bytes, uint64_t off)
{
	return pwrite(m.fd, data, bytes, (off_t)off) == (ssize_t)bytes ? 0 : -1;
}

int main(int argc, char **argv)
{
	unsigned char block[RI_BLOCK];
	size_t first;

	if (argc != 3 || im_open(&m, argv[1]) || change(argv[2])) {
		fprintf(stderr, "altered: %s\n", m.why);
		return 1;
	}
	close(m.fd);
	m.fd = open(argv[1], O_RDWR);
	m.head.crc = crc32c(0, &m.head, sizeof m.head - 4);
	if (put(&m.head, sizeof m.head, 0))
		return 1;
	first = m.foot.tables_off < RI_BLOCK ? m.foot.tables_off : RI_BLOCK;
	if (pread(m.fd, block, first, 0) != (ssize_t)first)
		return 1;
	m.sums[0] = crc32c(0, block, first);
	m.foot.sums_crc = crc32c(0, m.sums, m.foot.sums_bytes);
	m.foot.tables_crc = crc32c(0, m.tables, m.foot.tables_bytes);
	m.foot.crc = crc32c(0, &m.foot, sizeof m.foot - 4);
	if (put(m.tables, m.foot.tables_bytes, m.foot.tables_off) || put(m.sums, m.foot.sums_bytes, m.foot.sums_off) ||
	    put(&m.foot, sizeof m.foot, m.foot.file_bytes - sizeof m.foot))
		return 1;
	return 0;
}
