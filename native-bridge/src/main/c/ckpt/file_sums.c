// SPDX-License-Identifier: Apache-2.0
// Sums of the mapped files: a restart tells a replaced library from one that was only copied to another machine. A sum is
// computed once in a program's life, as long as the file's identity, size and date stay the same; it is kept in memory
// that the writing processes share. Context: as write.c.
#include "ckpt.h"

#include "crc32c.h"

#define LIMIT (64UL << 20)

/* Where the sum of a file is kept, or may be: a free place, or any when all are taken. */
static struct ck_sum *place(const struct ri_file *f)
{
	struct ck_sum *sums = ck.scratch.control->sums, *s = NULL;
	u64 at = (f->ino ^ f->dev) * 0x9e3779b97f4a7c15ULL >> 32;

	for (u32 i = 0; i < CK_SUMS; i++) {
		s = &sums[(at + i) % CK_SUMS];
		if (!s->valid || (s->ino == f->ino && s->dev == f->dev))
			break;
	}
	return s;
}

static bool known(const struct ck_sum *s, const struct ri_file *f)
{
	return s->valid && s->ino == f->ino && s->dev == f->dev && s->size == f->size && s->mtime_ns == f->mtime_ns;
}

static void keep(struct ck_sum *s, const struct ri_file *f)
{
	__atomic_store_n(&s->valid, 0, __ATOMIC_SEQ_CST);
	s->dev = f->dev;
	s->ino = f->ino;
	s->size = f->size;
	s->mtime_ns = f->mtime_ns;
	s->crc = f->crc;
	__atomic_store_n(&s->valid, 1, __ATOMIC_SEQ_CST);
}

/* Reads the file; false when it is not of the length it was. */
static bool sum(struct ri_file *f)
{
	int fd = raw_open(ck_text(f->path), 02000000, 0);
	u64 off = 0;
	long n;

	if (fd < 0)
		return false;
	while ((n = raw_pread(fd, ck.scratch.text, ck.scratch.text_bytes, off)) > 0) {
		f->crc = crc32c(f->crc, ck.scratch.text, (u64)n);
		off += (u64)n;
	}
	raw_close(fd);
	return off == f->size;
}

void ck_sum_files(void)
{
	for (struct ri_file *f = ck.tables.files; f < ck.tables.files + ck.tables.n_files; f++) {
		struct ck_sum *s = place(f);

		if (f->pad || !f->size || f->size > LIMIT)
			continue;
		if (known(s, f))
			f->crc = s->crc;
		else if (sum(f))
			keep(s, f);
		else
			continue;
		f->hash_bytes = f->size;
		f->flags |= RI_FILE_HASHED;
	}
}
