/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The language between the node (package roost.starter, in Java) and the starter, on the socket and
 * on disk. Fixed-width, little-endian, no padding. One frame:
 *
 *     offset  size
 *          0     4  magic    FRAME_MAGIC; its last byte is the version of this language
 *          4     4  length   of the body, 0 .. FRAME_BODY_MAX
 *          8     4  type     enum frame_type
 *         12     4  id       the request this answers; 0 for an event
 *         16     4  crc      CRC-32C (as java.util.zip.CRC32C) of bytes 0..15 and the body
 *         20     -  body
 *
 * A string is its length in bytes (u32) and the bytes, with no NUL among them. Times of day are
 * nanoseconds since 1970 (i64), boot times nanoseconds of CLOCK_BOOTTIME (u64), CPU times
 * microseconds (u64).
 *
 * Requests may be pipelined; they are answered in order. A frame that cannot be believed (magic,
 * length, checksum) is answered by FRAME_ERROR with id 0 and the connection is closed, because
 * nothing after it can be believed either.
 *
 * Files in the job directory (owned by the starter's user, not writable by others; never the job's
 * own sandbox):
 *   starter.pid   text, `key=value` lines (record.c). It is linked into place once, so it also
 *                 decides who was first: a node that finds none creates one that says pid=0, and a
 *                 late starter then refuses the job.
 *   starter.sock  where the starter listens, mode 0600
 *   exit.rec      EXIT_RECORD_BYTES long. All zero until the job has ended, then one FRAME_EXITED
 *                 frame. It is written before the job starts and overwritten in place when it ends:
 *                 a full disk cannot lose an exit status, and one fdatasync of one block is four
 *                 times as fast as write, rename and two fsyncs.
 */
#ifndef ROOST_FRAME_H
#define ROOST_FRAME_H

#include <stdint.h>

#define FRAME_MAGIC 0x01545352u /* "RST" and version 1 */
#define FRAME_HEADER_BYTES 20u
#define FRAME_BODY_MAX (4u << 20)
#define FRAME_SMALL_BODY_MAX 64u /* every request but FRAME_LAUNCH */
#define EXIT_RECORD_BYTES 4096u
#define TEXT_MAX 2048u /* bytes of a message; with the numbers it must fit into EXIT_RECORD_BYTES */

enum frame_type {
	/* node to starter; body empty unless said */
	FRAME_LAUNCH = 1,      /* launch specification, see below; answered by STARTED or ERROR */
	FRAME_SIGNAL_MAIN = 2, /* i32 signal, to the main process only */
	FRAME_STOP = 3,	       /* SIGSTOP for the whole family; answered by STOPPED */
	FRAME_CONTINUE = 4,    /* answered by CONTINUED */
	FRAME_TERMINATE = 5,   /* the kill signal to the main process, and the family continues */
	FRAME_KILL_FAMILY = 6, /* SIGKILL for all; answered by KILLED */
	FRAME_STATUS = 7,
	FRAME_USAGE = 8,
	FRAME_PING = 9,
	FRAME_ACK_EXIT = 10, /* the end has been taken over; the starter answers OK and exits */
	FRAME_SHUTDOWN_WHEN_DONE = 11, /* exit once the record is on disk, acknowledged or not */

	/* starter to node: answers */
	FRAME_OK = 64,
	FRAME_ERROR = 65, /* i32 errno, str text */
	/*
	 * u32 enum phase, u32 enum status_flag, i32 starter's pid, i32 job's pid, u64 job's start
	 * ticks, i32 errno of a record that cannot be written, str what about it; and in
	 * PHASE_ENDED the body of FRAME_EXITED
	 */
	FRAME_STATUS_REPLY = 66,
	/* u64 user us, u64 system us, u64 rss bytes, u64 largest rss bytes, u32 processes */
	FRAME_USAGE_REPLY = 67,
	FRAME_KILLED = 68, /* u32 processes signalled */

	/* answers to the one who asked, events (id 0) to every other connection */
	FRAME_STARTED = 96,   /* i32 pid, u64 start ticks (/proc/PID/stat field 22), i64 time */
	FRAME_STOPPED = 97,   /* u32 processes stopped, u32 told to stop that have not yet */
	FRAME_CONTINUED = 98, /* u32 processes continued */
	FRAME_EXITED = 99,    /* exit record, see below; always an event */
};

enum end_flag {
	END_CORE = 1u << 0,  /* it dumped core */
	END_ASKED = 1u << 1, /* it had been terminated or killed by FRAME_TERMINATE, FRAME_KILL or
			      * the starter's SIGTERM: it may not have come to its own end */
};

enum phase { PHASE_IDLE = 0, PHASE_RUNNING = 1, PHASE_ENDED = 2 };

enum status_flag {
	STATUS_STOPPED = 1u << 0,
	STATUS_RECORD_ON_DISK = 1u << 1,
	STATUS_CGROUP = 1u << 2,
};

/*
 * FRAME_LAUNCH body:
 *     u32 flags          enum launch_flag
 *     u32 uid, u32 gid   used with LAUNCH_IDENTITY
 *     u32 n, u32[n]      supplementary groups, used with LAUNCH_IDENTITY
 *     i32 nice           added to the starter's, 0..39
 *     u32 umask
 *     i32 kill signal    for FRAME_TERMINATE
 *     u32 n, {u32 resource, u64 soft, u64 hard}[n]   limits, UINT64_MAX for none
 *     str job directory, executable, working directory   absolute
 *     str standard input, output, error                  absolute; empty for /dev/null
 *     str cgroup parent  a cgroup v2 or v1 freezer directory to make the job's in, or empty
 *     str lock           absolute; a file to hold locked while the job lives, or empty. If somebody
 *                        else holds it the answer is ERROR with EWOULDBLOCK. In the file
 *                        is what is in exit.rec: zeros while the run lives, then its end.
 *     u32 n, str[n]      argv, at least argv[0]
 *     u32 n, str[n]      environment, NAME=value
 */
enum launch_flag {
	LAUNCH_IDENTITY = 1u << 0,
	LAUNCH_SUSPENDED = 1u << 1,   /* stopped before its first instruction */
	LAUNCH_NO_NEW_PRIVS = 1u << 2,
	LAUNCH_NO_CGROUP = 1u << 3,
	LAUNCH_KEEP_OUTPUT = 1u << 4, /* no truncation: the job goes on from before */
	LAUNCH_FLAGS_ALL = (1u << 5) - 1,
};

enum launch_limit {
	LAUNCH_GROUPS_MAX = 4096,
	LAUNCH_RLIMITS_MAX = 16,
	LAUNCH_STRINGS_MAX = 1 << 17,
};

/*
 * FRAME_EXITED body:
 *     u32 enum end       how
 *     i32 value          exit code, signal number or errno
 *     u32 flags          enum end_flag
 *     i32 pid, u64 start ticks        of the main process, 0 if there never was one
 *     i64 began, i64 ended            time of day
 *     u64 began, u64 ended            boot time
 *     u64 user us, u64 system us      of the whole family
 *     u64 largest rss bytes           of one process, or of the family when it was looked at
 *     u32 processes killed because the main process had ended
 *     str text           why it could not be started (END_NOT_STARTED), else empty
 */
enum end { END_EXITED = 1, END_SIGNALLED = 2, END_NOT_STARTED = 3 };

#endif
