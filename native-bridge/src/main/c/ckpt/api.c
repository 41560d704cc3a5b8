// SPDX-License-Identifier: Apache-2.0
// The C interface of roost_ckpt.h and its Fortran spellings. Context: normal, in the program's threads.
#include "roost_ckpt.h"

#include "ckpt.h"
#include "real.h"

#include <stdarg.h>
#include <stdio.h>

#pragma GCC visibility push(default)

/* Not a child of the program. */
static bool own(void)
{
	return ck.active && raw_getpid() == ck.pid;
}

void ckpt(void)
{
	if (!own())
		return;
	ck.synchronous = true;
	ck_raise(CK_SIGUSR2);
	ck.synchronous = false;
}

void ckpt_and_exit(void)
{
	if (own())
		ck_raise(CK_SIGTSTP);
}

void ckpt_(void) __attribute__((alias("ckpt")));
void ckpt__(void) __attribute__((alias("ckpt")));
void ckpt_and_exit_(void) __attribute__((alias("ckpt_and_exit")));
void ckpt_and_exit__(void) __attribute__((alias("ckpt_and_exit")));

void restart(void)
{
	ck_restart_from(ck.image, ck.image_fd, ck.relocatable ? RI_H_RELOCATABLE : 0);
}

void init_image_with_file_name(const char *name)
{
	_condor_ckpt_disable();
	ck_set_image(name);
	_condor_ckpt_enable();
}

void init_image_with_file_descriptor(int fd)
{
	ck.image_fd = fd;
}

void init_image_with_iwd(char *dir)
{
	raw_strcpy(ck.start_cwd, dir, sizeof ck.start_cwd);
}

void init_image_relocatable(int on)
{
	ck.relocatable = on != 0;
}

void _condor_ckpt_disable(void)
{
	__atomic_add_fetch(&ck.disable_depth, 1, __ATOMIC_SEQ_CST);
}

void _condor_ckpt_enable(void)
{
	if (__atomic_sub_fetch(&ck.disable_depth, 1, __ATOMIC_SEQ_CST) < 0)
		ck.disable_depth = 0;
	if (ck.disable_depth == 0)
		ck_retry();
}

int _condor_ckpt_is_disabled(void)
{
	return ck.disable_depth;
}

int _condor_ckpt_is_deferred(void)
{
	return ck.deferred != 0;
}

void _condor_ckpt_defer(int sig)
{
	ck.deferred = sig;
}

sigset_t _condor_signals_disable(void)
{
	sigset_t all, old;

	sigfillset(&all);
	for (int sig = 1; sig <= 64; sig++)
		if (CK_SYNCHRONOUS & CK_BIT(sig))
			sigdelset(&all, sig);
	CK_REAL(sigprocmask)(SIG_SETMASK, &all, &old);
	return old;
}

void _condor_signals_enable(sigset_t before)
{
	CK_REAL(sigprocmask)(SIG_SETMASK, &before, NULL);
}

int _condor_warning_config_byname(const char *kind, const char *mode)
{
	return ck_warn_set(kind, mode);
}

int _condor_warning_config(const char *kind, const char *mode)
{
	if ((uintptr_t)kind >= 4096)
		return ck_warn_set(kind, mode);
	if ((uintptr_t)kind >= CK_KINDS)
		return 0;
	for (int i = 0; i < CK_KINDS; i++)
		if ((uintptr_t)kind == CK_ALL || (uintptr_t)kind == (uintptr_t)i)
			ck.warn_mode[i] = (int)(uintptr_t)mode;
	return 1;
}

char *_condor_warning_kind_choices(void)
{
	static char text[] = "ALL NOTICE READWRITE UNSUP BADURL ";

	return text;
}

char *_condor_warning_mode_choices(void)
{
	static char text[] = "ON ONCE OFF ";

	return text;
}

void _condor_warning(int kind, const char *format, ...)
{
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	ck_warn_text((enum ck_warn)kind, text);
}

void _condor_save_stack_location(void)
{
}

void _condor_save_stack_location_(void) __attribute__((alias("_condor_save_stack_location")));
void _condor_save_stack_location__(void) __attribute__((alias("_condor_save_stack_location")));

void _linked_with_condor_message(void)
{
	ck_debug(CK_D_ALWAYS, "User Job - checkpoint library Roost", "", "");
}

void REMOTE_syscall(void)
{
}

#pragma GCC visibility pop
