// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a file in LevelDB's log format (its {@code .log} and {@code MANIFEST} files), to tell
 * damage from the harmless end that a killed process leaves.
 *
 * <pre>
 * file   = blocks of 32 KiB; a fragment never crosses a block, fewer than 7 bytes at its end are zeros
 * fragment = masked CRC32C of type and data (u32, LE) | length (u16, LE) | type | data
 * type   = 1 whole record, 2 first, 3 middle, 4 last fragment of a record; 0 with length 0: not written yet
 * </pre>
 *
 * LevelDB grows its files by mapping them ahead of what it writes, so after a kill -9 they end in
 * zeros.
 */
final class LogFile {

    private static final int BLOCK_BYTES = 32 * 1024;
    private static final int HEADER_BYTES = 7;
    private static final int WHOLE = 1;
    private static final int FIRST = 2;
    private static final int MIDDLE = 3;
    private static final int LAST = 4;

    /**
     * @param records the complete records before any damage
     * @param validEnd offset behind the last of them
     * @param damage what comes after, unless it is the end of the file or zeros only
     * @param recordsAfterDamage whether readable records follow the damage, so that it is not a
     *     torn end
     */
    record Content(
            List<byte[]> records,
            long validEnd,
            Optional<String> damage,
            boolean recordsAfterDamage) {}

    private final byte[] bytes;
    private final ByteBuffer buffer;
    private final List<byte[]> records = new ArrayList<>();
    private int validEnd;

    private LogFile(byte[] bytes) {
        this.bytes = bytes;
        this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static Content read(Path file) throws IOException {
        return new LogFile(Files.readAllBytes(file)).parse();
    }

    private Content parse() {
        int position = 0;
        int recordAt = 0;
        List<byte[]> open = null;
        Optional<String> damage = Optional.empty();
        while (damage.isEmpty()) {
            position = skipTrailer(position);
            recordAt = open == null ? position : recordAt;
            if (isZeroFrom(position)) {
                if (open != null) {
                    damage = damaged(recordAt, "the last record is incomplete");
                } else if (position < bytes.length && position + HEADER_BYTES > bytes.length) {
                    // LevelDB does not take so few zeros for the end.
                    damage = cutOffInHead(position);
                }
                break;
            }
            damage = checkFragment(position);
            if (damage.isPresent()) {
                break;
            }
            int type = bytes[position + 6];
            boolean starts = type == WHOLE || type == FIRST;
            if (starts != (open == null)) {
                damage = damaged(position, "a fragment of a record is out of place");
                break;
            }
            int length = lengthAt(position);
            byte[] data = new byte[length];
            System.arraycopy(bytes, position + HEADER_BYTES, data, 0, length);
            position += HEADER_BYTES + length;
            open = starts ? new ArrayList<>() : open;
            open.add(data);
            if (type == WHOLE || type == LAST) {
                records.add(join(open));
                open = null;
                validEnd = position;
            }
        }
        return new Content(
                records, validEnd, damage, damage.isPresent() && recordStartsAfter(recordAt));
    }

    /** Where the next fragment begins: fewer than 7 bytes at the end of a block are left out. */
    private int skipTrailer(int position) {
        int left = BLOCK_BYTES - position % BLOCK_BYTES;
        return left < HEADER_BYTES ? Math.min(position + left, bytes.length) : position;
    }

    private Optional<String> checkFragment(int position) {
        if (position + HEADER_BYTES > bytes.length) {
            return cutOffInHead(position);
        }
        int type = bytes[position + 6];
        if (type < WHOLE || type > LAST) {
            return damaged(position, type == 0 ? "there is a hole" : "there is no record");
        }
        int end = position + HEADER_BYTES + lengthAt(position);
        if (end > bytes.length) {
            return damaged(position, "the file is cut off in a record");
        }
        if (end > position - position % BLOCK_BYTES + BLOCK_BYTES) {
            return damaged(position, "the length of a record is wrong");
        }
        if (!checksumMatches(position)) {
            return damaged(position, "the checksum of a record does not match");
        }
        return Optional.empty();
    }

    private static Optional<String> cutOffInHead(int position) {
        return damaged(position, "the file is cut off in the head of a record");
    }

    private static Optional<String> damaged(int position, String what) {
        return Optional.of("%s at byte %d".formatted(what, position));
    }

    /** Looks at every byte: after damage nothing says where the next fragment begins. */
    private boolean recordStartsAfter(int position) {
        for (int at = position + 1; at + HEADER_BYTES <= bytes.length; at++) {
            int type = bytes[at + 6];
            int blockEnd = at - at % BLOCK_BYTES + BLOCK_BYTES;
            if ((type == WHOLE || type == FIRST)
                    && at + HEADER_BYTES + lengthAt(at) <= Math.min(blockEnd, bytes.length)
                    && checksumMatches(at)) {
                return true;
            }
        }
        return false;
    }

    private boolean checksumMatches(int position) {
        int checksum = BlockChecksum.of(bytes, position + 6, 1 + lengthAt(position));
        return buffer.getInt(position) == checksum;
    }

    private int lengthAt(int position) {
        return buffer.getShort(position + 4) & 0xffff;
    }

    private boolean isZeroFrom(int position) {
        for (int at = position; at < bytes.length; at++) {
            if (bytes[at] != 0) {
                return false;
            }
        }
        return true;
    }

    private static byte[] join(List<byte[]> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        ByteBuffer whole = ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(whole::put);
        return whole.array();
    }
}
