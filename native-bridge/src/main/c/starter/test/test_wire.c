/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames and launch specifications from bytes that nobody meant: nothing is read or written
 * outside, every time.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../spec.h"
#include "../wire.h"
#include "frame.h"

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			printf("FAILED at %s:%d: %s\n", __FILE__, __LINE__, #condition);           \
			exit(1);                                                                   \
		}                                                                                  \
	} while (0)

static void put_spec(struct st_writer *w)
{
	st_put_u32(w, LAUNCH_NO_NEW_PRIVS);
	st_put_u32(w, 1);
	st_put_u32(w, 2);
	st_put_u32(w, 1);
	st_put_u32(w, 3);
	st_put_i32(w, 5);
	st_put_u32(w, 022);
	st_put_i32(w, SIGQUIT);
	st_put_u32(w, 1);
	st_put_u32(w, RLIMIT_NOFILE);
	st_put_u64(w, 10);
	st_put_u64(w, UINT64_MAX);
	st_put_str(w, "/job");
	st_put_str(w, "/bin/true");
	st_put_str(w, "/");
	st_put_str(w, "/in");
	st_put_str(w, "");
	st_put_str(w, "");
	st_put_str(w, "");
	st_put_str(w, "/lock");
	st_put_u32(w, 2);
	st_put_str(w, "true");
	st_put_str(w, "");
	st_put_u32(w, 1);
	st_put_str(w, "A=b");
}

static void a_specification_arrives_as_it_was_sent(void)
{
	uint8_t buf[1024];
	struct st_writer w = { .buf = buf, .cap = sizeof buf };
	struct st_spec spec;
	const char *why;

	put_spec(&w);
	CHECK(st_spec_decode(&spec, buf, w.len, &why) == 0);
	CHECK(spec.uid == 1 && spec.gid == 2 && spec.ngroups == 1 && spec.groups[0] == 3 &&
	      spec.nice == 5);
	CHECK(spec.umask == 022 && spec.kill_signal == SIGQUIT);
	CHECK(spec.nrlimits == 1 && spec.rlimits[0].limit.rlim_cur == 10);
	CHECK(spec.rlimits[0].limit.rlim_max == RLIM_INFINITY);
	CHECK(!strcmp(spec.executable, "/bin/true") && !strcmp(spec.std[0], "/in") &&
	      !spec.std[1][0] && !strcmp(spec.lock, "/lock"));
	CHECK(!strcmp(spec.argv[0], "true") && !spec.argv[1][0] && !spec.argv[2]);
	CHECK(!strcmp(spec.envp[0], "A=b") && !spec.envp[1]);
	st_spec_free(&spec);
}

static void every_shortened_specification_is_refused(void)
{
	uint8_t buf[1024];
	struct st_writer w = { .buf = buf, .cap = sizeof buf };
	struct st_spec spec;
	const char *why;

	put_spec(&w);
	for (size_t len = 0; len < w.len; len++) {
		uint8_t *exact = malloc(len + 1); /* so that the sanitizer sees one byte too many */

		memcpy(exact, buf, len);
		exact = realloc(exact, len ? len : 1);
		CHECK(st_spec_decode(&spec, exact, len, &why) < 0 && why);
		st_spec_free(&spec);
		free(exact);
	}
}

static void changed_bytes_do_no_harm(unsigned seed)
{
	uint8_t buf[1024];
	struct st_writer w = { .buf = buf, .cap = sizeof buf };

	put_spec(&w);
	srand(seed);
	for (int round = 0; round < 20000; round++) {
		uint8_t *copy = malloc(w.len);
		struct st_spec spec;
		const char *why;

		memcpy(copy, buf, w.len);
		for (int n = rand() % 4; n >= 0; n--)
			copy[(size_t)rand() % w.len] = (uint8_t)rand();
		st_spec_decode(&spec, copy, w.len, &why);
		st_spec_free(&spec);
		free(copy);
	}
}

static void a_frame_is_believed_only_whole(void)
{
	uint8_t buf[64];
	struct st_writer w;
	struct st_header h;

	st_frame_begin(&w, buf, sizeof buf);
	st_put_u32(&w, 42);
	st_frame_seal(&w, FRAME_STOP, 7);
	CHECK(st_header_parse(buf, &h) == 0 && h.type == FRAME_STOP && h.id == 7 && h.length == 4);
	for (size_t i = 0; i < w.len; i++) {
		buf[i] ^= 0x10;
		CHECK(st_header_parse(buf, &h) != 0 || h.length != 4 || !st_frame_intact(buf, &h));
		buf[i] ^= 0x10;
	}
	CHECK(st_header_parse(buf, &h) == 0 && st_frame_intact(buf, &h));
}

int main(int argc, char **argv)
{
	unsigned seed = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : (unsigned)time(NULL);

	st_wire_init();
	CHECK(st_crc32c(0, "123456789", 9) == 0xe3069283u); /* the check value of CRC-32C */
	a_specification_arrives_as_it_was_sent();
	every_shortened_specification_is_refused();
	printf("test_wire: seed %u\n", seed);
	changed_bytes_do_no_harm(seed);
	a_frame_is_believed_only_whole();
	printf("test_wire: passed\n");
	return 0;
}
