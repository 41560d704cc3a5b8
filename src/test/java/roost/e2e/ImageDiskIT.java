// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images on a disk that is full, or that nothing can be written to. */
@Timeout(180)
class ImageDiskIT {
    private static final int ROUNDS = 40;

    @TempDir Path directory;

    private SmallDisk disk;
    private TestNode node;
    private DigestJob job;

    @BeforeEach
    void aJobHasAnImageOnASmallDisk() throws IOException {
        Path images = directory.resolve("images");
        disk = SmallDisk.mount(images, "32m");
        assumeTrue(disk.isSmall(), "this machine lets nobody mount a disk");
        node = TestNode.in(directory, "NUM_SLOTS = 1", "CHECKPOINT_DIR = " + images).start();
        job = DigestJob.submit(node, "job", ROUNDS);
        job.compute(10);
        job.checkpoint();
    }

    @AfterEach
    void unmount() throws IOException {
        if (node != null) {
            node.close();
        }
        disk.close();
    }

    @Test
    void onAFullDiskAJobGoesOnWithTheImagesItHasAndSaysWhyThereIsNoNewOne() throws IOException {
        disk.fill();
        TestNode.Outcome tried = node.run("condor_checkpoint", "-wait");
        assertThat(tried.status()).isEqualTo(1);
        assertThat(tried.err()).contains("no image: ").contains("the disk may be full");
        assertThat(attribute("RoostImageProblem")).contains("the disk may be full");
        job.awaitLogged("no image was made: ");
        assertThat(job.log()).contains("the disk may be full");
        job.compute(15);
        assertThat(disk.count("image.*")).isEqualTo(1);

        // Resumed from the image that there is, on a disk that still is full.
        node.must("condor_vacate_job", "-fast", "-wait", job.id());
        job.awaitAnotherStart();
        assertThat(attribute("NumRestarts")).isEqualTo("1");
        assertThat(disk.count("*.tmp")).isZero();

        disk.empty();
        job.compute(20);
        job.checkpoint();
        assertThat(attribute("RoostImageProblem")).isEqualTo("undefined");
        job.finish();
    }

    @Test
    void aJobWhoseImagesAreOnAReadOnlyDiskIsHeldWithThemUntilThatIsMended() throws IOException {
        node.must("condor_hold", job.id());
        Await.until("it is off its slot", () -> job.events("012") == 1);
        long images = disk.count("image.*");
        Await.until("nobody writes there", this::becomesReadOnly);
        node.must("condor_release", job.id());
        Await.until("it is held", () -> attribute("HoldReasonCode").equals("1001"));
        assertThat(attribute("HoldReason")).contains("Read-only file system");
        job.awaitLogged("Read-only file system");
        assertThat(disk.count("image.*")).isEqualTo(images);

        disk.readOnly(false);
        node.must("condor_release", job.id());
        job.awaitAnotherStart();
        assertThat(attribute("NumRestarts")).isEqualTo("1");
        job.finish();
    }

    private boolean becomesReadOnly() {
        try {
            disk.readOnly(true);
            return true;
        } catch (IOException busy) {
            return false;
        }
    }

    private String attribute(String name) throws IOException {
        return node.must("condor_q", job.id(), "-af", name).strip();
    }
}
