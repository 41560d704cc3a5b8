// SPDX-License-Identifier: Apache-2.0
// What a program asks about itself, and what a restart changes: its process id, which another process has or had; its
// thread ids; its parent, process group and session, which are those of the restart; the file it was started from, which
// without a privilege is the restorer's to the kernel.
// The ids are the kernel's, and only whether the program asked for them is noted: one that asked is warned when they have
// changed. The names /proc/self/exe and /proc/PID/exe lead to the program, as before.
// Context: normal; ck_self_*: start, resumed program.
#include "ckpt.h"
#include "real.h"

#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>

extern char **environ;

static s32 told_pid; /* what the program was told last; 0: it never asked */
static bool told_tid;
static s32 told_kin[3];
static bool exe_differs; /* from what the kernel says */

CK_EXPORT pid_t CK_WRAP(getpid)(void)
{
	int pid = raw_getpid();

	if (pid == ck.pid) /* not a child's, which after vfork has this very memory */
		__atomic_store_n(&told_pid, pid, __ATOMIC_RELAXED);
	return pid;
}

CK_EXPORT pid_t CK_WRAP(gettid)(void)
{
	__atomic_store_n(&told_tid, true, __ATOMIC_RELAXED);
	return raw_gettid();
}

enum kin { PARENT, GROUP, SESSION };

static s32 kin(enum kin which)
{
	long id = which == PARENT  ? RAW_SYS1(__NR_getppid, 0)
		  : which == GROUP ? RAW_SYS1(__NR_getpgid, 0)
				   : RAW_SYS1(__NR_getsid, 0);

	return (s32)id;
}

static s32 tell_kin(enum kin which)
{
	s32 id = kin(which);

	if (raw_getpid() == ck.pid)
		__atomic_store_n(&told_kin[which], id, __ATOMIC_RELAXED);
	return id;
}

static bool is_self(pid_t pid)
{
	return pid == 0 || pid == raw_getpid();
}

CK_EXPORT pid_t CK_WRAP(getppid)(void)
{
	return tell_kin(PARENT);
}

CK_EXPORT pid_t CK_WRAP(getpgrp)(void)
{
	return tell_kin(GROUP);
}

CK_EXPORT pid_t CK_WRAP(getpgid)(pid_t pid)
{
	return is_self(pid) ? tell_kin(GROUP) : (pid_t)ck_answer(RAW_SYS1(__NR_getpgid, pid));
}

CK_EXPORT pid_t CK_WRAP(getsid)(pid_t pid)
{
	return is_self(pid) ? tell_kin(SESSION) : (pid_t)ck_answer(RAW_SYS1(__NR_getsid, pid));
}

/* What the program makes itself it knows, too. */
CK_EXPORT int CK_WRAP(setpgid)(pid_t pid, pid_t group)
{
	long r = ck_answer(RAW_SYS2(__NR_setpgid, pid, group));

	if (r == 0 && is_self(pid))
		tell_kin(GROUP);
	return (int)r;
}

CK_EXPORT int CK_WRAP(setpgrp)(void)
{
	return CK_WRAP(setpgid)(0, 0);
}

CK_EXPORT pid_t CK_WRAP(setsid)(void)
{
	long r = ck_answer(RAW_SYS1(__NR_setsid, 0));

	if (r > 0) {
		tell_kin(GROUP);
		tell_kin(SESSION);
	}
	return (pid_t)r;
}

static long kernels_exe(char *to)
{
	long n = RAW_SYS3(__NR_readlink, "/proc/self/exe", to, CK_PATH - 1);

	to[n > 0 ? n : 0] = 0;
	return n;
}

void ck_self_begin(void)
{
	kernels_exe(ck.exe);
}

static void warn_of_id(const char *whose, int before, int now, const char *help)
{
	char text[256];
	struct raw_text t;

	rt_init(&t, text, sizeof text);
	rt_str(&t, "the program has asked for ");
	rt_str(&t, whose);
	rt_str(&t, ", which was ");
	rt_num(&t, before);
	rt_str(&t, " and is ");
	rt_num(&t, now);
	rt_str(&t, " now: what it keeps of the old one is wrong");
	rt_str(&t, help);
	ck_warn_text(CK_UNSUP, text);
}

static void warn_of_kin(void)
{
	static const char *const whose[] = {"the id of its parent", "its process group", "its session"};

	for (u32 i = 0; i < RAW_COUNT(told_kin); i++)
		if (told_kin[i] && told_kin[i] != kin(i)) {
			warn_of_id(whose[i], told_kin[i], kin(i), "");
			return;
		}
}

