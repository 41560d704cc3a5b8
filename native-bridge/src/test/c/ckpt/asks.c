// SPDX-License-Identifier: Apache-2.0
// Test aid: what depends on ids. Asks for its process id, for the id of a thread, of its parent, its process group or its
// session, or for nothing, as its first argument says, and prints it again after a checkpoint. "pid-by-number" and the like:
// asks with syscall. "late": asks after the checkpoint. "leader": makes a process group of its own. "mutex": holds a robust one.
#include "step.h"

#include <pthread.h>
#include <sys/syscall.h>

static void hold_mutex(void)
{
	static pthread_mutex_t mutex;
	pthread_mutexattr_t robust;

	pthread_mutexattr_init(&robust);
	pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&mutex, &robust);
	pthread_mutex_lock(&mutex);
}

static int ask(const char *what)
{
	if (!strcmp(what, "leader"))
		return setpgid(0, 0);
	if (strstr(what, "-by-number"))
		return (int)(!strcmp(what, "pid-by-number")   ? syscall(SYS_getpid)
			     : !strcmp(what, "tid-by-number") ? syscall(SYS_gettid)
							      : syscall(SYS_getppid));
	return !strcmp(what, "pid")	  ? getpid()
	       : !strcmp(what, "tid")	  ? gettid()
	       : !strcmp(what, "parent")  ? getppid()
	       : !strcmp(what, "group")	  ? getpgrp()
	       : !strcmp(what, "session") ? getsid(0)
					  : 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int id = ask(what);

	if (!strcmp(what, "mutex"))
		hold_mutex();
	checkpoint_here();
	if (!strcmp(what, "late"))
		id = getpid();
	checkpoint_here();
	printf("%d\n", id);
	return 0;
}
