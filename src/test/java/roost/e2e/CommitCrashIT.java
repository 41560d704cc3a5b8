// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
    /**
     * In this order: a node that takes up the job passes some of the points because of what the one
     * before it left undone, and is to die at the second time.
     */
    private static final List<String> WHILE_AN_IMAGE_IS_COMMITTED =
            List.of(
                    "job.image-complete#2",
                    "image.adopt.linked#3",
                    "image.adopt.named#2",
                    "image.adopt.synced",
                    "job.image-adopted#2",
                    "queue.image-journaled#2",
                    "image.prune.deleted#2");

    private static final List<String> WHILE_A_RUN_BEGINS =
            List.of(
                    "job.outputs-cut#2",
                    "image.live.linked#2",
                    "image.live.named#2",
                    "job.image-chosen#2");

    private static final int STEP = 5;

    @TempDir Path directory;

    private TestNode node;
    private DigestJob job;
    private int round = STEP;

    @Test
    void theNewestCompleteImageIsUsedWhereverTheMachineDies() throws IOException {
        List<String> points = new ArrayList<>(WHILE_AN_IMAGE_IS_COMMITTED);
        points.addAll(WHILE_A_RUN_BEGINS);
        try (TestNode own = TestNode.in(directory, "NUM_SLOTS = 1").start()) {
            node = own;
            job = DigestJob.submit(node, "job", (points.size() + 3) * STEP);
            job.compute(round);
            // So that there is an image to be deleted by the time that one is.
            job.checkpoint();
            job.checkpoint();
            node.kill();
            for (String point : points) {
                startOver(point);
                round += STEP;
                job.compute(round);
                if (WHILE_A_RUN_BEGINS.contains(point)) {
                    node.run("condor_vacate_job", job.id());
                } else {
                    node.run("condor_checkpoint");
                }
                node.awaitDeath();
            }
            startOver("none");
            job.finish();
            job.assertNoOtherStarts();
            Await.until("nothing is left", () -> imagesLeft() == 0);
        }
    }

    /** The machine comes back, and its node is to die at this point. */
    private void startOver(String point) throws IOException {
        node.killTheRest(job.processes());
        // It must not be able to make up for what it lost.
        job.allow(0);
        node.startFailingAt(point);
        job.awaitAnotherStart();
        assertThat(job.pid()).isPositive();
        assertThat(job.round()).as("the round before %s", point).isEqualTo(round);
    }

    private long imagesLeft() throws IOException {
        try (Stream<Path> files = Files.walk(node.localDir().resolve("spool"))) {
            return files.filter(path -> path.toString().contains("cluster")).count();
        }
    }
}
