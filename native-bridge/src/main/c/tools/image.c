// SPDX-License-Identifier: Apache-2.0
// roost-image: prints, verifies and explains a checkpoint image. Exit: 0 good, 1 damaged or not restartable here, 2 usage.
#include "image_links.h"

#include "raw.h"
#include "tools.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char usage[] =
	"Usage: roost-image [options] IMAGE\n"
	"Print what a checkpoint image says about itself.\n"
	"\n"
	"Options:\n"
	"  -verify      read every block, of the files it needs too, and check its sum; decode what is compressed\n"
	"  -explain     say whether it can be restarted on this host, and what is in the way\n"
	"  -regions     list the memory\n"
	"  -merge NEW   write an image that needs no other file\n"
	"  -json        print one JSON object\n"
	"  -help        print this and exit\n";

static const char *const region_kinds[] = {"?",	    "anonymous",	"private file", "shared file",
					   "shared memory", "stack", "heap",	"library"};
static const char *const fd_kinds[] = {"?",	  "file",    "inherited",  "unlinked",	"eventfd", "timerfd",
				       "signalfd", "epoll", "pipe", "socket", "inotify", "device", "left socket"};

static void hex(char *to, const uint8_t *id)
{
	for (int i = 0; i < 16; i++)
		sprintf(to + i * 2, "%02x", id[i]);
}

static const char *when(int64_t ns, char *buf, size_t room)
{
	time_t t = (time_t)(ns / 1000000000);
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(buf, room, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return buf;
}

static const char *kind(const char *const *names, size_t count, uint32_t k)
{
	return k < count ? names[k] : names[0];
}

static void obstacle(bool json, int *found, const char *path, const char *what)
{
	if (json) {
		printf("%s{\"file\":", *found ? "," : "");
		tl_json(path);
		printf(",\"what\":");
		tl_json(what);
		putchar('}');
	} else {
		printf("%s %s\n", path, what);
	}
	++*found;
}

static void explain_links(struct im_image *m, const char *path, bool json, int *found)
{
	uint32_t n;
	const struct ri_link *l = im_links(m, &n);

	for (uint32_t i = 0; i < n; i++) {
		struct im_image other;

		if (!l[i].count)
			continue;
		if (im_open_link(m, path, &l[i], &other))
			obstacle(json, found, path, m->why);
		im_close(&other);
	}
}

/* What of this host does not fit; returns how many things. */
static int explain(struct im_image *m, const char *image, bool json)
{
	uint32_t n, n_regions;
	const struct ri_file *f = im_table(m, RI_T_FILES, &n);
	const struct ri_region *r = im_table(m, RI_T_REGIONS, &n_regions);
	int found = 0;

	if (json)
		printf(",\"obstacles\":[");
	for (uint32_t i = 0; i < n; i++) {
		const char *path = im_text(m, f[i].path), *what = NULL;
		bool used = false, shared = true;
		struct stat st;

		for (uint32_t k = 0; k < n_regions; k++)
			if (r[k].file == i && (r[k].kind == RI_PRIVATE || r[k].kind == RI_SHARED)) {
				used = true;
				shared &= r[k].kind == RI_SHARED;
			}
		if (!used)
			continue;
		if (stat(path, &st))
			what = "is not there; the program had it mapped";
		else if (!shared && (uint64_t)st.st_size != f[i].size)
			what = "was replaced since the checkpoint (other size)";
		else if (!shared && st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec != f[i].mtime_ns)
			what = "has another date than at the checkpoint; its content will be compared";
		if (what)
			obstacle(json, &found, path, what);
	}
	explain_links(m, image, json, &found);
	if (json)
		printf("]");
	else if (!found)
		printf("nothing is in the way of a restart on this host\n");
	return found;
}

static void print_regions(const struct im_image *m)
{
	uint32_t n;
	const struct ri_region *r = im_table(m, RI_T_REGIONS, &n);
	uint32_t n_files;
	const struct ri_file *f = im_table(m, RI_T_FILES, &n_files);

	for (uint32_t i = 0; i < n; i++)
		printf("%012" PRIx64 "-%012" PRIx64 " %c%c%c %-13s %u extents%s %s\n", r[i].start, r[i].end,
		       r[i].prot & 1 ? 'r' : '-', r[i].prot & 2 ? 'w' : '-', r[i].prot & 4 ? 'x' : '-',
		       kind(region_kinds, RAW_COUNT(region_kinds), r[i].kind), r[i].n_extents,
		       r[i].flags & RI_R_CARRIED ? " carried" : "", r[i].file == RI_NONE ? "" : im_text(m, f[r[i].file].path));
}

static uint64_t borrowed_bytes(const struct im_image *m, const struct ri_link *l)
{
	uint32_t n;
	const struct ri_extent *e = im_borrowed(m, &n);
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < l->count; i++)
		bytes += e[l->first + i].bytes;
	return bytes;
}

