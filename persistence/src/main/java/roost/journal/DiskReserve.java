// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import roost.posix.DiskTrouble;

/**
 * Refuses writes while the disk still has room, so that a full disk is a clear refusal and leaves
 * LevelDB space for what it does on its own: the table made from its log, and compaction. (Should
 * LevelDB itself meet the end of the disk, its write fails as well; but then background work stops,
 * and the database has to be opened again.)
 *
 * <p>Free space as statvfs tells it says nothing about quotas. So for every mebibyte admitted, the
 * same amount is first written to a scratch file and given back: a quota that is used up shows
 * there.
 */
final class DiskReserve {

    private static final int PROBE_BYTES = 1 << 20;

    private final Path directory;
    private final FileStore store;
    private final long reserveBytes;
    private long admittedSinceProbe = PROBE_BYTES;

    DiskReserve(Path directory, long reserveBytes) throws IOException {
        this.directory = directory;
        this.store = Files.getFileStore(directory);
        this.reserveBytes = reserveBytes;
    }

    /** Why a write of this size would be refused now, or empty; costs one system call. */
    Optional<JournalException.Full> refusal(long bytes) {
        return shortage(bytes, reserveBytes);
    }

    /**
     * Admits a write of one batch or throws. Deletions may use half of the reserve, so that a full
     * disk does not keep the journal from making room. Called by the one writing thread.
     */
    void admit(long bytes, boolean deletesOnly) {
        Optional<JournalException.Full> refusal =
                shortage(bytes, deletesOnly ? reserveBytes / 2 : reserveBytes);
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        admittedSinceProbe += bytes;
        if (reserveBytes > 0 && !deletesOnly && admittedSinceProbe >= PROBE_BYTES) {
            probe((int) Math.min(admittedSinceProbe, reserveBytes));
            admittedSinceProbe = 0;
        }
    }

    /**
     * Why there is no room to open the database, or empty: LevelDB then makes a table of its log
     * and begins new files.
     */
    Optional<JournalException.Full> shortageAtOpening(long writeBufferBytes) {
        return shortage(writeBufferBytes, PROBE_BYTES);
    }

    private Optional<JournalException.Full> shortage(long bytes, long reserve) {
        try {
            long free = store.getUsableSpace();
            // Twice: the log now, and the table that is made from the log later.
            return free >= reserve + 2 * bytes
                    ? Optional.empty()
                    : Optional.of(
                            new JournalException.Full(
                                    "the disk of %s is full: %d KiB free, %d KiB wanted (roost.journal.disk-reserve); free some space, nothing else needs to be done"
                                            .formatted(
                                                    directory,
                                                    free >> 10,
                                                    (reserve + 2 * bytes) >> 10),
                                    null));
        } catch (IOException e) {
            throw new JournalException.Failed(
                    "cannot tell the free space of %s: %s"
                            .formatted(directory, DiskTrouble.text(e)),
                    e);
        }
    }

    private void probe(int bytes) {
        Path scratch = directory.resolve("space.tmp");
        try (FileChannel file =
                FileChannel.open(
                        scratch,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.DELETE_ON_CLOSE)) {
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 16);
            for (int written = 0; written < bytes; written += zeros.capacity()) {
                zeros.clear();
                while (zeros.hasRemaining()) {
                    file.write(zeros);
                }
            }
        } catch (IOException e) {
            throw new JournalException.Full(
                    "cannot write to %s: %s; free some space or raise the quota, nothing else needs to be done"
                            .formatted(directory, DiskTrouble.text(e)),
                    e);
        }
    }
}
