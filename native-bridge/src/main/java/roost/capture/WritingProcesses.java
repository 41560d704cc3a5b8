// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Predicate;
import roost.posix.ProcessIdentity;

/**
 * Who writes the image of a program: the program itself, or the copy of it that goes by the name of
 * {@value #COPY}. Nobody is told when a copy is killed, and what it leaves looks like an image that
 * is being written; but nobody has that open.
 */
final class WritingProcesses {
    /** What the library calls its copies. */
    private static final String COPY = "roost-writer";

    private WritingProcesses() {}

    /** Whether one of them has this file open; true also where that cannot be told. */
    static boolean write(Path file, ProcessIdentity program) {
        try {
            Object key = key(file);
            return hasOpen(Path.of("/proc", Long.toString(program.pid())), key)
                    || any(
                            Path.of("/proc"),
                            "[0-9]*",
                            process -> isCopy(process) && hasOpen(process, key));
        } catch (NoSuchFileException gone) {
            return false;
        } catch (IOException unknown) {
            return true;
        }
    }

    private static boolean isCopy(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip().equals(COPY);
        } catch (IOException gone) {
            return false;
        }
    }

    private static boolean hasOpen(Path process, Object key) {
        return any(process.resolve("fd"), "*", open -> isSame(open, key));
    }

    /** Whether some entry is such a one; true for a directory of somebody else. */
    private static boolean any(Path directory, String glob, Predicate<Path> such) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, glob)) {
            for (Path entry : entries) {
                if (such.test(entry)) {
                    return true;
                }
            }
            return false;
        } catch (AccessDeniedException unknown) {
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    private static boolean isSame(Path open, Object key) {
        try {
            return key.equals(key(open));
        } catch (IOException closed) {
            return false;
        }
    }

    /** Device and inode. */
    private static Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }
}
