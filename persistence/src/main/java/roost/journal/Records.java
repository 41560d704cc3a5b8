// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import akka.actor.ExtendedActorSystem;
import akka.persistence.PersistentRepr;
import akka.serialization.Serialization;
import akka.serialization.SerializationExtension;
import akka.serialization.Serializer;
import akka.serialization.Serializers;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The values of the database.
 *
 * <pre>
 *  0        1        2            6                      14
 *  +--------+--------+------------+----------------------+----------------------------
 *  | 0x01   | kind   | CRC32C BE  | time, ms since epoch | body
 *  +--------+--------+------------+----------------------+----------------------------
 *
 *  body of an event:     string adapter-manifest, string writer, object payload [, object metadata]
 *  body of a snapshot:   object payload [, object metadata]
 *  body of the bounds:   highest sequence number (8, BE), deleted up to (8, BE)
 *
 *  string = length (u16, BE), UTF-8;  object = serializer id (i32), string manifest, length (i32), bytes
 * </pre>
 *
 * The checksum covers the key, version, kind, time and body, so a record that LevelDB returns under
 * a wrong key is found out as well. Kinds are those of {@link Keys}.
 */
final class Records {

    static final byte VERSION = 1;
    private static final int CRC_AT = 2;
    private static final int TIME_AT = 6;
    private static final int BODY_AT = 14;
    private static final int MAX_STRING_BYTES = 0xffff;

    private final Serialization serialization;
    private final long maxRecordBytes;

    Records(ExtendedActorSystem system, long maxRecordBytes) {
        this.serialization = SerializationExtension.get(system);
        this.maxRecordBytes = maxRecordBytes;
    }

    /** A stored snapshot. */
    record StoredSnapshot(Object state, long timestampMillis, Optional<Object> metadata) {}

    /** What is remembered of a persistence id whose events were deleted; 0 = none. */
    record Bounds(long highest, long deletedTo) {
        static final Bounds NONE = new Bounds(0, 0);
    }

    private record Blob(int serializerId, byte[] manifest, byte[] bytes) {
        int length() {
            return 4 + 2 + manifest.length + 4 + bytes.length;
        }

        void putInto(ByteBuffer buffer) {
            buffer.putInt(serializerId).putShort((short) manifest.length).put(manifest);
            buffer.putInt(bytes.length).put(bytes);
        }
    }

    byte[] event(byte[] key, PersistentRepr repr, Object payload) {
        byte[] manifest = utf8(repr.manifest());
        byte[] writer = utf8(repr.writerUuid());
        Blob blob = serialize(payload);
        Blob metadata = repr.metadata().isDefined() ? serialize(repr.metadata().get()) : null;
        int length = 2 + manifest.length + 2 + writer.length + blob.length();
        ByteBuffer buffer = start(Keys.EVENT, repr.timestamp(), length + lengthOf(metadata));
        buffer.putShort((short) manifest.length).put(manifest);
        buffer.putShort((short) writer.length).put(writer);
        blob.putInto(buffer);
        if (metadata != null) {
            metadata.putInto(buffer);
        }
        return seal(key, buffer);
    }

    PersistentRepr event(byte[] key, byte[] value, String persistenceId, long sequenceNr) {
        ByteBuffer buffer = open(key, value, Keys.EVENT);
        try {
            String manifest = string(buffer);
            String writer = string(buffer);
            Object payload = deserialize(buffer);
            PersistentRepr repr =
                    PersistentRepr.apply(
                                    payload,
                                    sequenceNr,
                                    persistenceId,
                                    manifest,
                                    false,
                                    null,
                                    writer)
                            .withTimestamp(buffer.getLong(TIME_AT));
            return buffer.hasRemaining() ? repr.withMetadata(deserialize(buffer)) : repr;
        } catch (BufferUnderflowException e) {
            throw corrupt(key, "its length is wrong");
        }
    }

    byte[] snapshot(byte[] key, Object state, long timestampMillis, Optional<Object> metadata) {
        Blob blob = serialize(state);
        Blob extra = metadata.map(this::serialize).orElse(null);
        ByteBuffer buffer = start(Keys.SNAPSHOT, timestampMillis, blob.length() + lengthOf(extra));
        blob.putInto(buffer);
        if (extra != null) {
            extra.putInto(buffer);
        }
        return seal(key, buffer);
    }

    StoredSnapshot snapshot(byte[] key, byte[] value) {
        ByteBuffer buffer = open(key, value, Keys.SNAPSHOT);
        try {
            Object state = deserialize(buffer);
            Optional<Object> metadata =
                    buffer.hasRemaining() ? Optional.of(deserialize(buffer)) : Optional.empty();
            return new StoredSnapshot(state, buffer.getLong(TIME_AT), metadata);
        } catch (BufferUnderflowException e) {
            throw corrupt(key, "its length is wrong");
        }
    }

