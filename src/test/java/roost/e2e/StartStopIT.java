// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code roost start} and {@code stop}, as a user meets them. */
@Timeout(120)
class StartStopIT {
    @TempDir Path dir;

    @Test
    void aNodeStartsOnceAndAnotherMayStartAsSoonAsStopReturns() throws Exception {
        try (TestNode node = TestNode.in(dir).start()) {
            long pid = node.pid();
            assertThat(ProcessHandle.of(pid)).isPresent();
            assertThat(node.must("roost", "start"))
                    .isEqualTo("roost: the node is running already, pid " + pid + "\n");
            node.must("roost", "stop");
            // Nothing is left in its way, and no pause is needed.
            node.start();
            assertThat(node.pid()).isNotEqualTo(pid);
            node.must("condor_status");
        }
    }

    @Test
    void aCommandAtAStoppedNodeIsServedWhenTheNodeGoesOn() throws Exception {
        try (TestNode node = TestNode.in(dir).start()) {
            node.must("condor_status"); // finds the node, for those that come
            Path out = dir.resolve("out");
            Path err = dir.resolve("err");
            Path in = Files.createFile(dir.resolve("in"));
            long pid = node.pid();
            Kernel.signal("STOP", pid);
            Process command;
            try {
                Await.until("the node is stopped", () -> Kernel.stopped(pid));
                command = node.begin(out, err, in, "condor_status", "-af", "Name");
                Await.until("it waits", () -> Kernel.state(command.pid()) == 'S');
                assertThat(command.isAlive()).isTrue();
            } finally {
                Kernel.signal("CONT", pid);
            }
            assertThat(command.waitFor()).as(Files.readString(err)).isZero();
            assertThat(out).content().contains("slot1@").contains("slot2@");
        }
    }

    @Test
    void aStopTakesAsLongAsTheJobsMayTake() throws Exception {
        try (TestNode node =
                TestNode.in(dir, "MachineMaxVacateTime = 6")
                        .with("ROOST_NODE_JAVA_OPTS", "-Droost.node.request-timeout=5s")
                        .start()) {
            Jobs.script(
                    node, "stubborn.sh", "trap '' TERM", "echo begun", "while :; do sleep 1; done");
            Files.writeString(
                    node.work().resolve("stubborn.sub"),
                    "executable = stubborn.sh\noutput = stubborn.out\nqueue\n");
            node.must("condor_submit", "stubborn.sub");
            Await.until("it runs", () -> node.shell("test -s stubborn.out").status() == 0);
            TestNode.Outcome stop = node.run("roost", "stop");
            assertThat(stop.status()).as(stop.err()).isZero();
            assertThat(stop.out()).isEqualTo("the node has stopped\n");
            assertThat(stop.err())
                    .isEqualTo("waiting for jobs to end; 'roost stop -fast' kills them\n");
        }
    }

    @Test
    void aNodeWithADamagedJournalDoesNotStartAndSaysWhy() throws Exception {
        try (TestNode node = TestNode.in(dir).start()) {
            node.must("roost", "stop");
            Files.delete(node.localDir().resolve("spool/journal/leveldb/CURRENT"));
            TestNode.Outcome start = node.run("roost", "start");
            assertThat(start.status()).isEqualTo(1);
            assertThat(start.err())
                    .contains("CURRENT: is missing", "restore the journal directory");
        }
    }
}
