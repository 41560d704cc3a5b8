// SPDX-License-Identifier: Apache-2.0
// Shared by the test programs. checkpoint_here() marks a place where the runner wants a checkpoint; it does what the
// environment variable CK_TEST says: "ckpt" calls ckpt(), "tstp" raises SIGTSTP, "usr2" raises SIGUSR2, "count": appends
// a byte to the file CK_COUNT, so that the runner knows how many places there are; "third": every third one raises SIGTSTP,
// the others call ckpt(); unset: nothing. CK_AT: one call only. Everything else about a program is ordinary: it is not linked with the library.
#ifndef STEP_H
#define STEP_H

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STEPS 5

#ifdef __cplusplus
extern "C" {
#endif
extern void ckpt(void) __attribute__((weak));

static inline void checkpoint_here(void)
{
	static int calls;
	const char *what = getenv("CK_TEST"), *at = getenv("CK_AT");

	calls++;
	if (!what || (at && atoi(at) != calls))
		return;
	if (strcmp(what, "count") == 0) {
		FILE *f = fopen(getenv("CK_COUNT"), "a");

		fputc('.', f);
		fclose(f);
		return;
	}
	if (strcmp(what, "third") == 0)
		what = calls % 3 ? "ckpt" : "tstp";
	if (strcmp(what, "ckpt") == 0 && ckpt)
		ckpt();
	else
		raise(strcmp(what, "tstp") == 0 ? SIGTSTP : SIGUSR2);
}
#ifdef __cplusplus
}
#endif

#endif
