// SPDX-License-Identifier: Apache-2.0
/*
 * space.c - gives LevelDB's files their disk blocks before they are written
 *
 * Loaded by the node's JVM (roost.journal.NativeLibrary, System.load) after the LevelDB library. Runs in
 * normal context, on whatever thread LevelDB writes from.
 *
 * LevelDB writes its files through shared mappings and makes room for the next one with ftruncate, which
 * leaves a hole. When the disk fills up before the hole is written, the store raises SIGBUS and the whole
 * JVM dies. So LevelDB's calls of ftruncate are led here, where a file that grows gets its blocks at once
 * or the call fails with ENOSPC (or EDQUOT), which LevelDB reports as an ordinary error. Only the LevelDB
 * library's own import is changed: nothing else in the process is touched, and no environment variable is
 * passed on to children, as LD_PRELOAD would be.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define JNI_OK_VERSION 0x00010008
#define JNI_FAILED (-1)

int JNI_OnLoad(void *vm, void *reserved);

/* Has ftruncate's contract. */
static int jn_truncate(int fd, off_t length)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -1;
	if (length > st.st_size) {
		int err = posix_fallocate(fd, st.st_size, length - st.st_size);

		if (err) {
			errno = err;
			return -1;
		}
		return 0;
	}
	return ftruncate(fd, length);
}

#if defined(__x86_64__)

/* The loader has added the base to most addresses of the dynamic section, but need not have. */
static uintptr_t address_in(const struct dl_phdr_info *lib, ElfW(Addr) value)
{
	return value < lib->dlpi_addr ? lib->dlpi_addr + value : value;
}

/* Leads the library's import of ftruncate to jn_truncate; returns the number of slots changed. */
static int redirect(const struct dl_phdr_info *lib, const ElfW(Dyn) *dyn)
{
	const ElfW(Rela) *slots = NULL;
	const ElfW(Sym) *symbols = NULL;
	const char *names = NULL;
	size_t slots_bytes = 0;
	int changed = 0;

	for (; dyn->d_tag != DT_NULL; dyn++) {
		if (dyn->d_tag == DT_JMPREL)
			slots = (const ElfW(Rela) *)address_in(lib, dyn->d_un.d_ptr);
		else if (dyn->d_tag == DT_PLTRELSZ)
			slots_bytes = dyn->d_un.d_val;
		else if (dyn->d_tag == DT_SYMTAB)
			symbols = (const ElfW(Sym) *)address_in(lib, dyn->d_un.d_ptr);
		else if (dyn->d_tag == DT_STRTAB)
			names = (const char *)address_in(lib, dyn->d_un.d_ptr);
	}
	if (!slots || !symbols || !names)
		return 0;
	for (size_t i = 0; i < slots_bytes / sizeof(*slots); i++) {
		const ElfW(Sym) *symbol = &symbols[ELF64_R_SYM(slots[i].r_info)];
		uintptr_t *slot = (uintptr_t *)(lib->dlpi_addr + slots[i].r_offset);

		if (ELF64_R_TYPE(slots[i].r_info) != R_X86_64_JUMP_SLOT ||
		    strcmp(names + symbol->st_name, "ftruncate") != 0)
			continue;
		__atomic_store_n(slot, (uintptr_t)jn_truncate, __ATOMIC_SEQ_CST);
		changed++;
	}
	return changed;
}

/* Called for every library of the process. Stops at the first one that was redirected. */
static int visit(struct dl_phdr_info *lib, size_t size, void *data)
{
	(void)size;
	(void)data;
	if (!lib->dlpi_name || !strstr(lib->dlpi_name, "libleveldbjni"))
		return 0;
	for (int i = 0; i < lib->dlpi_phnum; i++) {
		if (lib->dlpi_phdr[i].p_type == PT_DYNAMIC)
			return redirect(lib, (const ElfW(Dyn) *)(lib->dlpi_addr +
								 lib->dlpi_phdr[i].p_vaddr));
	}
	return 0;
}

#else

static int visit(struct dl_phdr_info *lib, size_t size, void *data)
{
	(void)lib;
	(void)size;
	(void)data;
	(void)jn_truncate;
	return 0;
}

#endif

/* The JVM's way to tell a library that it was loaded; refusing a version makes System.load fail. */
int JNI_OnLoad(void *vm, void *reserved)
{
	(void)vm;
	(void)reserved;
	return dl_iterate_phdr(visit, NULL) > 0 ? JNI_OK_VERSION : JNI_FAILED;
}
