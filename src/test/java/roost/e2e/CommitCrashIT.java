// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the node at every step between a complete image and the run that goes on from it, and
 * everything else of the machine with it. Each time the newest complete image is the one that is
 * used, and nothing is left over in the end.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class CommitCrashIT {
    /** Those with a 2 are passed a first time when the node finds the job again. */
    private static final List<String> WHILE_AN_IMAGE_IS_COMMITTED =
            List.of(
                    "job.image-complete#2",
                    "image.adopt.linked#2",
                    "image.adopt.named",
                    "image.adopt.synced",
                    "job.image-adopted#2",
                    "queue.image-journaled",
                    "image.prune.deleted");

    private static final List<String> WHILE_A_RUN_BEGINS =
            List.of("job.outputs-cut", "image.live.linked", "image.live.named", "job.image-chosen");

    private static final int STEP = 5;

    @TempDir Path directory;

    private TestNode node;
    private DigestJob job;
    private int round = STEP;

    @Test
    void theNewestCompleteImageIsUsedWhereverTheMachineDies() throws IOException {
        int points = WHILE_AN_IMAGE_IS_COMMITTED.size() + WHILE_A_RUN_BEGINS.size();
        try (TestNode own = TestNode.in(directory, "NUM_SLOTS = 1").start()) {
            node = own;
            job = DigestJob.submit(node, "job", (points + 2) * STEP);
            job.compute(round);
            // So that there is an image to be deleted by the time that one is.
            job.checkpoint();
            job.checkpoint();
            for (String point : WHILE_AN_IMAGE_IS_COMMITTED) {
                dieAt(point, "condor_checkpoint");
            }
            for (String point : WHILE_A_RUN_BEGINS) {
                dieAt(point, "condor_vacate_job", job.id());
            }
            job.finish();
            Await.until("nothing is left", () -> imagesLeft() == 0);
        }
    }

    private void dieAt(String point, String... command) throws IOException {
        node.kill();
        node.startFailingAt(point);
        round += STEP;
        job.compute(round);
        long starts = job.events("001");
        node.run(command);
        node.awaitDeath();
        node.killTheRest(job.processes());
        // It must not be able to make up for what it lost.
        job.allow(0);
        node.start();
        job.awaitStarts(starts + 1);
        assertThat(job.pid()).isPositive();
        assertThat(job.round()).as("the round after the crash at %s", point).isEqualTo(round);
    }

    private long imagesLeft() throws IOException {
        try (Stream<Path> files = Files.walk(node.localDir().resolve("spool"))) {
            return files.filter(path -> path.toString().contains("cluster")).count();
        }
    }
}
