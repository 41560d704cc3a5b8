// SPDX-License-Identifier: Apache-2.0
// What a Java virtual machine needs so that it can be saved; its launcher is known by the name of its file.
// - It stops its threads with SIGUSR2, which is the library's, and does not start without it: it is told another.
// - Its performance counters are a file that is mapped shared, and the next JVM of the user that starts removes the file
//   of a process that is gone: a restart would not find it. It does not get the file, and keeps them in its own memory
//   (jps and jstat do not see this JVM).
// Context: normal.
#include "ckpt.h"

#include <stdlib.h>

#define COUNTERS "/tmp/hsperfdata_"
#define ITS_SIGNAL "62"

static bool is_jvm;

void ck_jvm_begin(void)
{
	size_t n = raw_strlen(ck.exe);

	is_jvm = n > 5 && raw_streq(ck.exe + n - 5, "/java");
	if (is_jvm)
		setenv("_JAVA_SR_SIGNUM", ITS_SIGNAL, 0);
}

/* Whether the program is not to have the file or directory of this name. */
bool ck_jvm_without(const char *path)
{
	return is_jvm && path && raw_starts(path, COUNTERS);
}