    static byte[] bounds(byte[] key, Bounds bounds) {
        ByteBuffer buffer = start(Keys.BOUNDS, 0, 16);
        return seal(key, buffer.putLong(bounds.highest()).putLong(bounds.deletedTo()));
    }

    static Bounds bounds(byte[] key, byte[] value) {
        if (value == null) {
            return Bounds.NONE;
        }
        ByteBuffer buffer = open(key, value, Keys.BOUNDS);
        if (buffer.remaining() != 16) {
            throw corrupt(key, "its length is wrong");
        }
        return new Bounds(buffer.getLong(), buffer.getLong());
    }

    /** Time of a record in milliseconds since the epoch, without decoding the rest of it. */
    static long timestampMillis(byte[] value) {
        return value.length < BODY_AT ? 0 : ByteBuffer.wrap(value).getLong(TIME_AT);
    }

    /** Checks version, kind and checksum; the buffer returned stands at the body. */
    static ByteBuffer open(byte[] key, byte[] value, byte kind) {
        if (value.length < BODY_AT) {
            throw corrupt(key, "it is %d bytes short".formatted(BODY_AT - value.length));
        }
        ByteBuffer buffer = ByteBuffer.wrap(value);
        if (value[0] != VERSION) {
            throw corrupt(
                    key,
                    "its format version is %d where this program knows %d"
                            .formatted(value[0] & 0xff, VERSION));
        }
        if (buffer.getInt(CRC_AT) != checksum(key, value)) {
            throw corrupt(key, "its checksum does not match its content");
        }
        if (value[1] != kind) {
            throw corrupt(key, "it is of another kind than its key");
        }
        return buffer.position(BODY_AT);
    }

    private static JournalException.Corrupt corrupt(byte[] key, String what) {
        Keys.Parsed parsed = Keys.parse(key);
        String kind =
                switch (parsed.kind()) {
                    case Keys.EVENT -> "event " + parsed.sequenceNr();
                    case Keys.SNAPSHOT -> "snapshot " + parsed.sequenceNr();
                    default -> "sequence number bounds";
                };
        return new JournalException.Corrupt(
                "%s of %s is damaged: %s; %s"
                        .formatted(kind, parsed.persistenceId(), what, JournalCheck.WHAT_TO_DO));
    }

    /** A record without its checksum; the buffer stands at the body. */
    static ByteBuffer start(byte kind, long timestampMillis, int bodyLength) {
        ByteBuffer buffer = ByteBuffer.allocate(BODY_AT + bodyLength);
        return buffer.put(VERSION).put(kind).putInt(0).putLong(timestampMillis);
    }

    /** Puts in the checksum, which ends the making of a record. */
    static byte[] seal(byte[] key, ByteBuffer buffer) {
        byte[] value = buffer.array();
        buffer.putInt(CRC_AT, checksum(key, value));
        return value;
    }

    private static int checksum(byte[] key, byte[] value) {
        CRC32C crc = new CRC32C();
        crc.update(key);
        crc.update(value, 0, CRC_AT);
        crc.update(value, TIME_AT, value.length - TIME_AT);
        return (int) crc.getValue();
    }

    private static int lengthOf(Blob blob) {
        return blob == null ? 0 : blob.length();
    }

    private Blob serialize(Object object) {
        Serializer serializer = serialization.findSerializerFor(object);
        byte[] bytes = serialization.serialize(object).get();
        if (bytes.length > maxRecordBytes) {
            throw new JournalException.TooLarge(
                    "%s of %d bytes cannot be stored: the limit is %d bytes (roost.journal.max-record-size)"
                            .formatted(
                                    object.getClass().getSimpleName(),
                                    bytes.length,
                                    maxRecordBytes));
        }
        byte[] manifest = utf8(Serializers.manifestFor(serializer, object));
        return new Blob(serializer.identifier(), manifest, bytes);
    }

    private Object deserialize(ByteBuffer buffer) {
        int serializerId = buffer.getInt();
        String manifest = string(buffer);
        byte[] bytes = new byte[length(buffer, buffer.getInt())];
        buffer.get(bytes);
        return serialization.deserialize(bytes, serializerId, manifest).get();
    }

    private static String string(ByteBuffer buffer) {
        byte[] bytes = new byte[length(buffer, buffer.getShort() & 0xffff)];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int length(ByteBuffer buffer, int length) {
        if (length < 0 || length > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
        return length;
    }

    private static byte[] utf8(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_STRING_BYTES) {
            throw new JournalException.TooLarge(
                    "manifest of %d bytes cannot be stored: the limit is %d"
                            .formatted(bytes.length, MAX_STRING_BYTES));
        }
        return bytes;
    }
}
