// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.api.Api;
import roost.api.ApiEvent;
import roost.api.ApiException;
import roost.api.CaResult;
import roost.api.EventFilter;
import roost.client.RoostClient;
import roost.id.ClaimId;
import roost.id.NodeAddress;

@Timeout(180)
class ClientIT {
    @TempDir Path directory;

    @Test
    @SuppressWarnings("try")
    void aClientClaimsRunsAndIsToldWhatHappens() throws Exception {
        try (TestNode node = TestNode.in(directory, "NUM_SLOTS = 1").start()) {
            ClientExample.main(new String[] {address(node)});
            NodeAddress contact = NodeAddress.parse(address(node)).orElseThrow();
            List<ApiEvent> seen = new CopyOnWriteArrayList<>();
            try (RoostClient roost = RoostClient.join(contact, Duration.ofSeconds(30));
                    Api.Subscription events = roost.subscribe(EventFilter.ALL, seen::add)) {
                assertThat(roost.nodes()).containsExactly(contact);
                ClaimId claim = roost.request().toCompletableFuture().get().id().orElseThrow();
                assertThat(node.stateOf(claim.secret())).isEqualTo("Idle");
                assertThat(roost.suspend(claim).toCompletableFuture().get().result())
                        .isEqualTo(CaResult.INVALID_STATE);
                assertThat(roost.release(claim, false).toCompletableFuture().get().succeeded())
                        .isTrue();
                Await.until(
                        "the release was told",
                        () ->
                                seen.stream()
                                        .anyMatch(
                                                event ->
                                                        event instanceof ApiEvent.ClaimChanged c
                                                                && c.claim()
                                                                        .equals(claim.publicId())
                                                                && c.to().equals("Released")));
            }
        }
    }

    @Test
    void aClientIsToldWhenTheNodeDiesInsteadOfWaiting() throws Exception {
        try (TestNode node = TestNode.in(directory, "NUM_SLOTS = 1").start();
                RoostClient roost =
                        RoostClient.join(
                                NodeAddress.parse(address(node)).orElseThrow(),
                                Duration.ofSeconds(30))) {
            ClaimId claim = roost.request().toCompletableFuture().get().id().orElseThrow();
            node.kill();
            long killed = System.nanoTime();
            assertThatThrownBy(() -> roost.renew(claim).toCompletableFuture().get())
                    .hasRootCauseInstanceOf(ApiException.class)
                    .rootCause()
                    .hasMessageContaining("left the pool");
            assertThat(Duration.ofNanos(System.nanoTime() - killed))
                    .as("its own timeout is 30 s")
                    .isLessThan(Duration.ofSeconds(20));
        }
    }

    private static String address(TestNode node) throws Exception {
        return node.must("condor_status", "-af", "MyAddress").lines().findFirst().orElseThrow();
    }
}
