/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The node's side of the starter's protocol, for the C tests: blocking, one starter at a time, ends
 * the test on trouble.
 */
#ifndef ST_TEST_CLIENT_H
#define ST_TEST_CLIENT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "../record.h"
#include "../spec.h"

struct answer {
	uint32_t type, id;
	uint8_t body[8192];
	struct st_reader in; /* at the start of body */
};

struct job {
	char dir[400]; /* the job directory */
	char box[440]; /* its working directory */
	int fd;
	pid_t starter, pid;
	uint32_t id;
};

struct options {
	const char *executable;
	uint32_t flags;
	uid_t uid;
	const char *out;
	const char *dir;
	const char *cwd;
	const char *cgroup_parent;
	const char *lock;
};

enum { NOBODY = 65534, SKIPPED = 77 };

struct test {
	const char *name;
	void (*run)(void);
};

extern const struct test tests[];
extern const size_t test_count;
extern char test_dir[256];

/* Those of test_locks.c. */
void a_locked_job_does_not_start_a_second_time(void);
void a_lock_is_free_when_its_starter_was_killed(void);
void a_lock_that_is_no_file_is_refused(void);

void remove_all(const char *dir);

_Noreturn void die(const char *file, int line, const char *what);
#define CHECK(condition) ((condition) ? (void)0 : die(__FILE__, __LINE__, #condition))

void starter_begin(struct job *j);
int starter_connect(const char *dir, const char *name);
void send_frame(int fd, uint32_t type, uint32_t id, const void *body, size_t len);
void send_bytes(int fd, const void *bytes, size_t len);
bool read_answer(int fd, struct answer *a); /* false at the end of the stream */
/* Sends and waits for the answer to this very request; events between are dropped. */
struct answer *ask(struct job *j, uint32_t type);
void send_launch(struct job *j, const struct options *o, const char *mode, const char *arg);
struct answer *launch(struct job *j, const struct options *o, const char *mode, const char *arg);
void start(struct job *j, const struct options *o, const char *mode, const char *arg);
/* Waits for the exit event, or reads the record of a job whose starter has gone. */
void await_exit(struct job *j, struct st_end *end);
bool read_record(const char *dir, struct st_end *end);
void decode_end(struct st_reader *in, struct st_end *end);
void read_text(struct st_reader *in, char *text, size_t cap);
/* Tells the starter that it may go, and waits until it has. */
void finish_job(struct job *j);
void await_gone(pid_t pid);
void await_file(const struct job *j, const char *name);
void read_out(const struct job *j, const char *name, char *text, size_t cap);

#endif
