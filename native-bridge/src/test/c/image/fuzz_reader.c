// SPDX-License-Identifier: Apache-2.0
// Fuzz test of the image reader, built with the address and undefined-behaviour sanitizers: bytes of head, foot and
// tables are changed and the sums made right again, so that the reader's own checks are what stands between a hostile
// image and memory. usage: fuzz_reader GOOD-IMAGE ROUNDS [SEED]
#include "image_read.h"

#include "crc32c.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t state;

static uint64_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static void use(struct im_image *m)
{
	uint32_t n;
	const struct ri_file *f = im_table(m, RI_T_FILES, &n);
	volatile size_t sum = 0;

	for (uint32_t i = 0; i < n; i++)
		sum += strlen(im_text(m, f[i].path));
	for (uint32_t type = 1; type < RI_T_END; type++) {
		const unsigned char *t = im_table(m, type, &n);
		uint32_t bytes = 0;

		for (uint32_t i = 0; i < m->foot.n_tables; i++)
			if (m->foot.tables[i].type == type && !bytes)
				bytes = m->foot.tables[i].record_bytes;
		for (size_t i = 0; t && i < (size_t)n * bytes; i++)
			sum += t[i];
	}
	sum += (size_t)im_verify(m); /* decodes, whatever the extents say */
}

int main(int argc, char **argv)
{
	char path[64] = "/tmp/roost-fuzz.XXXXXX";
	int in = argc > 2 ? open(argv[1], O_RDONLY) : -1, out = mkstemp(path), accepted = 0;
	struct stat st;
	unsigned char *good, *bad;
	struct ri_foot foot;

	if (in < 0 || out < 0 || fstat(in, &st))
		return 2;
	state = argc > 3 ? strtoull(argv[3], NULL, 0) : 20261121;
	printf("seed %llu\n", (unsigned long long)state);
	good = malloc((size_t)st.st_size);
	bad = malloc((size_t)st.st_size);
	if (!good || !bad || read(in, good, (size_t)st.st_size) != st.st_size)
		return 2;
	memcpy(&foot, good + st.st_size - RI_PAGE, sizeof foot);
	for (long round = 0; round < atol(argv[2]); round++) {
		struct im_image m;
		struct ri_foot *f = (struct ri_foot *)(void *)(bad + st.st_size - RI_PAGE);
		struct ri_head *h = (struct ri_head *)(void *)bad;

		memcpy(bad, good, (size_t)st.st_size);
		for (uint64_t k = next() % 4 + 1; k; k--) {
			uint64_t where = next() % 3, at;

			at = where == 0	  ? next() % 64
			     : where == 1 ? (uint64_t)st.st_size - RI_PAGE + next() % 500
					  : foot.tables_off + next() % foot.tables_bytes;
			bad[at] = next() % 3 ? (unsigned char)next() : (unsigned char)(next() % 2 ? 0xff : 0);
		}
		h->crc = crc32c(0, h, sizeof *h - 4);
		f->tables_crc = crc32c(0, bad + foot.tables_off, foot.tables_bytes);
		f->crc = crc32c(0, f, sizeof *f - 4);
		if (pwrite(out, bad, (size_t)st.st_size, 0) != st.st_size)
			return 2;
		if (im_open(&m, path) == 0) {
			use(&m);
			accepted++;
		}
		im_close(&m);
	}
	unlink(path);
	free(good);
	free(bad);
	printf("fuzz: %s rounds, %d accepted, no fault\n", argv[2], accepted);
	return 0;
}
