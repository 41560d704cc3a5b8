// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node whose disk fills up: what it holds is served on, what is new is refused and says why. */
@Timeout(120)
class FullDiskIT {
    /** More than roost.journal.disk-reserve, so that there is something to fill. */
    private static final String DISK = "96m";

    private static final String FULL = "free some space, nothing else needs to be done";

    @TempDir Path directory;

    private SmallDisk disk;

    @BeforeEach
    void mountASmallDisk() throws IOException {
        disk = SmallDisk.mount(directory.resolve("disk"), DISK);
        assumeTrue(disk.isSmall(), "only root can mount a disk, and not everywhere");
    }

    @AfterEach
    void unmount() {
        disk.close();
    }

    /** A node all of whose files are on the small disk. */
    private TestNode start() throws IOException {
        Path place = directory.resolve("disk/node");
        TestNode node = TestNode.in(directory, "LOCAL_DIR = " + place);
        Files.createSymbolicLink(node.localDir(), place);
        return node.start();
    }

    @Test
    void requestsAreRefusedWithTheReasonUntilThereIsSpaceAgain() throws IOException {
        try (TestNode node = start()) {
            String claim = node.claim();
            long pid = Jobs.activate(node, claim);
            disk.fill();
            try {
                refused(node, "condor_cod", "request");
                refused(node, "condor_cod", "suspend", "-id", claim);
                Files.writeString(
                        node.work().resolve("true.sub"), "executable = /bin/true\nqueue\n");
                refused(node, "condor_submit", "true.sub");
                assertThat(node.stateOf(claim)).isEqualTo("Running");
                assertThat(Kernel.runs(pid)).isTrue();
            } finally {
                disk.empty();
            }
            node.must("condor_cod", "suspend", "-id", claim);
            Await.until("the job is stopped", () -> Kernel.stopped(pid));
            node.must("condor_cod", "release", "-id", node.claim());
            node.must("condor_cod", "release", "-id", claim, "-fast");
            assertThat(Kernel.gone(pid)).isTrue();
        }
    }

    @Test
    void aFastStopEndsTheNodeAndItsJobsThoughNothingCanBeWritten() throws IOException {
        try (TestNode node = start()) {
            String claim = node.claim();
            long job = Jobs.activate(node, claim);
            long pid = node.pid();
            disk.fill();
            node.must("roost", "stop", "-fast");
            assertThat(Kernel.gone(pid)).isTrue();
            assertThat(Kernel.gone(job)).isTrue();
            disk.empty();
            node.start();
            Await.until("the claim is Idle", () -> node.stateOf(claim).equals("Idle"));
        }
    }

    private static void refused(TestNode node, String... command) throws IOException {
        TestNode.Outcome outcome = node.run(command);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("the disk of").contains(FULL);
    }
}
