// SPDX-License-Identifier: Apache-2.0
// Fact: a lock held by a reader lets readers in and keeps writers out.
#include "step.h"

#include <errno.h>
#include <pthread.h>

int main(void)
{
	pthread_rwlock_t lock;

	pthread_rwlock_init(&lock, NULL);
	pthread_rwlock_rdlock(&lock);

	for (int step = 1; step <= STEPS; step++) {
		checkpoint_here();
		printf("%d %d ", pthread_rwlock_tryrdlock(&lock), pthread_rwlock_trywrlock(&lock) == EBUSY);
		printf("%d\n", pthread_rwlock_unlock(&lock));
	}
	return 0;
}
