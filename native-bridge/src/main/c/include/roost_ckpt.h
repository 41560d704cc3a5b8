// SPDX-License-Identifier: Apache-2.0
// What a program may call to control its own checkpointing. A program that is not run under the checkpoint library can
// still be linked: declare the functions weak and test their address. Every call is safe without the library's signals
// having been used. Source: HTCondor manual 8.8 "The Standard Universe API"; names and behaviour are HTCondor's.
#ifndef ROOST_CKPT_H
#define ROOST_CKPT_H

#include <signal.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes an image and returns when it is durable; in a program restarted from that image it returns again. When
 * checkpoints are disabled or must wait (an open connection), returns at once and the image is written later.
 * Fortran: CALL CKPT. */
void ckpt(void);
void ckpt_(void);
void ckpt__(void);

/* Writes an image and ends the process by SIGUSR2: returns only in the restarted program (or at once when delayed).
 * Fortran: CALL CKPT_AND_EXIT. */
void ckpt_and_exit(void);
void ckpt_and_exit_(void);
void ckpt_and_exit__(void);

/* Replaces this process by the image at the configured name. Does not return; failure ends the process by SIGKILL. */
void restart(void);

/* Where the next images go: a name, or a descriptor that is written from its position and never closed. */
void init_image_with_file_name(const char *name);
void init_image_with_file_descriptor(int fd);

/* Nested: while the depth is above 0 a request is remembered (the last one), and made when it reaches 0 again. */
void _condor_ckpt_disable(void);
void _condor_ckpt_enable(void);
int _condor_ckpt_is_disabled(void); /* the depth */
int _condor_ckpt_is_deferred(void); /* 1: a request waits */
void _condor_ckpt_defer(int sig);

/* Blocks every signal but those of the program's own faults; returns the mask before, for _condor_signals_enable. */
sigset_t _condor_signals_disable(void);
void _condor_signals_enable(sigset_t before);

/* kind: ALL NOTICE READWRITE UNSUP BADURL; mode: ON ONCE OFF; any case. 1: accepted, 0: unknown word.
 * Also takes the old numbers (kinds 0..4, modes 0..2) cast to pointers, as old programs pass them. */
int _condor_warning_config(const char *kind, const char *mode);
int _condor_warning_config_byname(const char *kind, const char *mode);
char *_condor_warning_kind_choices(void);
char *_condor_warning_mode_choices(void);
void _condor_warning(int kind, const char *format, ...) __attribute__((format(printf, 2, 3)));

extern int condor_compress_ckpt; /* not 0: images are compressed (LZ4); as -_condor_compress says */
extern int condor_slow_ckpt;	 /* KB/s for writing images, 0: as fast as the disk */
/* Not 0: an image holds what was written since the last one; the rest stays in NAME.base.*, which belong to it. As
 * -_condor_incremental says. Where the kernel does not allow it (a warning says so), images are full ones. */
extern int condor_incremental_ckpt;

/* How often this program was checkpointed (completed images) or restarted. */
extern unsigned _condor_numrestarts;

/* Names that old programs and tools look for. */
void init_image_with_iwd(char *dir);
void init_image_relocatable(int on);
void _condor_save_stack_location(void);
void _condor_save_stack_location_(void);
void _condor_save_stack_location__(void);
void _linked_with_condor_message(void);
void REMOTE_syscall(void);

#ifdef __cplusplus
}
#endif
#endif
