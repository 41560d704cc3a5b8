// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Verifies the checksum of every block of a LevelDB table file ({@code .sst}), because LevelDB says
 * neither which file a damaged block is in nor anything at all before somebody reads that block.
 *
 * <pre>
 * file   = blocks | handle of the list of filters | handle of the index | zeros up to 40 bytes | magic (u64, LE)
 * block  = data | type | checksum of both (u32, LE)
 * type   = 0 data as it is, 1 data compressed by Snappy
 * handle = offset | length of data              varints
 * index  = entries | offsets of some (u32, LE) | number of these (u32, LE)
 * entry  = bytes of the key shared with the last one | bytes of its own | bytes of the value   varints
 *          | own bytes of the key | the value, which is the handle of a data block
 * </pre>
 *
 * The file is read, not mapped: what the disk cannot read is an error with a reason here, and the
 * end of the process in LevelDB's mapping.
 *
 * <p>Source: LevelDB, doc/table_format.md.
 */
final class TableFile {

    private static final int TRAILER_BYTES = 5;
    private static final int HANDLES_BYTES = 40;
    private static final int FOOTER_BYTES = HANDLES_BYTES + 8;
    private static final long MAGIC = 0xdb4775248b80fb57L;
    private static final int PLAIN = 0;
    private static final int SNAPPY = 1;

    private final byte[] bytes;

    private TableFile(byte[] bytes) {
        this.bytes = bytes;
    }

    /** What is wrong with the file, or empty. */
    static Optional<String> damage(Path file) throws IOException {
        try {
            new TableFile(Files.readAllBytes(file)).verify();
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(e.getMessage());
        }
    }

    private void verify() {
        int footer = bytes.length - FOOTER_BYTES;
        if (footer < 0) {
            throw new IllegalArgumentException("the file is too short for a table");
        }
        ByteBuffer end =
                ByteBuffer.wrap(bytes, footer, FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (end.getLong(footer + HANDLES_BYTES) != MAGIC) {
            throw new IllegalArgumentException("the end of the file is not that of a table");
        }
        block(end);
        ByteBuffer index = block(end);
        int restarts = index.getInt(index.limit() - 4);
        long entries = index.limit() - 4L - 4L * restarts;
        if (restarts < 0 || entries < 0) {
            throw new IllegalArgumentException("the index is damaged");
        }
        index.limit((int) entries);
        while (index.hasRemaining()) {
            Manifest.varint(index);
            long key = Manifest.varint(index);
            Manifest.varint(index);
            if (key > index.remaining()) {
                throw new IllegalArgumentException("the index is damaged");
            }
            index.position(index.position() + (int) key);
            verifyBlock(Manifest.varint(index), Manifest.varint(index));
        }
    }

    /** The verified and uncompressed block of a handle. */
    private ByteBuffer block(ByteBuffer handle) {
        long offset = Manifest.varint(handle);
        long length = Manifest.varint(handle);
        verifyBlock(offset, length);
        ByteBuffer data = ByteBuffer.wrap(bytes, (int) offset, (int) length).slice();
        byte[] plain =
                switch (bytes[(int) (offset + length)]) {
                    case PLAIN -> {
                        byte[] copy = new byte[data.remaining()];
                        data.get(copy);
                        yield copy;
                    }
                    case SNAPPY -> Snappy.uncompress(data);
                    default -> throw new IllegalArgumentException("a block of unknown type");
                };
        if (plain.length < 4) {
            throw new IllegalArgumentException("a block at byte %d is empty".formatted(offset));
        }
        return ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void verifyBlock(long offset, long length) {
        long end = bytes.length - (long) FOOTER_BYTES - TRAILER_BYTES;
        if (offset < 0 || length < 0 || offset > end || length > end - offset) {
            throw new IllegalArgumentException("a block is said to be outside of the file");
        }
        int at = (int) offset;
        int size = (int) length + 1;
        int stored = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(at + size);
        if (stored != BlockChecksum.of(bytes, at, size)) {
            throw new IllegalArgumentException(
                    "the checksum of the %d bytes at byte %d does not match"
                            .formatted(length, offset));
        }
    }
}
