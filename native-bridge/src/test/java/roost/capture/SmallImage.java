// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import static roost.capture.ImageFormat.*;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32C;

/** A correct image of two pages of memory, made in memory. Its parts can be spoilt on purpose. */
final class SmallImage {
    private static final int DATA_PAGES = 2;
    private static final int TABLES_OFF = SIZE_HEAD + DATA_PAGES * CONST_PAGE;

    final ByteBuffer bytes;
    private int tablesBytes;
    private int extentsAt;

    SmallImage() {
        ByteBuffer b = ByteBuffer.allocate(64 * CONST_PAGE).order(ByteOrder.LITTLE_ENDIAN);
        bytes = b;
        byte[] data = new byte[DATA_PAGES * CONST_PAGE];
        new Random(7).nextBytes(data);
        b.position(SIZE_HEAD);
        b.put(data);
        int foot = putTables();
        int sumsOff = TABLES_OFF + tablesBytes;
        putHead();
        b.putLong(foot + FOOT_MAGIC, MAGIC_FOOT);
        b.putInt(foot + FOOT_VERSION, CONST_VERSION);
        b.put(foot + FOOT_ID, b.array(), HEAD_ID, 16);
        b.putLong(foot + FOOT_FILE_BYTES, foot + SIZE_FOOT);
        b.putLong(foot + FOOT_TABLES_OFF, TABLES_OFF);
        b.putLong(foot + FOOT_TABLES_BYTES, tablesBytes);
        b.putLong(foot + FOOT_SUMS_OFF, sumsOff);
        b.putLong(foot + FOOT_SUMS_BYTES, CONST_PAGE);
        b.putLong(foot + FOOT_MEMORY_BYTES, data.length);
        b.limit(foot + SIZE_FOOT);
        seal();
    }

    byte[] toArray() {
        byte[] copy = new byte[bytes.limit()];
        System.arraycopy(bytes.array(), 0, copy, 0, copy.length);
        return copy;
    }

    int footAt() {
        return bytes.limit() - SIZE_FOOT;
    }

    /** Where the tables are, for changing them before {@link #seal}. */
    int tablesAt() {
        return TABLES_OFF;
    }

    int tablesEnd() {
        return TABLES_OFF + tablesBytes;
    }

    /** The first page of memory becomes a compressed one. */
    void compress(byte[] block) {
        bytes.putInt(HEAD_FEATURES, CONST_F_COMPRESSED);
        bytes.put(SIZE_HEAD, block);
        bytes.putInt(extentsAt + EXTENT_STORED, block.length);
        bytes.putInt(extentsAt + EXTENT_CODEC, CONST_CODEC_LZ4);
        seal();
    }

    /** Makes all sums right again. */
    void seal() {
        int foot = footAt();
        bytes.putInt(HEAD_CRC, sum(0, HEAD_CRC));
        bytes.putInt(TABLES_OFF + tablesBytes, sum(0, TABLES_OFF));
        bytes.putInt(foot + FOOT_TABLES_CRC, sum(TABLES_OFF, tablesBytes));
        bytes.putInt(foot + FOOT_SUMS_CRC, sum(TABLES_OFF + tablesBytes, CONST_PAGE));
        bytes.putInt(foot + FOOT_CRC, sum(foot, FOOT_CRC));
    }

