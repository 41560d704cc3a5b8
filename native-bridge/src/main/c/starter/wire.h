/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and writing the bytes of frame.h. Readers and writers remember the first thing that went
 * wrong instead of returning it from every call, so that a layout reads like its description; `bad`
 * is looked at once, at the end. Called in normal context only.
 */
#ifndef ST_WIRE_H
#define ST_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct st_writer {
	uint8_t *buf;
	size_t len, cap;
	bool bad; /* something did not fit */
};

struct st_reader {
	const uint8_t *at, *end;
	bool bad; /* something was missing */
};

struct st_header {
	uint32_t length, type, id, crc;
};

void st_wire_init(void);
uint32_t st_crc32c(uint32_t crc, const void *data, size_t len);

void st_put_u32(struct st_writer *w, uint32_t v);
void st_put_i32(struct st_writer *w, int32_t v);
void st_put_u64(struct st_writer *w, uint64_t v);
void st_put_i64(struct st_writer *w, int64_t v);
void st_put_str(struct st_writer *w, const char *s); /* cut at TEXT_MAX */

uint32_t st_get_u32(struct st_reader *r);
int32_t st_get_i32(struct st_reader *r);
uint64_t st_get_u64(struct st_reader *r);
/* The string's bytes inside the frame, not ended by a NUL; a string with a NUL inside is bad. */
const uint8_t *st_get_bytes(struct st_reader *r, size_t *len);

/* A frame is written into a buffer of its own: begin, put the body, seal. */
void st_frame_begin(struct st_writer *w, void *buf, size_t cap);
void st_frame_seal(struct st_writer *w, uint32_t type, uint32_t id);

/*
 * Looks at FRAME_HEADER_BYTES bytes. Returns 0, -EPROTO (not a frame) or -EMSGSIZE (longer than
 * FRAME_BODY_MAX).
 */
int st_header_parse(const uint8_t *bytes, struct st_header *h);
bool st_frame_intact(const uint8_t *frame, const struct st_header *h);

#endif
