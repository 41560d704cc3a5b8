// SPDX-License-Identifier: Apache-2.0
// Fact: the variables and calls of the C interface are found in the library and do what they say.
#include "step.h"

extern unsigned _condor_numrestarts __attribute__((weak));
extern int condor_slow_ckpt __attribute__((weak));
extern int _condor_warning_config(const char *, const char *) __attribute__((weak));
extern int _condor_ckpt_is_disabled(void) __attribute__((weak));

/* Whether an image is certain to be made at this step: one that is asked for by SIGUSR2 may be left out. */
static int certain(int step)
{
	const char *what = getenv("CK_TEST"), *at = getenv("CK_AT");

	return what && (!strcmp(what, "ckpt") || !strcmp(what, "tstp")) && (!at || atoi(at) == step + 1);
}

int main(void)
{
	for (int step = 0; step < STEPS; step++) {
		unsigned before = &_condor_numrestarts ? _condor_numrestarts : 0;

		if (&condor_slow_ckpt)
			condor_slow_ckpt = 1 << 20;
		checkpoint_here();
		/* Without the library nothing counts; with it every image and every restart does. */
		printf("counted %d words %d %d depth %d\n",
		       &_condor_numrestarts && certain(step) ? _condor_numrestarts > before : 1,
		       _condor_warning_config ? _condor_warning_config("ALL", "off") : 1,
		       _condor_warning_config ? _condor_warning_config("nonsense", "on") : 0,
		       _condor_ckpt_is_disabled ? _condor_ckpt_is_disabled() : 0);
	}
	return 0;
}
