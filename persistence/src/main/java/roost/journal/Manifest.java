// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What LevelDB's MANIFEST says the database consists of.
 *
 * @param logNumber number of the oldest log file still needed; 0 before there is one
 * @param tables size in bytes of every table file, by its number
 */
record Manifest(long logNumber, SortedMap<Long, Long> tables) {

    private static final int COMPARATOR = 1;
    private static final int LOG_NUMBER = 2;
    private static final int NEXT_FILE = 3;
    private static final int LAST_SEQUENCE = 4;
    private static final int COMPACT_POINTER = 5;
    private static final int DELETED_FILE = 6;
    private static final int NEW_FILE = 7;
    private static final int PREVIOUS_LOG = 9;

    /**
     * Applies the edits in order.
     *
     * @throws IllegalArgumentException when an edit is not one
     */
    static Manifest of(List<byte[]> edits) {
        long logNumber = 0;
        SortedMap<Long, Long> tables = new TreeMap<>();
        for (byte[] edit : edits) {
            ByteBuffer in = ByteBuffer.wrap(edit);
            while (in.hasRemaining()) {
                switch ((int) varint(in)) {
                    case LOG_NUMBER -> logNumber = varint(in);
                    case NEXT_FILE, LAST_SEQUENCE, PREVIOUS_LOG -> varint(in);
                    case COMPARATOR -> skip(in);
                    case COMPACT_POINTER -> {
                        varint(in);
                        skip(in);
                    }
                    case DELETED_FILE -> {
                        varint(in);
                        tables.remove(varint(in));
                    }
                    case NEW_FILE -> {
                        varint(in);
                        tables.put(varint(in), varint(in));
                        skip(in);
                        skip(in);
                    }
                    default -> throw new IllegalArgumentException("unknown field");
                }
            }
        }
        return new Manifest(logNumber, tables);
    }

    static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 64 && in.hasRemaining(); shift += 7) {
            byte next = in.get();
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number is cut off");
    }

    private static void skip(ByteBuffer in) {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
            throw new IllegalArgumentException("a field is cut off");
        }
        in.position(in.position() + (int) length);
    }
}
