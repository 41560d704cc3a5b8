// SPDX-License-Identifier: Apache-2.0
// Test aid: on [-background] COMMAND...: runs a command on a terminal of its own and copies what it writes there.
// modes: prints whether its terminal is raw, makes it so and waits for a checkpoint, three times; opens /dev/tty.
#include "step.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

static void say_modes(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t))
		printf("no terminal\n");
	else
		printf("%s %s\n", t.c_lflag & ICANON ? "lines" : "raw", t.c_lflag & ECHO ? "echo" : "silent");
	fflush(stdout);
}

static int modes(void)
{
	struct termios t;

	say_modes(0);
	checkpoint_here(); /* as found */
	say_modes(0);
	if (!tcgetattr(0, &t)) {
		t.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		tcsetattr(0, TCSANOW, &t);
	}
	for (int i = 0; i < 2; i++) {
		checkpoint_here();
		say_modes(0);
	}
	return 3;
}

static void on_terminal(int fd, bool background, char **command)
{
	struct termios t;

	setsid();
	ioctl(fd, TIOCSCTTY, 0);
	tcgetattr(fd, &t);
	t.c_oflag &= ~(tcflag_t)OPOST;
	tcsetattr(fd, TCSANOW, &t);
	for (int i = 0; i < 3; i++)
		dup2(fd, i);
	close(fd);
	if (background) {
		int status;
		pid_t child = fork();

		if (child) {
			waitpid(child, &status, 0);
			_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
		}
		setpgid(0, 0);
	}
	execvp(command[0], command);
	_exit(127);
}

static int on(bool background, char **command)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), status, fd;
	char buf[4096];
	pid_t child;
	ssize_t n;

	if (master < 0 || grantpt(master) || unlockpt(master) || (fd = open(ptsname(master), O_RDWR | O_NOCTTY)) < 0) {
		perror("a terminal");
		return 77;
	}
	child = fork();
	if (child == 0)
		on_terminal(fd, background, command);
	close(fd);
	while ((n = read(master, buf, sizeof buf)) > 0 || (n < 0 && errno == EINTR))
		if (n > 0 && write(1, buf, (size_t)n) != n)
			return 1;
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	bool background = argc > 2 && !strcmp(argv[2], "-background");

	if (argc > 1 && !strcmp(argv[1], "modes"))
		return modes();
	return argc > 2 + background && !strcmp(argv[1], "on") ? on(background, argv + 2 + background) : 2;
}
