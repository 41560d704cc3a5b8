// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
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

    private Path disk;

    @BeforeEach
    void mountASmallDisk() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "only root can mount a disk");
        disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + DISK, "roost-test", disk.toString())
                        == 0,
                "this machine lets nobody mount");
    }

    @AfterEach
    void unmount() throws Exception {
        if (disk != null && Files.getFileStore(disk).type().equals("tmpfs")) {
            Await.until("the disk is free", () -> run("umount", disk.toString()) == 0);
        }
    }

    @Test
    void requestsAreRefusedWithTheReasonUntilThereIsSpaceAgain() throws IOException {
        try (TestNode node = TestNode.in(directory, "LOCAL_DIR = " + disk + "/node")) {
            Files.createSymbolicLink(node.localDir(), disk.resolve("node"));
            node.start();
            String claim = node.claim();
            String marker = "86400.6" + ProcessHandle.current().pid();
            String ad = "Cmd = \"/bin/sleep\"\nArgs = \"" + marker + "\"\n";
            Files.writeString(node.work().resolve("sleep.ad"), ad);
            node.must("condor_cod", "activate", "-id", claim, "-jobad", "sleep.ad");
            long pid = node.awaitProcess(marker);

            Path ballast = disk.resolve("ballast");
            fill(ballast);
            try {
                refused(node, "condor_cod", "request");
                refused(node, "condor_cod", "suspend", "-id", claim);
                Files.writeString(
                        node.work().resolve("true.sub"), "executable = /bin/true\nqueue\n");
                refused(node, "condor_submit", "true.sub");
                assertThat(node.stateOf(claim)).isEqualTo("Running");
                assertThat(Kernel.runs(pid)).isTrue();
            } finally {
                Files.delete(ballast);
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
        try (TestNode node = TestNode.in(directory, "LOCAL_DIR = " + disk + "/node")) {
            Files.createSymbolicLink(node.localDir(), disk.resolve("node"));
            node.start();
            String claim = node.claim();
            String marker = "86400.7" + ProcessHandle.current().pid();
            String ad = "Cmd = \"/bin/sleep\"\nArgs = \"" + marker + "\"\n";
            Files.writeString(node.work().resolve("sleep.ad"), ad);
            node.must("condor_cod", "activate", "-id", claim, "-jobad", "sleep.ad");
            long job = node.awaitProcess(marker);
            long pid = node.pid();

            Path ballast = disk.resolve("ballast");
            fill(ballast);
            node.must("roost", "stop", "-fast");
            assertThat(Kernel.gone(pid)).isTrue();
            assertThat(Kernel.gone(job)).isTrue();
            Files.delete(ballast);
            node.start();
            Await.until("the claim is Idle", () -> node.stateOf(claim).equals("Idle"));
        }
    }

    private static void refused(TestNode node, String... command) throws IOException {
        TestNode.Outcome outcome = node.run(command);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).contains("the disk of").contains(FULL);
    }

    /** Writes until the disk takes no more. */
    private static void fill(Path file) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (file.toFile().getUsableSpace() > 0) {
                zeros.clear();
                channel.write(zeros);
            }
        }
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
