// SPDX-License-Identifier: Apache-2.0
// What the command line tools share.
#ifndef TOOLS_H
#define TOOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Whether a word of the command line is the option -name; --name is the same. */
static inline bool tl_option(const char *word, const char *name)
{
	return word[0] == '-' && !strcmp(word + 1 + (word[1] == '-'), name);
}
static inline bool tl_wants_help(const char *word)
{
	return tl_option(word, "help") || !strcmp(word, "-h");
}

/* json.c: a text as JSON has it, quoted, to standard output. */
void tl_json(const char *text);

/* The library and the restorer, where the build or an installation puts them beside this program. 0 or negative errno. */
int tl_library(char *path, size_t room);
int tl_restorer(char *path, size_t room);
/* Puts the library into LD_PRELOAD. */
int tl_preload(void);
/* Says in the environment that this process is the one to be saved; the program's children have the same library. */
void tl_mark_process(void);
/* The file that a command name stands for, by PATH. 0 or negative errno. */
int tl_find(const char *command, char *path, size_t room);

/* wrapper.c: roost-checkpoint --wrapper ... */
int wr_main(int argc, char **argv);

/* Facts that decide whether something can be checkpointed; check.c says which kinds there are. */
enum ch_kind { CH_OBSTACLE, CH_DELAY, CH_NOTE };
struct ch_findings {
	struct {
		enum ch_kind kind;
		char fact[400];
		const char *remedy; /* "" if nothing helps */
	} list[64];
	size_t count, obstacles;
};
void ch_add(struct ch_findings *f, enum ch_kind kind, const char *remedy, const char *fact, ...)
	__attribute__((format(printf, 4, 5)));
/* check.c: roost-checkpoint --check ... */
int ch_main(int argc, char **argv);
void ch_machine(struct ch_findings *f);
/* check_program.c, check_process.c */
void ch_program(struct ch_findings *f, const char *path);
void ch_process(struct ch_findings *f, int pid);
/* Says on standard error what is in the way; whether nothing is. */
bool ch_possible(const char *path);
/* Whether the file at path is a program with the library linked in. */
bool ch_is_linked(const char *path);

#endif
