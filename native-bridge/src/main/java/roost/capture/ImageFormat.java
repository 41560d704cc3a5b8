// SPDX-License-Identifier: Apache-2.0
package roost.capture;

/**
 * The numbers of {@code image_format.h}, which describes the format. {@code ImageFormatTest} holds
 * every one of them against the C compiler's view: {@code HEAD_PAGE_BYTES} is the offset of {@code
 * page_bytes} in {@code struct ri_head}, {@code SIZE_HEAD} the size of that struct.
 */
final class ImageFormat {
    static final long MAGIC_HEAD = 0x474d4954534f4f52L;
    static final long MAGIC_FOOT = 0x444e4554534f4f52L;

    static final int CONST_VERSION = 1;
    static final int CONST_PAGE = 4096;
    static final int CONST_BLOCK = 65536;
    static final int CONST_CHUNK = 262144;
    static final int CONST_CODEC_NONE = 0;
    static final int CONST_CODEC_LZ4 = 1;
    static final int CONST_F_COMPRESSED = 1;
    static final int CONST_F_INCREMENTAL = 2;

    static final int HEAD_MAGIC = 0;
    static final int HEAD_VERSION = 8;
    static final int HEAD_FEATURES = 12;
    static final int HEAD_PAGE_BYTES = 16;
    static final int HEAD_BLOCK_BYTES = 20;
    static final int HEAD_MACHINE = 24;
    static final int HEAD_GENERATION = 28;
    static final int HEAD_ID = 32;
    static final int HEAD_PARENT_ID = 48;
    static final int HEAD_CREATED_NS = 64;
    static final int HEAD_PID = 72;
    static final int HEAD_HOST = 80;
    static final int HEAD_KERNEL = 144;
    static final int HEAD_PROGRAM = 208;
    static final int HEAD_CRC = 4092;
    static final int SIZE_HEAD = 4096;

    static final int FOOT_MAGIC = 0;
    static final int FOOT_VERSION = 8;
    static final int FOOT_N_TABLES = 12;
    static final int FOOT_ID = 16;
    static final int FOOT_FILE_BYTES = 32;
    static final int FOOT_TABLES_OFF = 40;
    static final int FOOT_TABLES_BYTES = 48;
    static final int FOOT_SUMS_OFF = 56;
    static final int FOOT_SUMS_BYTES = 64;
    static final int FOOT_TABLES_CRC = 72;
    static final int FOOT_SUMS_CRC = 76;
    static final int FOOT_MEMORY_BYTES = 80;
    static final int FOOT_TABLES = 88;
    static final int FOOT_PAUSE_NS = 856;
    static final int FOOT_CRC = 4092;
    static final int SIZE_FOOT = 4096;
    static final int CONST_MAX_TABLES = 32;

    static final int TABLE_TYPE = 0;
    static final int TABLE_RECORD_BYTES = 4;
    static final int TABLE_OFF = 8;
    static final int TABLE_COUNT = 16;
    static final int SIZE_TABLE = 24;

    static final int CONST_T_PROCESS = 1;
    static final int CONST_T_REGIONS = 2;
    static final int CONST_T_EXTENTS = 3;
    static final int CONST_T_FILES = 4;
    static final int CONST_T_FDS = 5;
    static final int CONST_T_ACTIONS = 6;
    static final int CONST_T_THREADS = 9;
    static final int CONST_T_STRINGS = 12;
    static final int CONST_T_VDSO = 13;
    static final int CONST_T_END = 14;
    static final int CONST_T_LINKS = 32;
    static final int CONST_T_BORROWED = 33;
    static final int CONST_MAX_LINKS = 8;
    static final int CONST_R_BORROWS = 256;

    static final int PROCESS_UID = 16;
    static final int PROCESS_CWD = 32;
    static final int PROCESS_EXE = 36;
    static final int PROCESS_COMMAND = 40;
    static final int PROCESS_IMAGE = 44;
    static final int PROCESS_XCR0 = 744;
    static final int PROCESS_CPU_FEATURES = 760;
    static final int PROCESS_BOOT_ID = 784;
    static final int PROCESS_CPU = 824;
    static final int SIZE_PROCESS = 896;

    static final int REGION_START = 0;
    static final int REGION_END = 8;
    static final int REGION_KIND = 16;
    static final int REGION_FLAGS = 24;
    static final int REGION_FILE = 28;
    static final int REGION_FIRST_EXTENT = 40;
    static final int REGION_N_EXTENTS = 44;
    static final int SIZE_REGION = 48;

    static final int EXTENT_ADDR = 0;
    static final int EXTENT_BYTES = 8;
    static final int EXTENT_OFF = 16;
    static final int EXTENT_STORED = 24;
    static final int EXTENT_CODEC = 28;
    static final int SIZE_EXTENT = 32;

    static final int CONST_R_PRIVATE = 2;
    static final int CONST_FILE_IS_HASHED = 1;
    static final int LINK_ID = 0;
    static final int LINK_FILE_BYTES = 16;
    static final int LINK_NAME = 24;
    static final int LINK_SUMS_CRC = 28;
    static final int LINK_FIRST = 32;
    static final int LINK_COUNT = 36;
    static final int SIZE_LINK = 40;

    static final int FILE_PATH = 0;
    static final int FILE_FLAGS = 4;
    static final int FILE_INO = 16;
    static final int FILE_SIZE = 24;
    static final int FILE_MTIME_NS = 32;
    static final int FILE_CRC = 48;
    static final int SIZE_FILE = 56;

    static final int FD_FD = 0;
    static final int FD_KIND = 8;
    static final int FD_OPEN_FLAGS = 12;
    static final int FD_PATH = 20;
    static final int FD_OFFSET = 24;
    static final int FD_DEV = 32;
    static final int FD_INO = 40;
    static final int FD_SIZE = 48;
    static final int FD_MODE = 104;
    static final int SIZE_FD = 112;

    static final int SIZE_ACTION = 32;
    static final int SIZE_PENDING = 136;
    static final int SIZE_TIMER = 64;
    static final int SIZE_THREAD = 88;
    static final int SIZE_LOCK = 32;
    static final int SIZE_WATCH = 24;

    /** Record sizes by table type, from type 1 on. */
    private static final int[] RECORD_BYTES = {
        SIZE_PROCESS,
        SIZE_REGION,
        SIZE_EXTENT,
        SIZE_FILE,
        SIZE_FD,
        SIZE_ACTION,
        SIZE_PENDING,
        SIZE_TIMER,
        SIZE_THREAD,
        SIZE_LOCK,
        SIZE_WATCH,
        1,
        1
    };

    static int recordBytes(int type) {
        return RECORD_BYTES[type - 1];
    }

    private ImageFormat() {}
}
