/* SPDX-License-Identifier: Apache-2.0 */
#include "wire.h"

#include <errno.h>
#include <string.h>

#include "frame.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
	       "frames are copied as they lie in memory");

static uint32_t crc_table[256];

void st_wire_init(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t c = i;

		for (int bit = 0; bit < 8; bit++)
			c = (c & 1) ? (c >> 1) ^ 0x82f63b78u : c >> 1;
		crc_table[i] = c;
	}
}

uint32_t st_crc32c(uint32_t crc, const void *data, size_t len)
{
	const uint8_t *p = data;

	crc = ~crc;
	for (size_t i = 0; i < len; i++)
		crc = crc_table[(crc ^ p[i]) & 0xff] ^ (crc >> 8);
	return ~crc;
}

static void put(struct st_writer *w, const void *data, size_t len)
{
	if (w->bad || len > w->cap - w->len) {
		w->bad = true;
		return;
	}
	if (len)
		memcpy(w->buf + w->len, data, len);
	w->len += len;
}

void st_put_u32(struct st_writer *w, uint32_t v)
{
	put(w, &v, sizeof v);
}

void st_put_i32(struct st_writer *w, int32_t v)
{
	put(w, &v, sizeof v);
}

void st_put_u64(struct st_writer *w, uint64_t v)
{
	put(w, &v, sizeof v);
}

void st_put_i64(struct st_writer *w, int64_t v)
{
	put(w, &v, sizeof v);
}

void st_put_str(struct st_writer *w, const char *s)
{
	size_t len = strnlen(s, TEXT_MAX);

	st_put_u32(w, (uint32_t)len);
	put(w, s, len);
}

static bool get(struct st_reader *r, void *into, size_t len)
{
	if (r->bad || len > (size_t)(r->end - r->at)) {
		r->bad = true;
		memset(into, 0, len);
		return false;
	}
	memcpy(into, r->at, len);
	r->at += len;
	return true;
}

uint32_t st_get_u32(struct st_reader *r)
{
	uint32_t v;

	get(r, &v, sizeof v);
	return v;
}

int32_t st_get_i32(struct st_reader *r)
{
	int32_t v;

	get(r, &v, sizeof v);
	return v;
}

uint64_t st_get_u64(struct st_reader *r)
{
	uint64_t v;

	get(r, &v, sizeof v);
	return v;
}

const uint8_t *st_get_bytes(struct st_reader *r, size_t *len)
{
	const uint8_t *bytes;

	*len = st_get_u32(r);
	if (r->bad || *len > (size_t)(r->end - r->at) || memchr(r->at, 0, *len)) {
		r->bad = true;
		*len = 0;
	}
	bytes = r->at;
	r->at += *len;
	return bytes;
}

void st_frame_begin(struct st_writer *w, void *buf, size_t cap)
{
	*w = (struct st_writer){ .buf = buf, .len = FRAME_HEADER_BYTES, .cap = cap };
}

void st_frame_seal(struct st_writer *w, uint32_t type, uint32_t id)
{
	uint32_t head[5] = { FRAME_MAGIC, (uint32_t)(w->len - FRAME_HEADER_BYTES), type, id, 0 };

	head[4] = st_crc32c(0, head, 16);
	head[4] = st_crc32c(head[4], w->buf + FRAME_HEADER_BYTES, w->len - FRAME_HEADER_BYTES);
	memcpy(w->buf, head, sizeof head);
}

int st_header_parse(const uint8_t *bytes, struct st_header *h)
{
	uint32_t head[5];

	memcpy(head, bytes, sizeof head);
	*h = (struct st_header){
		.length = head[1], .type = head[2], .id = head[3], .crc = head[4]
	};
	if (head[0] != FRAME_MAGIC)
		return -EPROTO;
	return h->length > FRAME_BODY_MAX ? -EMSGSIZE : 0;
}

bool st_frame_intact(const uint8_t *frame, const struct st_header *h)
{
	uint32_t crc = st_crc32c(0, frame, 16);

	return st_crc32c(crc, frame + FRAME_HEADER_BYTES, h->length) == h->crc;
}
