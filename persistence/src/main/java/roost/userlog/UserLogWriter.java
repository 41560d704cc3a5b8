// SPDX-License-Identifier: Apache-2.0
package roost.userlog;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import roost.posix.DiskTrouble;

/**
 * Appends events to one job's log. Each event is one write under an fcntl lock of the whole file,
 * and on the disk when {@link #append} returns. Methods block on the disk; use them on a thread for
 * that.
 *
 * <p>The jobs of a cluster usually share one log, and an fcntl lock belongs to the whole process,
 * so writers of this process exclude each other first.
 */
public final class UserLogWriter implements Closeable {

    /** How long a foreign lock is respected: a user's program must not be able to stop the node. */
    private static final long LOCK_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final long LOCK_RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /**
     * Chosen by the path of the log, so that a log that is locked by a stranger holds up few
     * others.
     */
    private static final Lock[] PROCESS_LOCKS =
            Stream.generate(ReentrantLock::new).limit(64).toArray(Lock[]::new);

    private final Path path;
    private final UserLogFormat format;
    private final FileChannel channel;
    private final Lock processLock;

    private UserLogWriter(Path path, UserLogFormat format, FileChannel channel) {
        this.path = path;
        this.format = format;
        this.channel = channel;
        int hash = path.toAbsolutePath().normalize().hashCode();
        this.processLock = PROCESS_LOCKS[Math.floorMod(hash, PROCESS_LOCKS.length)];
    }

    /**
     * Opens the log of a job, creating it if need be.
     *
     * @throws IOException when it cannot be opened, in which case the job must not be started
     */
    public static UserLogWriter open(Path path, UserLogFormat format, OpenAsUser opener)
            throws IOException {
        return new UserLogWriter(path, format, opener.openForAppend(path));
    }

    /**
     * Appends an event.
     *
     * @throws IOException when it cannot be written; nothing of it is left in the file then
     */
    public void append(UserLogEntry entry) throws IOException {
        String text =
                format.xml() ? XmlLayout.write(entry, format) : TextLayout.write(entry, format);
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        processLock.lock();
        FileLock lock = null;
        try {
            lock = lock();
            write(bytes);
            if (!path.equals(OpenAsUser.NULL_DEVICE)) { // which cannot be synced
                channel.force(false);
            }
        } catch (IOException e) {
            throw new IOException(
                    "cannot write to the log " + path + ": " + DiskTrouble.text(e), e);
        } finally {
            if (lock != null) {
                lock.release();
            }
            processLock.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        // Closing any descriptor of a file gives up the locks the process has on it.
        processLock.lock();
        try {
            channel.close();
        } finally {
            processLock.unlock();
        }
    }

    private void write(ByteBuffer bytes) throws IOException {
        long before = channel.size();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            if (channel.size() > before) {
                channel.truncate(before);
            }
            throw e;
        }
    }

    /**
     * The lock, or null when somebody else keeps it: an append of one write is atomic without it.
     */
    private FileLock lock() throws IOException {
        long deadline = System.nanoTime() + LOCK_WAIT_NANOS;
        while (true) {
            try {
                FileLock lock = channel.tryLock();
                if (lock != null || System.nanoTime() > deadline) {
                    return lock;
                }
            } catch (OverlappingFileLockException e) {
                return null; // held by other code of this process, which we cannot wait for
            }
            LockSupport.parkNanos(LOCK_RETRY_NANOS); // fcntl cannot wait with a limit
        }
    }
}
