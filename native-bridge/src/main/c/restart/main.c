// SPDX-License-Identifier: Apache-2.0
// roost-restart [-relocatable] [-same-pid] IMAGE, and the form the checkpoint library uses when a program is given
// -_condor_restart. Context: no libc.
#include "restart.h"

#include "own_fds.h"

struct rs_state rs;

void rs_main(long *stack) __attribute__((visibility("hidden")));

void rs_say(const char *a, const char *b, const char *c)
{
	static char line[8192];
	struct raw_text t;

	rt_init(&t, line, sizeof line);
	rt_str(&t, "HTCondor: Error: ");
	rt_str(&t, a);
	rt_str(&t, b);
	rt_str(&t, c);
	rt_chr(&t, '\n');
	raw_write(rs.message_fd, line, t.len);
}

/* As HTCondor ends a restart that fails: by SIGKILL, so that nothing takes it for the program's own end. */
void rs_fail(const char *a, const char *b, const char *c)
{
	rs_say(a, b, c);
	RAW_SYS2(__NR_kill, raw_getpid(), 9);
	raw_exit(1);
}

const char *rs_strerror(long err)
{
	return err == -2	? "No such file or directory"
	       : err == -13	? "Permission denied"
	       : err == -21	? "Is a directory"
	       : err == -12	? "Cannot allocate memory"
	       : err == -5	? "Input/output error"
	       : err == -17	? "the address is taken"
	       : err == -1	? "Operation not permitted"
				: "system error";
}

static void start(const char *image, int fd)
{
	rs.image_fd = fd;
	rs_read_image(image);
	rs_open_links();
	rs_check_host();
	if (rs.same_pid)
		rs_take_pid(rs.process.pid);
	rs_place();
}

static void from_library(char **argv)
{
	const char *fd_text = argv[3], *flags = argv[4], *cmd = argv[5];
	int fd = -1;

	rs.cmd_fd = *cmd == '-' ? -1 : (int)raw_number(&cmd, 10);

	if (*fd_text != '-')
		fd = (int)raw_number(&fd_text, 10);
	rs.flags = (u32)raw_number(&flags, 10);
	start(argv[2], fd);
}

static bool is_option(const char *word, const char *name)
{
	return word[0] == '-' && raw_streq(word + 1 + (word[1] == '-'), name);
}

static __attribute__((noreturn)) void usage(bool asked, const char *unknown)
{
	static const char text[] = "Usage: roost-restart [options] IMAGE\n"
				   "Become the program whose checkpoint the image holds.\n"
				   "\n"
				   "Options:\n"
				   "  -relocatable   stay in the present directory\n"
				   "  -same-pid      give the program the process id it had, in a child of this process\n"
				   "  -help          print this and exit\n";

	if (unknown) {
		raw_write(2, "roost-restart: unknown option '", 31);
		raw_write(2, unknown, raw_strlen(unknown));
		raw_write(2, "'\n", 2);
	}
	raw_write(asked ? 1 : 2, text, sizeof text - 1);
	raw_exit(asked ? 0 : 2);
}

static void from_user(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc && argv[i][0] == '-'; i++)
		if (is_option(argv[i], "relocatable"))
			rs.flags = RI_H_RELOCATABLE;
		else if (is_option(argv[i], "same-pid"))
			rs.same_pid = true;
		else
			usage(false, argv[i]);
	if (i != argc - 1)
		usage(false, NULL);
	start(argv[i], -1);
}

void rs_main(long *stack)
{
	int argc = (int)stack[0];
	char **argv = (char **)(stack + 1);
	u64 all = ~0ULL;
	int fd;

	RAW_SYS4(__NR_rt_sigprocmask, 0, &all, 0, 8);
	for (char **env = argv + argc + 1; *env; env++)
		rs.eager |= raw_starts(*env, "ROOST_RESTART_EAGER=");
	rs.message_fd = 2;
	rs.cmd_fd = -1;
	fd = raw_dup_high(2, RAW_DUPFD_CLOEXEC, OWN_FD);
	if (fd >= 0)
		rs.message_fd = fd;
	RAW_SYS2(__NR_getcwd, rs.cwd, sizeof rs.cwd);
	if (argc >= 6 && raw_streq(argv[1], "--from-library")) {
		from_library(argv);
	} else if (argc == 2 && (raw_streq(argv[1], "-h") || is_option(argv[1], "help"))) {
		usage(true, NULL);
	} else {
		from_user(argc, argv);
	}
}
