// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.attribute.BasicFileAttributeView;

/**
 * Removes or empties a directory that a job's user may be changing: names are looked up one
 * directory at a time and links are never followed, so that nothing outside can be reached.
 */
public final class OwnedTree {
    private OwnedTree() {}

    /** Removes a directory, or whatever else has this name; nothing there is no error. */
    public static void remove(Path directory) throws IOException {
        if (Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            empty(directory, () -> {});
        }
        Files.deleteIfExists(directory);
    }

    /**
     * Leaves the directory itself.
     *
     * @param deleted called after each file that was
     */
    public static void empty(Path directory, Runnable deleted) throws IOException {
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
            if (stream instanceof SecureDirectoryStream<Path> secure) {
                empty(secure, deleted);
            }
        } catch (NoSuchFileException gone) {
            // which is what was wanted
        }
    }

    private static void empty(SecureDirectoryStream<Path> directory, Runnable deleted)
            throws IOException {
        for (Path entry : directory) {
            Path name = entry.getFileName();
            boolean isDirectory =
                    directory
                            .getFileAttributeView(
                                    name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                            .readAttributes()
                            .isDirectory();
            if (isDirectory) {
                try (SecureDirectoryStream<Path> inner =
                        directory.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                    empty(inner, deleted);
                }
                directory.deleteDirectory(name);
            } else {
                directory.deleteFile(name);
            }
            deleted.run();
        }
    }
}