static bool other_thread_ids(void)
{
	for (u32 i = 0; i < ck.tables.n_threads; i++)
		if (ck.tables.threads[i].tid != (s32)ck.tables.threads[i].pad)
			return true;
	return false;
}

/* Context: resumed program, with its threads. */
void ck_self_again(void)
{
	static char now[CK_PATH];

	exe_differs = ck.exe[0] && kernels_exe(now) > 0 && !raw_streq(now, ck.exe);
	if (told_pid && told_pid != ck.pid)
		warn_of_id("its process id", told_pid, ck.pid, ". roost-restart -same-pid gives it back");
	else if (told_tid && other_thread_ids())
		ck_warn_text(CK_UNSUP, "the program has asked for ids of its threads, which have changed: what it keeps of "
				       "them is wrong. roost-restart -same-pid gives them back");
	else
		warn_of_kin();
}

static bool names_own_exe(const char *path)
{
	int pid;

	if (!raw_starts(path, "/proc/"))
		return false;
	path += sizeof "/proc/" - 1;
	if (raw_streq(path, "self/exe") || raw_streq(path, "thread-self/exe"))
		return true;
	pid = (int)raw_number(&path, 10);
	return raw_streq(path, "/exe") && (pid == ck.pid || pid == raw_getpid());
}

/* The path to use for this one. */
const char *ck_self_path(const char *path)
{
	return unlikely(exe_differs) && path && names_own_exe(path) ? ck.exe : path;
}

static ssize_t link_of(int dir, const char *path, char *to, size_t room)
{
	size_t n;

	if (ck_self_path(path) == path)
		return ck_answer(RAW_SYS4(__NR_readlinkat, dir, path, to, room));
	if (!room)
		return ck_answer(-EINVAL);
	n = raw_strlen(ck.exe);
	n = n < room ? n : room;
	raw_copy(to, ck.exe, n);
	return (ssize_t)n;
}

CK_EXPORT ssize_t CK_WRAP(readlink)(const char *path, char *to, size_t room)
{
	return link_of(-100 /* AT_FDCWD */, path, to, room);
}

CK_EXPORT ssize_t CK_WRAP(readlinkat)(int dir, const char *path, char *to, size_t room)
{
	return link_of(dir, path, to, room);
}

CK_EXPORT char *CK_WRAP(realpath)(const char *path, char *to)
{
	return CK_REAL(realpath)(ck_self_path(path), to);
}

/* What programs call that were compiled with _FORTIFY_SOURCE. */
ssize_t __readlink_chk(const char *path, char *to, size_t room, size_t most);
ssize_t __readlinkat_chk(int dir, const char *path, char *to, size_t room, size_t most);
char *__realpath_chk(const char *path, char *to, size_t most);
ssize_t CK_WRAP(__readlink_chk)(const char *path, char *to, size_t room, size_t most);
ssize_t CK_WRAP(__readlinkat_chk)(int dir, const char *path, char *to, size_t room, size_t most);
char *CK_WRAP(__realpath_chk)(const char *path, char *to, size_t most);

CK_EXPORT ssize_t CK_WRAP(__readlink_chk)(const char *path, char *to, size_t room, size_t most)
{
	return room > most ? CK_REAL(__readlink_chk)(path, to, room, most) : link_of(-100, path, to, room);
}

CK_EXPORT ssize_t CK_WRAP(__readlinkat_chk)(int dir, const char *path, char *to, size_t room, size_t most)
{
	return room > most ? CK_REAL(__readlinkat_chk)(dir, path, to, room, most) : link_of(dir, path, to, room);
}

CK_EXPORT char *CK_WRAP(__realpath_chk)(const char *path, char *to, size_t most)
{
	return CK_REAL(__realpath_chk)(ck_self_path(path), to, most);
}

CK_EXPORT int CK_WRAP(execve)(const char *path, char *const argv[], char *const env[])
{
	return (int)ck_answer(RAW_SYS3(__NR_execve, ck_self_path(path), argv, env));
}

CK_EXPORT int CK_WRAP(execv)(const char *path, char *const argv[])
{
	return (int)ck_answer(RAW_SYS3(__NR_execve, ck_self_path(path), argv, environ));
}

CK_EXPORT int CK_WRAP(posix_spawn)(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
				   const posix_spawnattr_t *attributes, char *const argv[], char *const env[])
{
	return CK_REAL(posix_spawn)(pid, ck_self_path(path), actions, attributes, argv, env);
}
