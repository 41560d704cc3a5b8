// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * What went wrong with a file, in a sentence for users. The JDK's own message of the most frequent
 * troubles is the file's name and nothing else.
 */
public final class DiskTrouble {
    private DiskTrouble() {}

    /** The message of an exception, with the reason where only its class says it. */
    public static String text(Throwable trouble) {
        String message = trouble.getMessage();
        if (message == null) {
            return trouble.toString();
        }
        if (trouble instanceof UncheckedIOException && message.equals(trouble.getCause() + "")) {
            return text(trouble.getCause());
        }
        boolean told = trouble instanceof FileSystemException file && file.getReason() != null;
        return told ? message : message + reason(trouble);
    }

    private static String reason(Throwable trouble) {
        if (trouble instanceof AccessDeniedException) {
            return ": Permission denied";
        } else if (trouble instanceof NoSuchFileException) {
            return ": No such file or directory";
        } else if (trouble instanceof FileAlreadyExistsException) {
            return ": File exists";
        } else if (trouble instanceof NotDirectoryException) {
            return ": Not a directory";
        } else if (trouble instanceof DirectoryNotEmptyException) {
            return ": Directory not empty";
        }
        return "";
    }
}