static void print_links(const struct im_image *m)
{
	uint32_t n;
	const struct ri_link *l = im_links(m, &n);

	if (m->head.features & RI_F_INCREMENTAL)
		printf("incremental  it holds what was written since the image before it\n");
	for (uint32_t i = 0; i < n; i++)
		if (l[i].count)
			printf("needs        %s (%" PRIu64 " bytes), for %" PRIu64 " bytes\n", im_text(m, l[i].name),
			       l[i].file_bytes, borrowed_bytes(m, &l[i]));
}

static void json_links(const struct im_image *m)
{
	uint32_t n, live = 0;
	const struct ri_link *l = im_links(m, &n);
	char id[33];

	printf(",\"incremental\":%s,\"needs\":[", m->head.features & RI_F_INCREMENTAL ? "true" : "false");
	for (uint32_t i = 0; i < n; i++) {
		if (!l[i].count)
			continue;
		hex(id, l[i].id);
		printf("%s{\"file\":", live++ ? "," : "");
		tl_json(im_text(m, l[i].name));
		printf(",\"id\":\"%s\",\"fileBytes\":%" PRIu64 ",\"borrowedBytes\":%" PRIu64 "}", id, l[i].file_bytes,
		       borrowed_bytes(m, &l[i]));
	}
	putchar(']');
}

static void print_text(const struct im_image *m)
{
	uint32_t n, n_regions, n_threads, n_fds;
	const struct ri_process *p = im_table(m, RI_T_PROCESS, &n);
	const struct ri_fd *fd = im_table(m, RI_T_FDS, &n_fds);
	char id[33], date[32];

	im_table(m, RI_T_REGIONS, &n_regions);
	im_table(m, RI_T_THREADS, &n_threads);
	hex(id, m->head.id);
	printf("image        %s\nversion      %u\ngeneration   %u\ncreated      %s\n", id, m->head.version, m->head.generation,
	       when(m->head.created_ns, date, sizeof date));
	printf("program      %s\ncommand      %s\ndirectory    %s\n", im_text(m, p->exe), im_text(m, p->command),
	       im_text(m, p->cwd));
	printf("host         %.63s, Linux %.63s, %.63s\n", m->head.host, m->head.kernel, p->cpu);
	printf("process      pid %d, uid %u, %u thread%s\n", p->pid, p->uid, n_threads, n_threads == 1 ? "" : "s");
	printf("memory       %" PRIu64 " bytes in %u regions\nfile         %" PRIu64 " bytes%s\n", m->foot.memory_bytes,
	       n_regions, m->bytes, m->head.features & RI_F_COMPRESSED ? ", compressed (LZ4)" : "");
	print_links(m);
	if (m->foot.pause_ns)
		printf("pause        %.3f ms\n", (double)m->foot.pause_ns / 1e6);
	for (uint32_t i = 0; i < n_fds; i++) {
		printf("descriptor   %d %s %s", fd[i].fd, kind(fd_kinds, RAW_COUNT(fd_kinds), fd[i].kind), im_text(m, fd[i].path));
		if (fd[i].offset >= 0)
			printf(" at %" PRId64, fd[i].offset);
		if (fd[i].same_as >= 0)
			printf(" shared with %d", fd[i].same_as);
		putchar('\n');
	}
}

static void json_pair(const char *key, const char *value)
{
	printf(",\"%s\":", key);
	tl_json(value);
}

