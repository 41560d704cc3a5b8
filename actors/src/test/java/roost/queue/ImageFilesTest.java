// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.id.JobId;
import roost.image.ImageStore;

@Timeout(20)
class ImageFilesTest {
    private static final JobId JOB = new JobId(1, 0);

    @TempDir Path directory;

    @Test
    void imagesThatCannotBeRemovedAreNamedWithTheReason() throws IOException {
        ImageStore store = new ImageStore(directory);
        Path inTheWay = store.of(JOB).lock();
        Files.createDirectories(inTheWay.resolve("something"));

        assertThat(new ImageFiles(store, 2, Runnable::run).clear(JOB).toCompletableFuture().join())
                .contains(
                        "the images of an earlier job stay: " + inTheWay + ": Directory not empty");
    }
}
