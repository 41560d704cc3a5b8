/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds Java and replaces this process by a JVM that runs the command line engine or a node. Normal
 * context.
 */
#include "front.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define JAVA_LEAST 17	   /* what Roost is compiled for */
#define JAVA_ASKS_UNSAFE 24 /* from here on the JVM warns about what Akka and LevelDB use */
#define OPTIONS_MAX 64

struct java {
	char program[PATH_MAX];
	long major; /* 0: unknown */
};

static int executable(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

static int on_path(char out[PATH_MAX])
{
	const char *path = getenv("PATH");

	path = path ? path : "/usr/local/bin:/usr/bin:/bin";
	while (path && *path) {
		const char *end = strchrnul(path, ':');
		struct text t;

		if (*path == '/' && end - path < PATH_MAX - 6) {
			memcpy(out, path, (size_t)(end - path));
			out[end - path] = '\0';
			text_init(&t, out + (end - path), (size_t)(PATH_MAX - (end - path)));
			text_add(&t, "/java");
			if (!t.overflow && executable(out))
				return 0;
		}
		path = *end ? end + 1 : end;
	}
	return -ENOENT;
}

/* The major version, from the file that every JDK has beside its bin directory. */
static long major_version(const char *program)
{
	static const char key[] = "JAVA_VERSION=\"";
	char path[PATH_MAX], content[4096];
	const char *found;
	char *slash;
	struct text t;
	ssize_t n;
	int fd;

	if (!realpath(program, path))
		return 0;
	for (int i = 0; i < 2; i++) {
		if (!(slash = strrchr(path, '/')))
			return 0;
		*slash = '\0';
	}
	text_init(&t, path + strlen(path), sizeof(path) - strlen(path));
	text_add(&t, "/release");
	fd = t.overflow ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	n = read(fd, content, sizeof(content) - 1);
	close(fd);
	content[n > 0 ? n : 0] = '\0';
	found = strstr(content, key);
	if (!found)
		return 0;
	found += sizeof(key) - 1;
	if (strncmp(found, "1.", 2) == 0) /* as versions up to 8 called themselves */
		found += 2;
	return strtol(found, NULL, 10);
}

static int find_java(const struct front *f, struct java *java)
{
	const char *home = getenv("JAVA_HOME");
	struct text number;
	char digits[24];
	struct text t;

	if (home && *home) {
		text_init(&t, java->program, sizeof(java->program));
		text_add(&t, home);
		text_add(&t, "/bin/java");
		if (t.overflow || !executable(java->program)) {
			complain(f, "JAVA_HOME is '", home, "', but there is no bin/java in it", NULL);
			return -ENOENT;
		}
	} else if (on_path(java->program) < 0) {
		complain(f, "no Java found: install a JDK 17 or newer, or set JAVA_HOME to one", NULL);
		return -ENOENT;
	}
	java->major = major_version(java->program);
	if (java->major && java->major < JAVA_LEAST) {
		text_init(&number, digits, sizeof(digits));
		text_add_number(&number, java->major);
		complain(f, java->program, " is Java ", digits, "; Roost needs 17 or newer: set JAVA_HOME to one",
			 NULL);
		return -EINVAL;
	}
	return 0;
}

int jvm_check(struct front *f)
{
	static struct java java;

	return find_java(f, &java) < 0 ? 1 : 0;
}

/* The command line of a JVM, put together without a limit that a user's arguments could reach. */
struct command {
	char **argv;
	size_t used;
	char text[16 * PATH_MAX];
	size_t text_used;
};

static void add(struct command *c, const char *word)
{
	c->argv[c->used++] = (char *)word;
}

/* Adds "prefix" + home + "suffix". */
static void add_path(struct command *c, const char *prefix, const char *home, const char *suffix)
{
	struct text t;

	text_init(&t, c->text + c->text_used, sizeof(c->text) - c->text_used);
	text_add(&t, prefix);
	text_add(&t, home);
	text_add(&t, suffix);
	add(c, t.at);
	c->text_used += t.used + 1;
}

/* The archive of loaded classes makes the start quick; a JVM that it does not fit ignores it. */
static void add_archive(struct command *c, const char *home, const char *name)
{
	static const char flag[] = "-XX:SharedArchiveFile=";

	add_path(c, flag, home, name);
	if (access(c->argv[c->used - 1] + sizeof(flag) - 1, R_OK) < 0)
		c->argv[--c->used] = NULL;
}

/* The jar that names all the others. Java's own words for its absence help nobody. */
static int add_program(struct command *c, const struct front *f, const char *jar)
{
	add_path(c, "", f->home, jar);
	if (access(c->argv[c->used - 1], R_OK) == 0)
		return 0;
	complain(f, "the installation at ", f->home, " is incomplete: there is no ", jar + 1, NULL);
	return -ENOENT;
}

/* Adds the words of an environment variable, which must not contain quoted spaces. */
static void add_words(struct command *c, const char *name, size_t limit)
{
	const char *value = getenv(name);
	char *copy = value ? strdup(value) : NULL, *place = NULL;

	for (char *w = copy ? strtok_r(copy, " \t\n", &place) : NULL; w && limit-- > 0;
	     w = strtok_r(NULL, " \t\n", &place))
		add(c, w);
}

/*
 * Java can name files by other than ASCII letters only in a locale that says UTF-8 and is installed. What the
 * user had is kept for roost.config.ProcessEnvironment.
 */
static int set_locale(void)
{
	const char *before = getenv("LC_ALL");

	return setenv("ROOST_LC_ALL", before ? before : "", 1) < 0 || setenv("LC_ALL", "C.UTF-8", 1) < 0
		       ? -ENOMEM
		       : 0;
}

static int begin(struct front *f, struct command *c, struct java *java, size_t arguments)
{
	const char *user_home = getenv("HOME");
	char here[PATH_MAX];

	if (!getcwd(here, sizeof(here))) { /* Java would not begin, and say so in its own way */
		complain(f, "the working directory cannot be told: ", strerror(errno), NULL);
		return -ENOENT;
	}
	if (find_java(f, java) < 0)
		return -ENOENT;
	c->argv = calloc(OPTIONS_MAX + arguments + 1, sizeof(char *));
	if (!c->argv || set_locale() < 0) {
		complain(f, "out of memory", NULL);
		return -ENOMEM;
	}
	add(c, java->program);
	add(c, "-XX:+UseSerialGC");
	add(c, "-XX:-UsePerfData");
	add(c, "-Xshare:auto");
	add(c, "-Xlog:disable"); /* or an archive of another JVM would be complained of on stdout */
	add(c, "-Dfile.encoding=UTF-8");
	add(c, "-Duser.language=en");
	add(c, "-Duser.country=US");
	add_path(c, "-Droost.home=", f->home, "");
	/* Java would take the home directory from the account, unlike every other program. */
	if (user_home && user_home[0] == '/')
		add_path(c, "-Duser.home=", user_home, "");
	/* The native libraries lie ready, so that nothing is unpacked to a temporary directory. */
	add_path(c, "-Dlibrary.leveldbjni.path=", f->home, "/lib/native");
	add_path(c, "-Djffi.boot.library.path=", f->home, "/lib/native");
	if (java->major >= JAVA_ASKS_UNSAFE) {
		add(c, "--enable-native-access=ALL-UNNAMED");
		add(c, "--sun-misc-unsafe-memory-access=allow");
	}
	return 0;
}

static int finish(struct front *f, struct command *c)
{
	execv(c->argv[0], c->argv);
	complain(f, "cannot start ", c->argv[0], ": ", strerror(errno), NULL);
	return 1;
}

static int engine(struct front *f, const char *mode)
{
	static struct command c;
	static struct java java;

	if (begin(f, &c, &java, (size_t)f->argc) < 0)
		return 1;
	/* Over before better compiled code could pay for itself. */
	add(&c, "-XX:TieredStopAtLevel=1");
	add(&c, "-Dslf4j.internal.verbosity=ERROR");
	add_archive(&c, f->home, "/lib/cli.jsa");
	add_words(&c, "ROOST_CLI_JAVA_OPTS", 16);
	add(&c, "-cp");
	if (add_program(&c, f, "/lib/roost-cli-launch.jar") < 0)
		return 1;
	add(&c, "roost.cli.Main");
	add(&c, mode);
	add(&c, f->name);
	for (int i = 1; i < f->argc; i++)
		add(&c, f->argv[i]);
	return finish(f, &c);
}

int jvm_engine(struct front *f, int look_for_node)
{
	return engine(f, look_for_node ? "node" : "local");
}

int jvm_train(struct front *f)
{
	return engine(f, "train");
}

int jvm_node(struct front *f, int ready_fd)
{
	static struct command c;
	static struct java java;
	static char digits[24];
	struct text t;

	if (begin(f, &c, &java, 0) < 0)
		return 1;
	if (geteuid() == 0)
		umask(022); /* users of root's node must get to its sockets, whoever started it */
	/*
	 * C1 alone: the better compiler would take half of a small machine while the node starts (2.2 s against
	 * 4.5 s under load), and what a node does is bound by the disk.
	 */
	add(&c, "-XX:TieredStopAtLevel=1");
	/*
	 * And early, after 20 calls instead of 200: a command is many methods that are each called a few times,
	 * and its user waits for the interpreter (activate 6.4 ms, against 3.7 ms).
	 */
	add(&c, "-XX:CompileThresholdScaling=0.1");
	add(&c, "-Xms32m");
	add(&c, "-Xmx1g");
	add(&c, "-XX:+ExitOnOutOfMemoryError");
	add_archive(&c, f->home, "/lib/node.jsa");
	add_words(&c, "ROOST_NODE_JAVA_OPTS", 16);
	add(&c, "-cp");
	if (add_program(&c, f, "/lib/roost-node-launch.jar") < 0)
		return 1;
	add(&c, "roost.node.NodeMain");
	if (ready_fd >= 0) {
		text_init(&t, digits, sizeof(digits));
		text_add_number(&t, ready_fd);
		add(&c, "--ready-fd");
		add(&c, digits);
	}
	return finish(f, &c);
}