static void print_json(const struct im_image *m)
{
	uint32_t n, n_regions, n_threads, n_fds, n_timers;
	const struct ri_process *p = im_table(m, RI_T_PROCESS, &n);
	const struct ri_fd *fd = im_table(m, RI_T_FDS, &n_fds);
	char id[33], parent[33], date[32], text[65];

	im_table(m, RI_T_REGIONS, &n_regions);
	im_table(m, RI_T_THREADS, &n_threads);
	im_table(m, RI_T_TIMERS, &n_timers);
	hex(id, m->head.id);
	hex(parent, m->head.parent_id);
	printf("{\"id\":\"%s\",\"version\":%u,\"features\":%u,\"generation\":%u,\"created\":\"%s\"", id, m->head.version,
	       m->head.features, m->head.generation, when(m->head.created_ns, date, sizeof date));
	printf(",\"compressed\":%s", m->head.features & RI_F_COMPRESSED ? "true" : "false");
	if (m->head.features & RI_F_INCREMENTAL)
		json_pair("parent", parent);
	json_links(m);
	json_pair("program", im_text(m, p->exe));
	json_pair("command", im_text(m, p->command));
	json_pair("directory", im_text(m, p->cwd));
	snprintf(text, sizeof text, "%.63s", m->head.host);
	json_pair("host", text);
	snprintf(text, sizeof text, "%.63s", m->head.kernel);
	json_pair("kernel", text);
	snprintf(text, sizeof text, "%.63s", p->cpu);
	json_pair("cpu", text);
	printf(",\"machine\":%u,\"pid\":%d,\"uid\":%u,\"threads\":%u,\"timers\":%u,\"regions\":%u,\"memoryBytes\":%" PRIu64
	       ",\"fileBytes\":%" PRIu64 ",\"pauseNanos\":%" PRIu64 ",\"descriptors\":[",
	       m->head.machine, p->pid, p->uid, n_threads, n_timers, n_regions, m->foot.memory_bytes, m->bytes,
	       m->foot.pause_ns);
	for (uint32_t i = 0; i < n_fds; i++) {
		printf("%s{\"fd\":%d,\"kind\":\"%s\",\"offset\":%" PRId64 ",\"path\":", i ? "," : "", fd[i].fd,
		       kind(fd_kinds, RAW_COUNT(fd_kinds), fd[i].kind), fd[i].offset);
		tl_json(im_text(m, fd[i].path));
		putchar('}');
	}
	putchar(']');
}

static int wrong_usage(const char *word)
{
	if (word && word[0] == '-')
		fprintf(stderr, "roost-image: unknown option '%s'\n", word);
	else
		fprintf(stderr, "roost-image: %s\n", word ? "one image at a time" : "name an image");
	fputs(usage, stderr);
	return 2;
}

int main(int argc, char **argv)
{
	bool json = false, verify = false, why = false, regions = false;
	const char *path = NULL, *merged = NULL;
	struct im_image m;
	int err, status = 0;

	for (int i = 1; i < argc; i++) {
		if (tl_wants_help(argv[i])) {
			fputs(usage, stdout);
			return 0;
		}
		if (tl_option(argv[i], "json"))
			json = true;
		else if (tl_option(argv[i], "verify"))
			verify = true;
		else if (tl_option(argv[i], "explain"))
			why = true;
		else if (tl_option(argv[i], "regions"))
			regions = true;
		else if (tl_option(argv[i], "merge") && i + 1 < argc)
			merged = argv[++i];
		else if (argv[i][0] == '-' || path)
			return wrong_usage(argv[i]);
		else
			path = argv[i];
	}
	if (!path)
		return wrong_usage(NULL);
	err = im_open(&m, path);
	err = err || !verify ? err : im_verify(&m);
	err = err || !verify ? err : im_verify_links(&m, path);
	err = err || !merged ? err : im_merge(&m, path, merged);
	if (err) {
		if (json) {
			printf("{\"error\":");
			tl_json(m.why);
			printf("}\n");
		}
		fprintf(stderr, "roost-image: %s: %s\n", path, m.why);
		im_close(&m);
		return 1;
	}
	if (merged) {
		im_close(&m);
		return 0;
	}
	if (json)
		print_json(&m);
	else
		print_text(&m);
	if (json && verify)
		printf(",\"verified\":true");
	else if (verify)
		printf("verified     every block\n");
	if (why)
		status = explain(&m, path, json) > 0;
	if (json)
		printf("}\n");
	if (regions && !json)
		print_regions(&m);
	im_close(&m);
	return status;
}
