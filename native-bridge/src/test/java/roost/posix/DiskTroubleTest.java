// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.junit.jupiter.api.Test;

/** What users read of troubles with files. */
class DiskTroubleTest {
    @Test
    void theReasonIsSaidWhereTheExceptionOnlyNamesTheFile() {
        assertThat(DiskTrouble.text(new AccessDeniedException("/spool/port")))
                .isEqualTo("/spool/port: Permission denied");
        assertThat(DiskTrouble.text(new NoSuchFileException("/spool")))
                .isEqualTo("/spool: No such file or directory");
        assertThat(DiskTrouble.text(new FileAlreadyExistsException("/run")))
                .isEqualTo("/run: File exists");
        assertThat(DiskTrouble.text(new NotDirectoryException("/log")))
                .isEqualTo("/log: Not a directory");
        assertThat(DiskTrouble.text(new DirectoryNotEmptyException("/log")))
                .isEqualTo("/log: Directory not empty");
        assertThat(DiskTrouble.text(new UncheckedIOException(new NoSuchFileException("/spool"))))
                .isEqualTo("/spool: No such file or directory");
    }

    @Test
    void whatSaysItAlreadyIsLeftAlone() {
        assertThat(DiskTrouble.text(new FileSystemException("/a", null, "Not a directory")))
                .isEqualTo("/a: Not a directory");
        assertThat(DiskTrouble.text(new AccessDeniedException("/a", null, "read-only")))
                .isEqualTo("/a: read-only");
        assertThat(DiskTrouble.text(new IOException("another node runs")))
                .isEqualTo("another node runs");
        assertThat(DiskTrouble.text(new IllegalStateException())).contains("IllegalState");
    }
}
