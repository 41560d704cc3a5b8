/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The front of the command line: the program behind bin/roost and every condor_* name.
 *
 *	main.c     which command it is and where it runs
 *	cache.c    finds the node's socket without reading configuration
 *	session.c  has a node run the command
 *	jvm.c      finds Java and starts the command line engine or a node in it
 *	node.c     roost start, node and stop
 *
 * Everything here runs in normal context, in one thread, and uses no stdio: a command must cost
 * little more than an exec.
 */
#ifndef ROOST_FRONT_H
#define ROOST_FRONT_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One run of the program. */
struct front {
	int argc;	  /* arguments of the command, its name first */
	char **argv;
	char **envp;
	const char *name; /* for messages */
	char home[PATH_MAX]; /* the installation: what holds bin, lib and etc */
	char socket[PATH_MAX]; /* the node's, once found */
};

/* How session_run ended, when it did not end with the command's own exit status. */
#define SESSION_NO_NODE (-1)
#define SESSION_NOT_BEGUN (-2)

/* Adds text to a bounded buffer; too long is remembered and found by text_ok. */
struct text {
	char *at;
	size_t size, used;
	int overflow;
};
void text_init(struct text *t, char *buffer, size_t size);
void text_add(struct text *t, const char *s);
void text_add_number(struct text *t, long number);

/* Writes "name: ", the parts up to a null pointer and a newline to stderr. */
void complain(const struct front *f, ...) __attribute__((sentinel));

/* Writes everything; 0 or negative errno. */
int write_all(int fd, const void *data, size_t size);

/* Connects to the UNIX socket at the path, however long the path; descriptor or negative errno. */
int socket_connect(const char *path);

/* The process that listens at the other end, 0 if unknown. */
pid_t socket_peer(int fd);

/* Finds the node's socket in the user's cache: 0, or negative errno when the cache does not know. */
int cache_find(struct front *f);

/*
 * Has the node run the command: its exit status, or SESSION_NO_NODE before anything was sent. While the node has
 * too much to do it is asked again, for some seconds.
 */
int session_run(struct front *f);

/*
 * Whether a node is there to answer over a connected socket. A process that was just killed still
 * accepts connections for a moment, and never answers: 1, 0, or -ETIMEDOUT if one keeps silent.
 */
int session_answers(const struct front *f, int fd);

/*
 * Replaces this process by the command line engine in a JVM of its own; on failure complains and
 * returns the exit status. Node commands ask it to look for a node first.
 */
int jvm_engine(struct front *f, int look_for_node);

/* For libexec/make-archives: has the engine run what its archive of loaded classes should hold. */
int jvm_train(struct front *f);

/* Replaces this process by a node; ready_fd is -1 or where it reports. As jvm_engine on failure. */
int jvm_node(struct front *f, int ready_fd);

/* Checks that there is a Java to run; 0, or the exit status after a complaint. */
int jvm_check(struct front *f);

int node_start(struct front *f);
int node_foreground(struct front *f);
int node_stop(struct front *f);

#endif
