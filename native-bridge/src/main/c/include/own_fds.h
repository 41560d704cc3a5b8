// SPDX-License-Identifier: Apache-2.0
// What the library and roost-checkpoint -check must agree on about descriptors.
#ifndef OWN_FDS_H
#define OWN_FDS_H

/* The library's own are out of the range of numbers that programs get: from here on, halved until the limit allows it. */
#define OWN_FD 700

static inline int own_fd_within(unsigned long long limit)
{
	int at = OWN_FD;

	while (at > 2 && (unsigned long long)at >= limit)
		at /= 2;
	return at;
}

/* f_type of a POSIX message queue, whose descriptor looks like a file "/name"; in no header. */
#define MQUEUE_MAGIC 0x19800202

#endif
