/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the front of the command line and a node say to each other over $(LOCAL_DIR)/run/cli.sock.
 * The Java side is roost.gate.FrontProtocol; a test there reads this file and compares the numbers.
 *
 * One connection carries one command. Both directions are sequences of frames, little-endian:
 *
 *	 0       4      5       6        8
 *	 | length | type | flags | stream | payload ...
 *
 * length counts the payload only. stream is 0 stdin, 1 stdout, 2 stderr, or a number from 3 up that the
 * node chose for a file which the front opened for it.
 *
 * The front begins with HELLO. From then on it only answers: the node writes WRITE frames whenever it
 * likes, and has at most one question (OPEN_READ ... LIST) outstanding. The node ends with EXIT. A front
 * that goes away ends the command: what was asked of the node by then goes on, what it would have
 * printed is lost.
 *
 *	HELLO       magic u32, version u16, flags u16, columns u16, umask u16, argc u32, envc u32,
 *	            user id u32 (for the names of files; who it is the kernel tells), then
 *	            1 + argc + envc strings, each with its NUL: working directory, arguments, NAME=value
 *	DATA        bytes of a stream. FRONT_LAST in flags: the stream ends with them; a file that was
 *	            opened for it is closed then, and its number is free
 *	RESULT      errno i32 (0: done), flags u32, size u64, then the error's text, or for LIST the names,
 *	            each with its NUL
 *	WRITE       bytes for a stream. No answer; the first error of a file is told at CLOSE
 *	EXIT        status u32. FRONT_NOT_BEGUN in flags: too many commands run; the front asks again later
 *	OPEN_READ   path. Answer: RESULT, and when it was opened then the answer to a READ of FRONT_CHUNK
 *	OPEN_WRITE  path, created or truncated. Answer: RESULT
 *	READ        limit u32. Answer: DATA, or RESULT with the error
 *	CLOSE       Answer: RESULT
 *	FACTS       path. Answer: RESULT with flags FRONT_IS_... and size; no file is errno ENOENT
 *	LIST        path. Answer: RESULT
 */
#ifndef ROOST_FRONT_PROTOCOL_H
#define ROOST_FRONT_PROTOCOL_H

#define FRONT_MAGIC 0x31545352u /* "RST1" */
#define FRONT_VERSION 2

#define FRONT_HEADER 8
#define FRONT_CHUNK 65536	   /* the longest payload of DATA and WRITE */
#define FRONT_HELLO_MAX 2621440	   /* the longest HELLO: the kernel's own limit on an exec, and some */
#define FRONT_LIST_MAX 1048576	   /* the longest answer to LIST */
#define FRONT_FILES_MAX 64	   /* streams open at a time, the standard ones included */

/* Types: front to node. */
#define FRONT_HELLO 0x01
#define FRONT_DATA 0x02
#define FRONT_RESULT 0x03

/* Types: node to front. */
#define FRONT_WRITE 0x11
#define FRONT_EXIT 0x12
#define FRONT_OPEN_READ 0x13
#define FRONT_OPEN_WRITE 0x14
#define FRONT_READ 0x15
#define FRONT_CLOSE 0x16
#define FRONT_FACTS 0x17
#define FRONT_LIST 0x18

/* Flags of DATA. */
#define FRONT_LAST 0x01

/* Flags of EXIT. */
#define FRONT_NOT_BEGUN 0x01

/* Flags of HELLO. */
#define FRONT_TTY_IN 0x01
#define FRONT_TTY_OUT 0x02
#define FRONT_TTY_ERR 0x04

/* Flags of the RESULT of FACTS. */
#define FRONT_IS_REGULAR 0x01
#define FRONT_IS_EXECUTABLE 0x02
#define FRONT_IS_DIRECTORY 0x04

#endif
