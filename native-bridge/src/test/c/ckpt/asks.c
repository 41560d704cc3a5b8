// SPDX-License-Identifier: Apache-2.0
// Test aid: what depends on ids. Asks for its process id, for the id of a thread, or for nothing, as its first argument
// says, and prints it again after a checkpoint. "late": asks after the checkpoint. "mutex": holds a robust one.
#include "step.h"

#include <pthread.h>

static void hold_mutex(void)
{
	static pthread_mutex_t mutex;
	pthread_mutexattr_t robust;

	pthread_mutexattr_init(&robust);
	pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&mutex, &robust);
	pthread_mutex_lock(&mutex);
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int id = !strcmp(what, "pid") ? getpid() : !strcmp(what, "tid") ? gettid() : 0;

	if (!strcmp(what, "mutex"))
		hold_mutex();
	checkpoint_here();
	if (!strcmp(what, "late"))
		id = getpid();
	checkpoint_here();
	printf("%d\n", id);
	return 0;
}
