// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A checkpointed job of one node's queue that runs on another node of the pool. */
@Timeout(300)
class AwayJobIT {
    @TempDir Path directory;

    private TestNode one;
    private TestNode two;
    private String filler;
    private DigestJob job;

    @BeforeEach
    void aJobRunsOnTheSecondNodeBecauseTheFirstHasNoFreeSlot() throws IOException {
        one = TestNode.in(made("one"), "NUM_SLOTS = 1", "STARTD_NAME = one").start();
        String address = one.must("condor_status", "-af", "MyAddress").strip();
        two =
                TestNode.in(
                                made("two"),
                                "NUM_SLOTS = 1",
                                "STARTD_NAME = two",
                                "NETWORK_INTERFACE = 127.0.0.2",
                                "CONDOR_HOST = " + address.substring(1, address.length() - 1))
                        .start();
        Await.until("both show both", () -> slots(one) == 2 && slots(two) == 2);
        filler = submitFiller();
        job = DigestJob.submit(one, "job", 60);
        job.compute(20);
        Await.until("it runs", () -> attribute("JobStatus").equals("2"));
        assertThat(attribute("RemoteHost")).isEqualTo("slot1@two");
        Await.until("the log says where", () -> hostsInTheLog().equals(List.of(addressOf("two"))));
    }

    private String addressOf(String machine) throws IOException {
        String which = "Machine == \"" + machine + "\"";
        return one.must("condor_status", "-af", "MyAddress", "-constraint", which).strip();
    }

    /** Where the log says that the job was started, in order. */
    private List<String> hostsInTheLog() throws IOException {
        String event = "Job executing on host: ";
        return job.log()
                .lines()
                .filter(line -> line.startsWith("001 ("))
                .map(line -> line.substring(line.indexOf(event) + event.length()))
                .toList();
    }

    private static long slots(TestNode node) throws IOException {
        return node.must("condor_status", "-af", "Name").lines().count();
    }

    private Path made(String name) throws IOException {
        return Files.createDirectory(directory.resolve(name));
    }

    private String submitFiller() throws IOException {
        Path file = one.work().resolve("filler");
        Files.writeString(
                file,
                """
                executable = /bin/sleep
                arguments = 5000
                requirements = TARGET.Machine == "one"
                queue
                """);
        String said = one.must("condor_submit", file.toString());
        Await.until(
                "the filler runs",
                () -> one.must("condor_q", "-af", "JobStatus").strip().equals("2"));
        return said.replaceAll("(?s).*cluster (\\d+).*", "$1.0");
    }

    private String attribute(String name) throws IOException {
        return one.must("condor_q", job.id(), "-af", name).strip();
    }

    @AfterEach
    void stopBoth() throws IOException {
        try {
            one.close();
        } finally {
            two.close();
        }
    }

    @Test
    void vacatedThereItGoesOnHereWithItsOutputWhole() throws IOException {
        one.must("condor_rm", filler);
        one.must("condor_vacate", "-name", "two");
        job.awaitAnotherStart();
        assertThat(job.log()).contains("\t(1) Job was checkpointed.\n");
        Await.until("it runs here", () -> attribute("RemoteHost").equals("slot1@one"));
        assertThat(hostsInTheLog()).containsExactly(addressOf("two"), addressOf("one"));
        job.compute(40);
        job.finish();
    }

    @Test
    void killedThereWithItsNodeItGoesOnHereFromItsNewestImage() throws IOException {
        two.must("condor_checkpoint", "-wait");
        one.must("condor_rm", filler);
        job.compute(30);
        List<Long> all =
                new ArrayList<>(
                        Kernel.withArgument(two.localDir().resolve("run/starters").toString()));
        all.addAll(job.processes());

        two.kill();
        all.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));

        job.awaitAnotherStart();
        Await.until("it runs here", () -> attribute("RemoteHost").equals("slot1@one"));
        assertThat(attribute("NumRestarts")).isEqualTo("1");
        job.finish();
    }
}
