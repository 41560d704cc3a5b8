// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on two loopback addresses that form a pool. */
@Timeout(180)
class PoolIT {
    /** Four seconds on a quiet machine; a request's own timeout is 20 s. */
    private static final Duration KNOWN_GONE = Duration.ofSeconds(15);

    @TempDir Path directory;

    private TestNode one;
    private TestNode two;

    @BeforeEach
    void startBoth() throws IOException {
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
    }

    private Path made(String name) throws IOException {
        return Files.createDirectory(directory.resolve(name));
    }

    @AfterEach
    void stopBoth() throws IOException {
        try {
            two.close();
        } finally {
            one.close();
        }
    }

    private static long slots(TestNode node) throws IOException {
        return node.must("condor_status", "-af", "Name").lines().count();
    }

    @Test
    void aClaimOnTheOtherNodeIsUsedFromEither() throws IOException {
        String claim = one.claim("-name", "two");
        assertThat(claim).startsWith("<127.0.0.2:");
        String marker = Jobs.marker();
        one.must(
                "condor_cod",
                "activate",
                "-id",
                claim,
                "-jobad",
                Jobs.sleeper(one, marker).toString());
        long pid = one.awaitProcess(marker);
        two.must("condor_cod", "suspend", "-id", claim);
        Await.until("stopped", () -> Kernel.stopped(pid));
        one.must("condor_cod", "resume", "-id", claim);
        Await.until("running", () -> Kernel.runs(pid));
        two.must("condor_cod", "renew", "-id", claim);
        one.must("condor_cod", "deactivate", "-id", claim);
        assertThat(Kernel.gone(pid)).isTrue();
        assertThat(one.must("condor_cod", "release", "-id", claim))
                .endsWith("State of claim when it was released: \"Idle\"\n");
    }

    @Test
    void aSlotIsFoundByItsNameAndByNoOther() throws IOException {
        String name =
                one.must("condor_status", "-af", "Name", "-constraint", "Machine == \"two\"")
                        .strip();
        String claim = one.claim("-name", name.contains("@") ? name : "slot1@" + name);
        assertThat(claim).startsWith("<127.0.0.2:");
        two.must("condor_cod", "release", "-id", claim);
        assertThat(one.run("condor_cod", "request", "-name", "slot1@three").err())
                .startsWith("ERROR: Can't find address for startd slot1@three\n");
    }

    @Test
    void aNodeThatDiesTakesItsSlotsAlongAndLeavesTheOtherWhole() throws IOException {
        String lost = one.claim("-name", "two");
        String claim = one.claim("-name", "one");
        long pid = Jobs.activate(one, claim);
        two.kill();
        long killed = System.nanoTime();
        TestNode.Outcome unreachable = one.run("condor_cod", "renew", "-id", lost);
        assertThat(Duration.ofNanos(System.nanoTime() - killed))
                .as("a verb waits until the node is known to be gone, not for its own timeout")
                .isLessThan(KNOWN_GONE);
        Await.until("its slot is gone", () -> slots(one) == 1);
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(KNOWN_GONE);
        assertThat(unreachable.status()).isEqualTo(1);
        assertThat(unreachable.err())
                .startsWith("Attempt to send CA_RENEW_LEASE_FOR_CLAIM to startd <127.0.0.2:")
                .contains("Failed to connect to startd <127.0.0.2:");
        assertThat(Kernel.runs(pid)).isTrue();
        assertThat(one.stateOf(claim)).isEqualTo("Running");
        two.start();
        Await.until("it is back", () -> slots(one) == 2 && slots(two) == 2);
        one.must("condor_cod", "renew", "-id", lost);
        one.must("condor_cod", "release", "-id", lost);
        one.must("condor_cod", "release", "-id", claim);
    }
}
