/* SPDX-License-Identifier: Apache-2.0 */
/*
 * test_starter STARTER JOB [PART OF A NAME]: runs the tests, each in a process of its own with a
 * time limit. Run by the superuser it runs everything a second time as user 65534, for what works
 * only with rights is a fault as well.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"

enum { LIMIT_S = 60 };

void remove_all(const char *dir)
{
	char command[500];

	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	CHECK(system(command) == 0);
}

static void copy(const char *from, const char *name)
{
	char command[1024];

	snprintf(command, sizeof command, "cp '%s' '%s/%s' && chmod 755 '%s/%s'", from, test_dir,
		 name, test_dir, name);
	CHECK(system(command) == 0);
}

/* A sanitizer's complaint about a starter, which has no standard error of its own. */
static int complaints(void)
{
	char command[512];

	snprintf(command, sizeof command, "cat '%s'/sanitizer.* 2>/dev/null | head -60 | grep .",
		 test_dir);
	return system(command) == 0;
}

static int run_one(const struct test *test)
{
	int wstatus;
	pid_t pid = fork();

	if (pid == 0) {
		alarm(LIMIT_S);
		test->run();
		_exit(0);
	}
	CHECK(waitpid(pid, &wstatus, 0) == pid);
	if (WIFEXITED(wstatus) && WEXITSTATUS(wstatus) == SKIPPED) {
		printf("skipped: %s (needs the superuser or a kernel that has it)\n", test->name);
		return 0;
	}
	if (wstatus == 0)
		return 0;
	printf("FAILED: %s%s\n", test->name, WIFSIGNALED(wstatus) ? " (killed: out of time?)" : "");
	return 1;
}

static int run_all(const char *starter, const char *job, const char *only)
{
	char options[400];
	int failed = 0;

	snprintf(test_dir, sizeof test_dir, "/tmp/roost-starter-test-%d-%d", (int)geteuid(),
		 (int)getpid());
	CHECK(mkdir(test_dir, 0755) == 0);
	copy(starter, "roost-starter");
	copy(job, "job");
	snprintf(options, sizeof options, "log_path=%s/sanitizer:abort_on_error=1", test_dir);
	setenv("ASAN_OPTIONS", options, 1);
	setenv("UBSAN_OPTIONS", options, 1);
	for (size_t i = 0; i < test_count; i++)
		if (!only || strstr(tests[i].name, only))
			failed += run_one(&tests[i]);
	if (complaints())
		failed++;
	printf("test_starter as user %d: %s\n", (int)geteuid(), failed ? "FAILED" : "passed");
	remove_all(test_dir);
	return failed;
}

int main(int argc, char **argv)
{
	const char *only = argc > 3 ? argv[3] : NULL;
	int failed, wstatus = 0;
	pid_t pid;

	setvbuf(stdout, NULL, _IOLBF, 0);
	CHECK(argc >= 3);
	st_wire_init();
	failed = run_all(argv[1], argv[2], only);
	if (geteuid() == 0) {
		pid = fork();
		if (pid == 0) {
			/*
			 * Read through descriptors: the build may lie where only its owner may
			 * look.
			 */
			char starter[64], job[64];
			int fd[2] = { open(argv[1], O_RDONLY), open(argv[2], O_RDONLY) };

			CHECK(setresgid(NOBODY, NOBODY, NOBODY) == 0 &&
			      setresuid(NOBODY, NOBODY, NOBODY) == 0);
			CHECK(chdir("/") == 0 && prctl(PR_SET_DUMPABLE, 1) == 0);
			snprintf(starter, sizeof starter, "/proc/%d/fd/%d", (int)getpid(), fd[0]);
			snprintf(job, sizeof job, "/proc/%d/fd/%d", (int)getpid(), fd[1]);
			_exit(run_all(starter, job, only) ? 1 : 0);
		}
		CHECK(waitpid(pid, &wstatus, 0) == pid);
	}
	return failed || wstatus ? 1 : 0;
}
