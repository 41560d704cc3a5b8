// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/**
 * How configuration files are reached. An interface because the command-line engine may run inside
 * a node for another user, whose files only that user's own process may open.
 */
public interface ConfigFiles {

    /** This process's own view of the file system. */
    ConfigFiles LOCAL = new LocalFiles();

    /**
     * Reads at most {@code limit} bytes.
     *
     * @throws NoSuchFileException if there is no such file
     * @throws IOException if it cannot be read, is not a regular file or is longer than {@code
     *     limit}
     */
    byte[] read(Path file, int limit) throws IOException;

    /**
     * Names of the entries of a directory, at most {@code limit}, in no particular order.
     *
     * @throws IOException if it cannot be listed, or holds more
     */
    List<String> list(Path directory, int limit) throws IOException;

    /**
     * Writes a file anew: what a command printed, kept for the next time.
     *
     * @throws IOException if it cannot be written
     */
    void write(Path file, byte[] content) throws IOException;

    /** What {@code path} looks like now; {@link Facts#ABSENT} where nothing can be seen. */
    Facts facts(Path path);

    /**
     * Enough about a file to notice a change: edited in place (size, time) or replaced (key).
     *
     * @param key inode and device, as the file system tells it; empty when absent
     */
    record Facts(long size, FileTime modified, String key) {
        /** Nothing there. */
        public static final Facts ABSENT = new Facts(-1, FileTime.fromMillis(0), "");

        /** Whether there is something. */
        public boolean exists() {
            return size >= 0;
        }
    }

    /** The ordinary implementation. */
    final class LocalFiles implements ConfigFiles {
        private LocalFiles() {}

        @Override
        public byte[] read(Path file, int limit) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                throw new IOException("is a directory");
            }
            if (!attributes.isRegularFile()) {
                // A pipe or device could block for ever or never end.
                throw new IOException("is not a regular file");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] bytes = in.readNBytes(limit + 1);
                if (bytes.length > limit) {
                    throw new IOException("is longer than " + limit + " bytes");
                }
                return bytes;
            }
        }

        @Override
        public List<String> list(Path directory, int limit) throws IOException {
            List<String> names = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    if (names.size() == limit) {
                        throw new IOException("holds more than " + limit + " entries");
                    }
                    names.add(entry.getFileName().toString());
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            return names;
        }

        @Override
        public void write(Path file, byte[] content) throws IOException {
            Path next = file.resolveSibling(file.getFileName() + ".tmp");
            Files.write(next, content);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        }

        @Override
        public Facts facts(Path path) {
            try {
                BasicFileAttributes a = Files.readAttributes(path, BasicFileAttributes.class);
                return new Facts(a.size(), a.lastModifiedTime(), String.valueOf(a.fileKey()));
            } catch (IOException e) {
                return Facts.ABSENT;
            }
        }
    }
}
