// SPDX-License-Identifier: Apache-2.0
package roost.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CaResult;
import roost.api.ClaimReply;
import roost.id.ClaimId;

/** Two nodes that form a pool. */
@Timeout(120)
class PoolTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path first;
    @TempDir Path second;
    private TestNode one;
    private TestNode two;

    @BeforeEach
    void start() throws Exception {
        one = TestNode.start(first, "STARTD_NAME", "one");
        two =
                TestNode.start(
                        second,
                        "STARTD_NAME",
                        "two",
                        "NETWORK_INTERFACE",
                        "127.0.0.2",
                        "CONDOR_HOST",
                        one.address().host() + ":" + one.address().port());
        await().atMost(PATIENCE).until(() -> slots(one) == 2 && slots(two) == 2);
    }

    @AfterEach
    void stop() throws Exception {
        two.close();
        one.close();
    }

    @Test
    void aClaimOnTheOtherNodeCanBeUsedFromEither() throws Exception {
        ClaimReply reply =
                one.call(
                        new ApiRequest.RequestClaim(
                                ApiRequest.Target.named("slot1@two"),
                                Optional.empty(),
                                OptionalLong.of(600)));
        ClaimId id = reply.id().orElseThrow();
        assertThat(id.node()).isEqualTo(two.address());
        assertThat(one.call(new ApiRequest.RenewClaim(id)).succeeded()).isTrue();
        assertThat(two.call(new ApiRequest.RenewClaim(id)).succeeded()).isTrue();
        ClaimReply stranger = one.call("bob", new ApiRequest.RenewClaim(id));
        assertThat(stranger.result()).isEqualTo(CaResult.NOT_AUTHORIZED);
        assertThat(one.call(new ApiRequest.ReleaseClaim(id, false)).succeeded()).isTrue();
    }

    @Test
    void aNameThatNobodyHasIsSaidToBeUnknown() {
        ApiRequest.RequestClaim request =
                new ApiRequest.RequestClaim(
                        ApiRequest.Target.named("slot1@nowhere"),
                        Optional.empty(),
                        OptionalLong.empty());
        assertThat(one.as(TestNode.USER).call(request).toCompletableFuture())
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(ApiException.class)
                .withMessageContaining("Can't find address for startd slot1@nowhere");
    }

    @Test
    void aNodeThatDiesTakesItsSlotsWithItAndLeavesTheOtherWhole() throws Exception {
        two.crash();
        await().atMost(PATIENCE).until(() -> slots(one) == 1);
        ClaimReply reply =
                one.call(
                        new ApiRequest.RequestClaim(
                                ApiRequest.Target.HERE, Optional.empty(), OptionalLong.empty()));
        assertThat(reply.succeeded()).isTrue();
        two.start();
        await().atMost(PATIENCE).until(() -> slots(one) == 2 && slots(two) == 2);
    }

    @Test
    void theManagerComesBackIntoTheSamePool() throws Exception {
        one.crash();
        one.start();
        await().atMost(PATIENCE).until(() -> slots(one) == 2 && slots(two) == 2);
    }

    private static int slots(TestNode node) throws Exception {
        ApiReply.Ads ads =
                node.call(
                        new ApiRequest.QueryAds(
                                ApiRequest.AdType.SLOT, Optional.empty(), List.of(), false));
        return ads.ads().size();
    }
}
