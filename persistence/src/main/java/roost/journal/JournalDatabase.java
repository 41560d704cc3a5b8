// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import roost.posix.DiskTrouble;

/**
 * The opened database: checked before it is opened, numbered commits, and closed and opened again
 * after a failure, because LevelDB refuses every write after the first that failed.
 *
 * <p>{@link #commit} is called by one thread; {@link #read} by any.
 */
final class JournalDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(JournalDatabase.class);
    private static final long FORMAT = 1;

    private final JournalSettings settings;
    private final Storage.Opener opener;
    private final FileChannel lockFile;
    private final CommitMark mark;
    private final DiskReserve reserve;

    /** Readers and the writer share it; whoever exchanges {@link #storage} has it alone. */
    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    /** Null while it could not be opened again, and when closed. */
    private Storage storage;

    private boolean closed;
    private long newestCommit;
    private boolean markFailed;

    /**
     * A write met the end of the disk: its log may end in half a record. Used by the writer only.
     */
    private boolean reopenBeforeWrite;

    private JournalDatabase(JournalSettings settings, Storage.Opener opener, FileChannel lockFile)
            throws IOException {
        this.settings = settings;
        this.opener = opener;
        this.lockFile = lockFile;
        this.reserve = new DiskReserve(settings.directory(), settings.reserveBytes());
        admit(JournalCheck.filesAndTables(settings));
        if (CommitMark.read(settings.commits()).isEmpty()
                && Files.exists(settings.database().resolve("CURRENT"))) {
            LOG.warn(
                    "{} is missing or unreadable: it cannot be told whether acknowledged commits were lost",
                    settings.commits());
        }
        this.mark = CommitMark.open(settings.commits());
        try {
            openStorage();
            mark.acknowledge(newestCommit);
        } finally {
            if (storage == null) {
                closeQuietly(mark);
            }
        }
    }

    /**
     * Opens the journal of a directory.
     *
     * @throws JournalException.Corrupt when it is not what was written
     * @throws JournalException.Full when the disk has no room even to open it
     * @throws JournalException.Failed when it cannot be opened, or is open elsewhere
     */
    static JournalDatabase open(JournalSettings settings, Storage.Opener opener) {
        FileChannel lockFile = null;
        JournalDatabase opened = null;
        try {
            Files.createDirectories(settings.directory());
            Files.setPosixFilePermissions(
                    settings.directory(), PosixFilePermissions.fromString("rwx------"));
            lockFile = takeLock(settings.directory().resolve("LOCK"));
            opened = new JournalDatabase(settings, opener, lockFile);
            return opened;
        } catch (IOException e) {
            throw cannotOpen(settings, e);
        } finally {
            if (opened == null && lockFile != null) {
                closeQuietly(lockFile);
            }
        }
    }

    /** Before anything is looked at: what another process is just writing looks like a torn end. */
    private static FileChannel takeLock(Path path) throws IOException {
        FileChannel file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            taken = file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Held by this very process.
        } finally {
            if (!taken) {
                closeQuietly(file);
            }
        }
        if (!taken) {
            throw new JournalException.Failed(
                    "the journal %s is in use by another node; stop that one first"
                            .formatted(path.getParent()),
                    null);
        }
        return file;
    }

    /** Why a small write would be refused now, or empty. */
    Optional<JournalException.Full> refusal() {
        return reserve.refusal(0);
    }

    /** Runs a reader against the database; it must close its cursors. */
    <T> T read(Function<Storage, T> reader) {
        lock.readLock().lock();
        try {
            if (storage != null) {
                return apply(reader, storage);
            }
        } finally {
            lock.readLock().unlock();
        }
        reopen();
        lock.readLock().lock();
        try {
            return apply(reader, opened());
        } finally {
            lock.readLock().unlock();
        }
    }

    /** LevelDB does not say which file is damaged; so that is looked up. */
    private <T> T apply(Function<Storage, T> reader, Storage opened) {
        try {
            return reader.apply(opened);
        } catch (JournalException.Corrupt e) {
            JournalCheck.Report report = JournalCheck.filesAndTables(settings);
            throw report.isWhole() ? e : report.refusal(e);
        }
    }

    /**
     * Stores the changes; they are on the disk when it returns. When it throws, nothing was stored;
     * only if the database could not be opened again to see, that is not certain.
     *
     * @throws JournalException.Full when the disk has no room
     */
    void commit(Batch changes, boolean deletesOnly) {
        reserve.admit(changes.bytes(), deletesOnly);
        if (reopenBeforeWrite) {
            discard();
        }
        long number = ensureOpen() + 1;
        reopenBeforeWrite = false;
        Batch batch = new Batch();
        batch.put(Keys.COMMIT, bytes(number));
        for (Batch.Change change : changes.changes()) {
            if (change.value() == null) {
                batch.delete(change.key());
            } else {
                batch.put(change.key(), change.value());
            }
        }
        try {
            write(batch, number);
        } catch (JournalException first) {
            if (first instanceof JournalException.Full && !hasRoomToOpen()) {
                reopenBeforeWrite = true; // not now; and reading goes on as it is
                throw first;
            }
            // Also what LevelDB says to every write after background work failed, long after that
            // is
            // over; so it is tried once more on a database that was opened afresh.
            if (reopenAndLookFor(number, first)) {
                return;
            }
            try {
                write(batch, number);
            } catch (JournalException second) {
                if (!reopenAndLookFor(number, second)) {
                    throw second;
                }
            }
        }
    }

    private void write(Batch batch, long number) {
        read(
                opened -> {
                    opened.write(batch, settings.sync());
                    return null;
                });
        newestCommit = number;
        acknowledge(number);
    }

    /** Whether the commit turns out to be stored when the database is opened again. */
    private boolean reopenAndLookFor(long number, JournalException cause) {
        LOG.warn("commit {} failed, opening the journal again: {}", number, cause.getMessage());
        discard();
        reopen();
        if (newestCommit != number) {
            return false;
        }
        LOG.warn("commit {} was stored after all", number);
        acknowledge(number);
        return true;
    }

    void compact() {
        read(
                opened -> {
                    opened.compact();
                    return null;
                });
    }

    @Override
    public void close() {
        closed = true;
        discard();
        closeQuietly(mark);
        closeQuietly(lockFile);
    }

    private boolean hasRoomToOpen() {
        return reserve.shortageAtOpening(settings.writeBufferBytes()).isEmpty();
    }

    private long ensureOpen() {
        read(opened -> null);
        return newestCommit;
    }

    private Storage opened() {
        if (storage == null) {
            throw new JournalException.Failed("the journal is closed", null);
        }
        return storage;
    }

    private void discard() {
        lock.writeLock().lock();
        try {
            if (storage != null) {
                storage.close();
            }
        } catch (JournalException e) {
            LOG.warn("closing the journal: {}", e.getMessage());
        } finally {
            storage = null;
            lock.writeLock().unlock();
        }
    }

    private void reopen() {
        lock.writeLock().lock();
        try {
            if (storage == null && !closed) {
                admit(JournalCheck.files(settings));
                openStorage();
            }
        } catch (IOException e) {
            throw cannotOpen(settings, e);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private static void admit(JournalCheck.Report report) throws IOException {
        if (!report.isWhole()) {
            throw report.refusal();
        }
        report.notes().forEach(LOG::warn);
        report.cutTornEnds();
    }

    private void openStorage() throws IOException {
        Optional<JournalException.Full> shortage =
                reserve.shortageAtOpening(settings.writeBufferBytes());
        if (settings.reserveBytes() > 0 && shortage.isPresent()) {
            throw shortage.get();
        }
        Storage candidate = opener.open(settings);
        try {
            checkFormat(candidate);
            long found = number(candidate.get(Keys.COMMIT));
            long acknowledged = CommitMark.read(settings.commits()).orElse(0);
            if (found < acknowledged) {
                throw new JournalException.Corrupt(
                        "%s ends at commit %d, but commit %d was acknowledged; %s"
                                .formatted(
                                        settings.database(),
                                        found,
                                        acknowledged,
                                        JournalCheck.WHAT_TO_DO));
            }
            newestCommit = found;
            storage = candidate;
        } finally {
            if (storage != candidate) {
                candidate.close();
            }
        }
    }

    private void checkFormat(Storage candidate) {
        byte[] stored = candidate.get(Keys.FORMAT);
        if (stored == null && candidate.get(Keys.COMMIT) != null) {
            throw new JournalException.Corrupt(
                    "%s does not tell its format; %s"
                            .formatted(settings.database(), JournalCheck.WHAT_TO_DO));
        }
        if (stored == null) {
            Batch batch = new Batch();
            batch.put(Keys.COMMIT, bytes(0));
            batch.put(Keys.FORMAT, bytes(FORMAT));
            candidate.write(batch, settings.sync());
        } else if (number(stored) != FORMAT) {
            throw new JournalException.Failed(
                    "%s has format %d, and this program knows only format %d; use the version of Roost that wrote it"
                            .formatted(settings.database(), number(stored), FORMAT),
                    null);
        }
    }

    private void acknowledge(long number) {
        try {
            mark.acknowledge(number);
            markFailed = false;
        } catch (IOException e) {
            // Being behind is allowed: the data is safe, only its loss would go unnoticed.
            if (!markFailed) {
                LOG.warn("cannot write {}: {}", settings.commits(), e.getMessage());
            }
            markFailed = true;
        }
    }

    private static JournalException.Failed cannotOpen(JournalSettings settings, IOException e) {
        return new JournalException.Failed(
                "cannot open the journal %s: %s"
                        .formatted(settings.directory(), DiskTrouble.text(e)),
                e);
    }

    private static void closeQuietly(Closeable file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("closing a file of the journal: {}", e.getMessage());
        }
    }

    private static byte[] bytes(long number) {
        return ByteBuffer.allocate(8).putLong(0, number).array();
    }

    private static long number(byte[] value) {
        return value == null || value.length != 8 ? 0 : ByteBuffer.wrap(value).getLong();
    }
}
