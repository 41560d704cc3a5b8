// SPDX-License-Identifier: Apache-2.0
// Fact: the variables and calls of the C interface are found in the library and do what they say.
#include "step.h"

extern unsigned _condor_numrestarts __attribute__((weak));
extern int condor_slow_ckpt __attribute__((weak));
extern int _condor_warning_config(const char *, const char *) __attribute__((weak));
extern int _condor_ckpt_is_disabled(void) __attribute__((weak));

int main(void)
{
	for (int step = 0; step < STEPS; step++) {
		unsigned before = &_condor_numrestarts ? _condor_numrestarts : 0;

		if (&condor_slow_ckpt)
			condor_slow_ckpt = 1 << 20;
		checkpoint_here();
		/* Without the library nothing counts; with it every image and every restart does. */
		printf("counted %d words %d %d depth %d\n",
		       &_condor_numrestarts && getenv("CK_TEST") && strcmp(getenv("CK_TEST"), "count") ? _condor_numrestarts > before : 1,
		       _condor_warning_config ? _condor_warning_config("ALL", "off") : 1,
		       _condor_warning_config ? _condor_warning_config("nonsense", "on") : 0,
		       _condor_ckpt_is_disabled ? _condor_ckpt_is_disabled() : 0);
	}
	return 0;
}