    private int sum(int from, int count) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.array(), from, count);
        return (int) crc.getValue();
    }

    private void putHead() {
        bytes.putLong(HEAD_MAGIC, MAGIC_HEAD);
        bytes.putInt(HEAD_VERSION, CONST_VERSION);
        bytes.putInt(HEAD_PAGE_BYTES, CONST_PAGE);
        bytes.putInt(HEAD_BLOCK_BYTES, CONST_BLOCK);
        bytes.putInt(HEAD_MACHINE, 62);
        bytes.putInt(HEAD_GENERATION, 3);
        for (int i = 0; i < 16; i++) {
            bytes.put(HEAD_ID + i, (byte) (i * 17));
        }
        bytes.putLong(HEAD_CREATED_NS, 1_700_000_000_123_456_789L);
        bytes.putInt(HEAD_PID, 4711);
        text(HEAD_HOST, "here");
        text(HEAD_KERNEL, "6.1.0");
    }

    private int text(int at, String s) {
        byte[] b = s.getBytes(StandardCharsets.UTF_8);
        bytes.put(at, b);
        bytes.put(at + b.length, (byte) 0);
        return b.length + 1;
    }

    private int putTables() {
        int[] counts = new int[CONST_T_END];
        counts[CONST_T_PROCESS] = 1;
        counts[CONST_T_REGIONS] = 2;
        counts[CONST_T_EXTENTS] = 2;
        counts[CONST_T_FILES] = 1;
        counts[CONST_T_FDS] = 1;
        counts[CONST_T_ACTIONS] = 64;
        counts[CONST_T_THREADS] = 1;
        counts[CONST_T_STRINGS] = 100;
        counts[CONST_T_VDSO] = 16;
        int[] at = new int[CONST_T_END];
        int off = TABLES_OFF;
        for (int type = 1; type < CONST_T_END; type++) {
            at[type] = off;
            off += (counts[type] * recordBytes(type) + 15) / 16 * 16;
        }
        off = (off + CONST_PAGE - 1) / CONST_PAGE * CONST_PAGE;
        tablesBytes = off - TABLES_OFF;
        int foot = off + CONST_PAGE; // one page of sums
        bytes.putInt(foot + FOOT_N_TABLES, CONST_T_END - 1);
        for (int type = 1; type < CONST_T_END; type++) {
            int entry = foot + FOOT_TABLES + (type - 1) * SIZE_TABLE;
            bytes.putInt(entry + TABLE_TYPE, type);
            bytes.putInt(entry + TABLE_RECORD_BYTES, recordBytes(type));
            bytes.putLong(entry + TABLE_OFF, at[type]);
            bytes.putLong(entry + TABLE_COUNT, counts[type]);
        }
        int strings = at[CONST_T_STRINGS];
        int exe = 1;
        int command = exe + text(strings + exe, "/usr/bin/prog");
        int cwd = command + text(strings + command, "prog -x 1");
        text(strings + cwd, "/home");
        bytes.putInt(at[CONST_T_PROCESS] + PROCESS_EXE, exe);
        bytes.putInt(at[CONST_T_PROCESS] + PROCESS_COMMAND, command);
        bytes.putInt(at[CONST_T_PROCESS] + PROCESS_CWD, cwd);
        bytes.putInt(at[CONST_T_PROCESS] + PROCESS_UID, 1000);
        region(at[CONST_T_REGIONS], 0x10000, 0x20000, 0);
        region(at[CONST_T_REGIONS] + SIZE_REGION, 0x30000, 0x40000, 1);
        extentsAt = at[CONST_T_EXTENTS];
        extent(extentsAt, 0x12000, SIZE_HEAD);
        extent(extentsAt + SIZE_EXTENT, 0x30000, SIZE_HEAD + CONST_PAGE);
        bytes.putInt(at[CONST_T_FDS] + FD_KIND, 1);
        return foot;
    }

    private void region(int at, long start, long end, int extent) {
        bytes.putLong(at + REGION_START, start);
        bytes.putLong(at + REGION_END, end);
        bytes.putInt(at + REGION_KIND, 1);
        bytes.putInt(at + REGION_FILE, -1);
        bytes.putInt(at + REGION_FIRST_EXTENT, extent);
        bytes.putInt(at + REGION_N_EXTENTS, 1);
    }

    private void extent(int at, long addr, long off) {
        bytes.putLong(at + EXTENT_ADDR, addr);
        bytes.putLong(at + EXTENT_BYTES, CONST_PAGE);
        bytes.putLong(at + EXTENT_OFF, off);
    }
}
