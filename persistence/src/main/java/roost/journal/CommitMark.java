// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.OptionalLong;
import java.util.zip.CRC32C;

/**
 * The file {@code COMMITS} beside the database: the number of the newest commit that was
 * acknowledged.
 *
 * <pre>
 *  0                 8             12            16                24            28
 *  +-----------------+-------------+-------------+-----------------+-------------+-------------+
 *  | number (BE)     | CRC32C      | 0           | number (BE)     | CRC32C      | 0           |
 *  +-----------------+-------------+-------------+-----------------+-------------+-------------+
 *   even numbers                                  odd numbers
 * </pre>
 *
 * It is written after the database has synced and before anybody is told, and is itself never
 * synced: it costs a microsecond, and outlives the process but perhaps not a power failure, after
 * which it may be behind. A database that is behind <em>it</em> has lost acknowledged data.
 */
final class CommitMark implements Closeable {

    static final int BYTES = 32;
    private static final int SLOT_BYTES = 16;

    private final FileChannel file;
    private final ByteBuffer slot = ByteBuffer.allocateDirect(SLOT_BYTES);

    private CommitMark(FileChannel file) {
        this.file = file;
    }

    static CommitMark open(Path path) throws IOException {
        return new CommitMark(
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
    }

    /** The newest acknowledged commit; empty when the file is missing or unreadable. */
    static OptionalLong read(Path path) throws IOException {
        if (!Files.exists(path)) {
            return OptionalLong.empty();
        }
        ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(path));
        OptionalLong newest = OptionalLong.empty();
        for (int at = 0; at + SLOT_BYTES <= content.limit(); at += SLOT_BYTES) {
            long number = content.getLong(at);
            if (content.getInt(at + 8) == checksum(number)
                    && number >= newest.orElse(Long.MIN_VALUE)) {
                newest = OptionalLong.of(number);
            }
        }
        return newest;
    }

    /** Records a commit as acknowledged. */
    void acknowledge(long number) throws IOException {
        slot.clear();
        slot.putLong(number).putInt(checksum(number)).putInt(0).flip();
        long at = (number & 1) * SLOT_BYTES;
        while (slot.hasRemaining()) {
            at += file.write(slot, at);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static int checksum(long number) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(8).putLong(0, number));
        return (int) crc.getValue();
    }
}
