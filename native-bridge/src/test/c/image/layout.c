// SPDX-License-Identifier: Apache-2.0
// Prints the numbers of image_format.h as the compiler sees them, one "NAME VALUE" a line, named as in ImageFormat.java.
#include "image_format.h"

#include <stddef.h>
#include <stdio.h>

#define SIZE(name, type) printf("SIZE_%s %zu\n", name, sizeof(struct type))
#define AT(name, type, field) printf("%s %zu\n", name, offsetof(struct type, field))
#define CONST(name, value) printf("CONST_%s %lld\n", name, (long long)(value))

int main(void)
{
	printf("MAGIC_HEAD %lld\nMAGIC_FOOT %lld\n", (long long)RI_HEAD_MAGIC, (long long)RI_FOOT_MAGIC);
	CONST("VERSION", RI_VERSION);
	CONST("PAGE", RI_PAGE);
	CONST("BLOCK", RI_BLOCK);
	CONST("CHUNK", RI_CHUNK);
	CONST("CODEC_NONE", RI_CODEC_NONE);
	CONST("CODEC_LZ4", RI_CODEC_LZ4);
	CONST("F_COMPRESSED", RI_F_COMPRESSED);
	CONST("F_INCREMENTAL", RI_F_INCREMENTAL);
	CONST("T_PROCESS", RI_T_PROCESS);
	CONST("T_REGIONS", RI_T_REGIONS);
	CONST("T_EXTENTS", RI_T_EXTENTS);
	CONST("T_FILES", RI_T_FILES);
	CONST("T_FDS", RI_T_FDS);
	CONST("T_ACTIONS", RI_T_ACTIONS);
	CONST("T_THREADS", RI_T_THREADS);
	CONST("T_STRINGS", RI_T_STRINGS);
	CONST("T_VDSO", RI_T_VDSO);
	CONST("T_END", RI_T_END);
	CONST("T_LINKS", RI_T_LINKS);
	CONST("T_BORROWED", RI_T_BORROWED);
	CONST("MAX_LINKS", RI_MAX_LINKS);
	CONST("R_BORROWS", RI_R_BORROWS);
	AT("LINK_ID", ri_link, id);
	AT("LINK_FILE_BYTES", ri_link, file_bytes);
	AT("LINK_NAME", ri_link, name);
	AT("LINK_SUMS_CRC", ri_link, sums_crc);
	AT("LINK_FIRST", ri_link, first);
	AT("LINK_COUNT", ri_link, count);
	SIZE("LINK", ri_link);
	CONST("MAX_TABLES", sizeof ((struct ri_foot *)0)->tables / sizeof(struct ri_table));
	AT("HEAD_MAGIC", ri_head, magic);
	AT("HEAD_VERSION", ri_head, version);
	AT("HEAD_FEATURES", ri_head, features);
	AT("HEAD_PAGE_BYTES", ri_head, page_bytes);
	AT("HEAD_BLOCK_BYTES", ri_head, block_bytes);
	AT("HEAD_MACHINE", ri_head, machine);
	AT("HEAD_GENERATION", ri_head, generation);
	AT("HEAD_ID", ri_head, id);
	AT("HEAD_PARENT_ID", ri_head, parent_id);
	AT("HEAD_CREATED_NS", ri_head, created_ns);
	AT("HEAD_PID", ri_head, pid);
	AT("HEAD_HOST", ri_head, host);
	AT("HEAD_KERNEL", ri_head, kernel);
	AT("HEAD_PROGRAM", ri_head, program);
	AT("HEAD_CRC", ri_head, crc);
	SIZE("HEAD", ri_head);
	AT("FOOT_MAGIC", ri_foot, magic);
	AT("FOOT_VERSION", ri_foot, version);
	AT("FOOT_N_TABLES", ri_foot, n_tables);
	AT("FOOT_ID", ri_foot, id);
	AT("FOOT_FILE_BYTES", ri_foot, file_bytes);
	AT("FOOT_TABLES_OFF", ri_foot, tables_off);
	AT("FOOT_TABLES_BYTES", ri_foot, tables_bytes);
	AT("FOOT_SUMS_OFF", ri_foot, sums_off);
	AT("FOOT_SUMS_BYTES", ri_foot, sums_bytes);
	AT("FOOT_TABLES_CRC", ri_foot, tables_crc);
	AT("FOOT_SUMS_CRC", ri_foot, sums_crc);
	AT("FOOT_MEMORY_BYTES", ri_foot, memory_bytes);
	AT("FOOT_TABLES", ri_foot, tables);
	AT("FOOT_PAUSE_NS", ri_foot, pause_ns);
	AT("FOOT_CRC", ri_foot, crc);
	SIZE("FOOT", ri_foot);
	AT("TABLE_TYPE", ri_table, type);
	AT("TABLE_RECORD_BYTES", ri_table, record_bytes);
	AT("TABLE_OFF", ri_table, off);
	AT("TABLE_COUNT", ri_table, count);
	SIZE("TABLE", ri_table);
	AT("PROCESS_UID", ri_process, uid);
	AT("PROCESS_CWD", ri_process, cwd);
	AT("PROCESS_EXE", ri_process, exe);
	AT("PROCESS_COMMAND", ri_process, command);
	AT("PROCESS_IMAGE", ri_process, image);
	AT("PROCESS_XCR0", ri_process, xcr0);
	AT("PROCESS_CPU_FEATURES", ri_process, cpu_features);
	AT("PROCESS_BOOT_ID", ri_process, boot_id);
	AT("PROCESS_CPU", ri_process, cpu);
	SIZE("PROCESS", ri_process);
	AT("REGION_START", ri_region, start);
	AT("REGION_END", ri_region, end);
	AT("REGION_KIND", ri_region, kind);
	AT("REGION_FLAGS", ri_region, flags);
	AT("REGION_FILE", ri_region, file);
	AT("REGION_FIRST_EXTENT", ri_region, first_extent);
	AT("REGION_N_EXTENTS", ri_region, n_extents);
	SIZE("REGION", ri_region);
	AT("EXTENT_ADDR", ri_extent, addr);
	AT("EXTENT_BYTES", ri_extent, bytes);
	AT("EXTENT_OFF", ri_extent, off);
	AT("EXTENT_STORED", ri_extent, stored);
	AT("EXTENT_CODEC", ri_extent, codec);
	SIZE("EXTENT", ri_extent);
	CONST("R_PRIVATE", RI_PRIVATE);
	CONST("FILE_IS_HASHED", RI_FILE_HASHED);
	AT("FILE_PATH", ri_file, path);
	AT("FILE_FLAGS", ri_file, flags);
	AT("FILE_INO", ri_file, ino);
	AT("FILE_SIZE", ri_file, size);
	AT("FILE_MTIME_NS", ri_file, mtime_ns);
	AT("FILE_CRC", ri_file, crc);
	SIZE("FILE", ri_file);
	AT("FD_FD", ri_fd, fd);
	AT("FD_KIND", ri_fd, kind);
	AT("FD_OPEN_FLAGS", ri_fd, open_flags);
	AT("FD_PATH", ri_fd, path);
	AT("FD_OFFSET", ri_fd, offset);
	AT("FD_DEV", ri_fd, dev);
	AT("FD_INO", ri_fd, ino);
	AT("FD_SIZE", ri_fd, size);
	AT("FD_MODE", ri_fd, mode);
	SIZE("FD", ri_fd);
	SIZE("ACTION", ri_action);
	SIZE("PENDING", ri_pending);
	SIZE("TIMER", ri_timer);
	SIZE("THREAD", ri_thread);
	SIZE("LOCK", ri_lock);
	SIZE("WATCH", ri_watch);
	return 0;
}
