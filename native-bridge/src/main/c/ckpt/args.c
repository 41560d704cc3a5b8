// SPDX-License-Identifier: Apache-2.0
// The -_condor_* arguments: taken out of argv wherever they stand, before main sees it. Context: normal, before main.
// Source: HTCondor condor_syscall_lib/remote_startup.c (order, operands, texts, exit status 255).
#include "ckpt.h"

#define PREFIX "-_condor_"

static void bad_warning(void)
{
	ck_die_error("Bad arguments to -_condor_warning\nFirst must be one of: ALL NOTICE READWRITE UNSUP BADURL \n",
		     "Second must be one of: ON ONCE OFF ", "");
}

static void debug_level(const char *name)
{
	ck.debug |= raw_streq(name, "ALWAYS")	   ? CK_D_ALWAYS
		    : raw_streq(name, "FULLDEBUG") ? CK_D_ALWAYS | CK_D_FULLDEBUG
		    : raw_streq(name, "CKPT")	   ? CK_D_CKPT
		    : raw_streq(name, "SYSCALLS")  ? CK_D_SYSCALLS
						   : CK_D_OTHER;
}

static int to_number(const char *s)
{
	const char *at = s;
	unsigned base = 10;
	u64 v;

	if (raw_starts(at, "0x") || raw_starts(at, "0X"))
		base = 16, at += 2;
	else if (*at == '0')
		base = 8;
	s = at;
	v = raw_number(&at, base);
	return at == s || *at || v > 0x7fffffff ? -1 : (int)v;
}

static void set_image(const char *name)
{
	raw_strcpy(ck.image_given, name, sizeof ck.image_given);
}

/* Waits for a debugger to clear the flag. */
static void debug_wait(void)
{
	static volatile int waiting = 1;

	while (waiting)
		raw_sleep_ms(50);
}

static void one_command_stream(void)
{
	ck_die_error("Error in command line syntax: -_condor_cmd_fd and -_condor_cmd_file exclude each other", "", "");
}

/* One argument of ours; returns how many operands it took. */
static int one(const char *name, char **operands)
{
	const char *first = operands[0], *second = first ? operands[1] : NULL;

	if (raw_streq(name, "ckpt")) {
		if (!first)
			ck_die_error("-_condor_ckpt requires another argument", "", "");
		set_image(first);
		return 1;
	}
	if (raw_streq(name, "restart")) {
		if (!first)
			ck_die_error("-_condor_restart requires an argument", "", "");
		set_image(first);
		ck.restarting = true;
		return 1;
	}
	if (raw_streq(name, "warning")) {
		if (!second || !ck_warn_set(first, second))
			bad_warning();
		return 2;
	}
	if (raw_streq(name, "cmd_fd")) {
		if (!first)
			ck_die_error("Error in command line syntax", "", "");
		ck.cmd_fd = to_number(first);
		if (ck.cmd_fd < 0)
			ck_die_error("Can't parse cmd stream fd (", first, ")");
		if (ck.cmd_file[0])
			one_command_stream();
		return 1;
	}
	if (raw_streq(name, "cmd_file")) {
		if (!first)
			ck_die_error("Error in command line syntax", "", "");
		raw_strcpy(ck.cmd_file, first, sizeof ck.cmd_file);
		if (ck.cmd_fd >= 0)
			one_command_stream();
		return 1;
	}
	if (raw_streq(name, "relocatable"))
		ck.relocatable = true;
	else if (raw_streq(name, "compress"))
		condor_compress_ckpt = 1;
	else if (raw_streq(name, "incremental"))
		condor_incremental_ckpt = 1;
	else if (raw_streq(name, "nowarn"))
		ck_warn_set("NOTICE", "OFF");
	else if (raw_streq(name, "aggravate_bugs"))
		ck.aggravate = true;
	else if (raw_streq(name, "debug_wait"))
		debug_wait();
	else if (raw_starts(name, "D_"))
		debug_level(name + 2);
	else
		ck_die_error("I don't understand argument ", name, "");
	return 0;
}

/* Returns the new argc. argv is packed and ended. */
int ck_parse_args(int argc, char **argv)
{
	int kept = 0;

	for (int i = 0; i < argc; i++) {
		if (i > 0 && raw_starts(argv[i], PREFIX)) {
			i += one(argv[i] + sizeof PREFIX - 1, argv + i + 1);
			continue;
		}
		argv[kept++] = argv[i];
	}
	argv[kept] = NULL;
	return kept;
}
