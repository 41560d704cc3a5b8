// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Holds on to one file in a directory that somebody else may change at any moment. The name is
 * looked up once, and a symbolic link in its last part is not followed; from then on {@link #path}
 * leads to that very file, whatever happens to its name. Looking it up neither reads the file nor
 * waits for anybody, so a FIFO that was put there does no harm.
 */
public final class PinnedFile implements Closeable {
    private static final int O_NOFOLLOW =
            System.getProperty("os.arch", "").equals("aarch64") ? 0100000 : 0400000;
    private static final int O_CLOEXEC = 02000000;
    private static final int O_PATH = 010000000;
    private static final int ENOENT = 2;
    private static final int S_IFMT = 0170000;
    private static final int S_IFREG = 0100000;

    private final int descriptor;
    private final Map<String, Object> facts;

    private PinnedFile(int descriptor) throws IOException {
        this.descriptor = descriptor;
        this.facts = Files.readAttributes(path(), "unix:mode,uid,ino,dev,size,lastModifiedTime");
    }

    /**
     * Looks up a name.
     *
     * @throws NoSuchFileException if there is nothing of that name
     * @throws IOException with the path, if it cannot be looked up
     */
    public static PinnedFile open(Path path) throws IOException {
        return open(path, O_NOFOLLOW);
    }

    /** As {@link #open}, but a symbolic link is followed: for names that a user has chosen. */
    public static PinnedFile follow(Path path) throws IOException {
        return open(path, 0);
    }

    private static PinnedFile open(Path path, int more) throws IOException {
        int fd = Posix.library().open(path.toString(), O_PATH | O_CLOEXEC | more, 0);
        if (fd < 0) {
            int errno = Posix.library().errno();
            throw errno == ENOENT
                    ? new NoSuchFileException(path.toString())
                    : new IOException("cannot look up " + path + ": errno " + errno);
        }
        try {
            return new PinnedFile(fd);
        } catch (IOException e) {
            Posix.close(fd);
            throw e;
        }
    }

    /** A name for the file itself; opening it opens the file. Good until {@link #close}. */
    public Path path() {
        return Path.of("/proc/self/fd/" + descriptor);
    }

    /** Whether it is an ordinary file: no directory, link, FIFO or device. */
    public boolean isFile() {
        return ((int) facts.get("mode") & S_IFMT) == S_IFREG;
    }

    /** Number of the user it belongs to. */
    public int owner() {
        return (int) facts.get("uid");
    }

    /** Number of the file on its {@link #device}. */
    public long inode() {
        return (long) facts.get("ino");
    }

    public long device() {
        return (long) facts.get("dev");
    }

    /** Length in bytes when it was looked up. */
    public long size() {
        return (long) facts.get("size");
    }

    /** When its content was last changed, nanoseconds since 1970. */
    public long modifiedNanos() {
        return ((FileTime) facts.get("lastModifiedTime")).to(TimeUnit.NANOSECONDS);
    }

    /** Whether both are one file, under whatever names. */
    public boolean isSameAs(PinnedFile other) {
        return inode() == other.inode() && device() == other.device();
    }

    @Override
    public void close() {
        Posix.close(descriptor);
    }
}
