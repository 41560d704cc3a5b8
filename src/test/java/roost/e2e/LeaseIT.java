// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Leases of claims, and who may have a claim at all. */
@Timeout(120)
class LeaseIT {
    @TempDir Path directory;

    @Test
    void aLeaseThatRunsOutTakesTheClaimAndItsJobAndNothingElse() throws IOException {
        try (TestNode node = TestNode.in(directory, "NUM_SLOTS = 1").start()) {
            long batch = node.submitSleeper();
            String kept = node.claim();
            String claim = node.claim("-lease", "2");
            long pid = Jobs.activate(node, claim);
            assertThat(Kernel.stopped(batch)).isTrue();
            Await.until("its job is gone", () -> Kernel.gone(pid));
            Await.until("the claim is gone", () -> node.stateOf(claim).isEmpty());
            Await.until("the batch job goes on", () -> Kernel.runs(batch));
            assertThat(node.run("condor_cod", "renew", "-id", claim).err())
                    .contains("ClaimID (" + claim + ") not found\n");
            assertThat(node.stateOf(kept)).isEqualTo("Idle");
        }
    }

    @Test
    void theLeaseOfAJobAdTakesThePlaceOfTheClaims() throws IOException {
        try (TestNode node = TestNode.in(directory, "NUM_SLOTS = 1").start()) {
            String endless = node.claim();
            String longer = node.claim("-lease", "600");
            for (String claim : new String[] {endless, longer}) {
                long pid = Jobs.activate(node, claim, "JobLeaseDuration = 2");
                Await.until("its job is gone", () -> Kernel.gone(pid));
                Await.until("the claim is gone", () -> node.stateOf(claim).isEmpty());
            }
        }
    }

    @Test
    void aLeaseLongerThanAnyTimerIsServedLikeAnyOther() throws IOException {
        try (TestNode node = TestNode.in(directory, "NUM_SLOTS = 1").start()) {
            String longest = node.claim("-lease", "99999999999999999999");
            String shortly = node.claim("-lease", "1");
            Await.until("the short lease is over", () -> node.stateOf(shortly).isEmpty());
            node.kill();
            node.start();
            node.must("condor_cod", "renew", "-id", longest);
            Jobs.activate(node, longest);
        }
    }

    @Test
    void aLeaseGoesOnWhileTheNodeIsDead() throws IOException {
        try (TestNode node = TestNode.in(directory, "NUM_SLOTS = 1").start()) {
            String shortly = node.claim("-lease", "1");
            String longer = node.claim("-lease", "600");
            String endless = node.claim();
            node.kill();
            node.start();
            Await.until("the short lease is over", () -> node.stateOf(shortly).isEmpty());
            assertThat(node.stateOf(longer)).isEqualTo("Idle");
            assertThat(node.stateOf(endless)).isEqualTo("Idle");
            node.must("condor_cod", "renew", "-id", longer);
        }
    }

    @Test
    void nobodyMayClaimUntilTheSettingNamesHim() throws IOException {
        try (TestNode node = TestNode.in(directory, "VALID_COD_USERS =").start()) {
            TestNode.Outcome refused = node.run("condor_cod", "request");
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.out()).isEmpty();
            assertThat(refused.err())
                    .startsWith("Attempt to send CA_REQUEST_CLAIM to startd <127.0.0.1:")
                    .contains(
                            "User '"
                                    + System.getProperty("user.name")
                                    + "' is not authorized for using COD at this machine\n")
                    .contains("VALID_COD_USERS");
        }
    }
}
