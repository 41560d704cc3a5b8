// SPDX-License-Identifier: Apache-2.0
package roost.userlog;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Opens a job's log with the rights of the job's owner. */
@FunctionalInterface
public interface OpenAsUser {

    /** The one log that is not a file. */
    Path NULL_DEVICE = Path.of("/dev/null");

    /** With the rights of this process; right for a node that is not root. */
    OpenAsUser SELF =
            path -> {
                if (Files.exists(path) && !Files.isRegularFile(path) && !path.equals(NULL_DEVICE)) {
                    throw new IOException(
                            path + " is not a file"); // opening a FIFO would wait for ever
                }
                return FileChannel.open(
                        path,
                        Set.of(
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE,
                                StandardOpenOption.APPEND),
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-rw-r--")));
            };

    /**
     * Opens the file for appending; a missing one is created with mode 0664 less the umask, and
     * belongs to the user.
     */
    FileChannel openForAppend(Path path) throws IOException;
}
