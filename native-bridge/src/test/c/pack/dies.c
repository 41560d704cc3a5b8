// SPDX-License-Identifier: Apache-2.0
// Test aid: stands for the LZ4 library and ends its process while the fourth chunk is compressed.
#include <signal.h>
#include <stdatomic.h>

int LZ4_compress_fast(const char *from, char *to, int bytes, int room, int acceleration);

int LZ4_compress_fast(const char *from, char *to, int bytes, int room, int acceleration)
{
	static atomic_int calls;

	(void)from, (void)to, (void)bytes, (void)room, (void)acceleration;
	if (atomic_fetch_add(&calls, 1) == 3)
		raise(SIGKILL);
	return 0;
}
