// SPDX-License-Identifier: Apache-2.0
// Test aid: injector MODE N PROGRAM ARGS: runs PROGRAM under ptrace; from the moment a SIGTSTP is delivered to it, its
// N-th system call (of all its threads) is made to fail. MODE: kill, enospc, eio, short (a write does half).
// Prints the number of system calls seen. Exit: 0 the N-th call was reached, 3 it was not (the sweep is over).
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *mode;
static long nth, seen;
static int armed, done;
static struct {
	pid_t tid;
	int inside, fail;
	unsigned long length; /* of a shortened write: the register is the program's again afterwards */
} threads[64];

static int slot(pid_t tid)
{
	for (int i = 0; i < 64; i++)
		if (threads[i].tid == tid || threads[i].tid == 0) {
			threads[i].tid = tid;
			return i;
		}
	exit(99);
}

static void at_syscall(pid_t pid, pid_t tid)
{
	struct user_regs_struct r;
	int i = slot(tid), writes;

	threads[i].inside = !threads[i].inside;
	if (!armed || ptrace(PTRACE_GETREGS, tid, 0, &r))
		return;
	if (!threads[i].inside) {
		if (threads[i].fail) {
			r.rax = (unsigned long)-threads[i].fail;
			threads[i].fail = 0;
			ptrace(PTRACE_SETREGS, tid, 0, &r);
		}
		if (threads[i].length) {
			r.rdx = threads[i].length;
			threads[i].length = 0;
			ptrace(PTRACE_SETREGS, tid, 0, &r);
		}
		return;
	}
	writes = r.orig_rax == SYS_write || r.orig_rax == SYS_pwrite64;
	if (strcmp(mode, "short") == 0 && !writes)
		return;
	/* Only calls that can meet such an error: a futex or an exit that fails would prove nothing. */
	if (strcmp(mode, "kill") != 0 && !writes && r.orig_rax != SYS_openat && r.orig_rax != SYS_fsync &&
	    r.orig_rax != SYS_close && r.orig_rax != SYS_rename && r.orig_rax != SYS_fdatasync)
		return;
	if (++seen != nth)
		return;
	done = 1;
	if (strcmp(mode, "kill") == 0) {
		kill(pid, SIGKILL);
	} else if (strcmp(mode, "short") == 0) {
		threads[i].length = r.rdx;
		r.rdx = r.rdx / 2 & ~4095UL ? r.rdx / 2 & ~4095UL : r.rdx;
		ptrace(PTRACE_SETREGS, tid, 0, &r);
	} else {
		threads[i].fail = strcmp(mode, "enospc") == 0 ? ENOSPC : EIO;
		if (r.orig_rax != SYS_close) { /* which closes whatever it answers */
			r.orig_rax = (unsigned long)-1;
			ptrace(PTRACE_SETREGS, tid, 0, &r);
		}
	}
}

int main(int argc, char **argv)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL;
	int status;
	pid_t pid;

	if (argc < 4)
		return 2;
	mode = argv[1];
	nth = atol(argv[2]);
	pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		execvp(argv[3], argv + 3);
		_exit(98);
	}
	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, 0, options);
	ptrace(PTRACE_SYSCALL, pid, 0, 0);
	for (;;) {
		pid_t tid = waitpid(-1, &status, __WALL);
		long sig = 0;

		if (tid < 0)
			break;
		if (!WIFSTOPPED(status))
			continue;
		if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
			at_syscall(pid, tid);
		} else if (WSTOPSIG(status) == SIGTSTP) {
			armed = 1;
			sig = SIGTSTP;
		} else if (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP) {
			sig = WSTOPSIG(status);
		}
		ptrace(PTRACE_SYSCALL, tid, 0, sig);
	}
	return done ? 0 : 3;
}
