// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The keys of the database.
 *
 * <pre>
 * 0x00 "commit"                                number (8, BE) of the newest commit; first in every batch
 * 0x00 "format"                                version (8, BE) of this layout
 * 'p' persistence-id 0x00 0x01                 bounds: what is known of deleted events
 * 'p' persistence-id 0x00 0x02 seq(8, BE)      snapshot
 * 'p' persistence-id 0x00 0x03 seq(8, BE)      event
 * </pre>
 *
 * All of one persistence id lies together and in the order in which recovery wants it, so that one
 * pass over the database rebuilds everything ({@link JournalScan}).
 */
final class Keys {

    static final byte BOUNDS = 1;
    static final byte SNAPSHOT = 2;
    static final byte EVENT = 3;

    /** Longest persistence id, in bytes of UTF-8. */
    static final int MAX_ID_BYTES = 1024;

    static final byte[] COMMIT = internal("commit");
    static final byte[] FORMAT = internal("format");

    private Keys() {}

    /** A key taken apart; {@code sequenceNr} is 0 for {@link #BOUNDS}. */
    record Parsed(String persistenceId, byte kind, long sequenceNr) {}

    static byte[] bounds(String persistenceId) {
        return key(persistenceId, BOUNDS, -1);
    }

    static byte[] snapshot(String persistenceId, long sequenceNr) {
        return key(persistenceId, SNAPSHOT, sequenceNr);
    }

    static byte[] event(String persistenceId, long sequenceNr) {
        return key(persistenceId, EVENT, sequenceNr);
    }

    /** What the keys of all events of an id begin with. */
    static byte[] events(String persistenceId) {
        return key(persistenceId, EVENT, -1);
    }

    /** What the keys of all snapshots of an id begin with. */
    static byte[] snapshots(String persistenceId) {
        return key(persistenceId, SNAPSHOT, -1);
    }

    /** The smallest key that any persistence id with this prefix can have. */
    static byte[] prefix(String prefix) {
        byte[] id = prefix.getBytes(StandardCharsets.UTF_8);
        byte[] key = new byte[1 + id.length];
        key[0] = 'p';
        System.arraycopy(id, 0, key, 1, id.length);
        return key;
    }

    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length
                && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    static boolean isRecord(byte[] key) {
        return key.length > 0 && key[0] == 'p';
    }

    static Parsed parse(byte[] key) {
        int end = 1;
        while (end < key.length && key[end] != 0) {
            end++;
        }
        int rest = key.length - end - 1;
        boolean wellFormed =
                isRecord(key)
                        && (rest == 1 && key[end + 1] == BOUNDS
                                || rest == 9
                                        && (key[end + 1] == SNAPSHOT || key[end + 1] == EVENT));
        if (!wellFormed) {
            throw new JournalException.Corrupt("the journal holds a key of unknown form");
        }
        String id = new String(key, 1, end - 1, StandardCharsets.UTF_8);
        long sequenceNr = rest == 1 ? 0 : ByteBuffer.wrap(key, end + 2, 8).getLong();
        return new Parsed(id, key[end + 1], sequenceNr);
    }

    private static byte[] key(String persistenceId, byte kind, long sequenceNr) {
        byte[] id = persistenceId.getBytes(StandardCharsets.UTF_8);
        if (id.length == 0 || id.length > MAX_ID_BYTES || persistenceId.indexOf('\0') >= 0) {
            throw new JournalException.TooLarge(
                    "persistence id of %d bytes cannot be stored: wanted 1 to %d bytes without NUL"
                            .formatted(id.length, MAX_ID_BYTES));
        }
        ByteBuffer key = ByteBuffer.allocate(1 + id.length + 2 + (sequenceNr < 0 ? 0 : 8));
        key.put((byte) 'p').put(id).put((byte) 0).put(kind);
        if (sequenceNr >= 0) {
            key.putLong(sequenceNr);
        }
        return key.array();
    }

    private static byte[] internal(String name) {
        return ("\0" + name).getBytes(StandardCharsets.US_ASCII);
    }
}
