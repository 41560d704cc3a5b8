// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import roost.api.Api;
import roost.api.ApiRequest.Target;
import roost.api.ClaimReply;
import roost.api.EventFilter;
import roost.classad.ClassAd;
import roost.client.RoostClient;
import roost.id.ClaimId;
import roost.id.NodeAddress;

/**
 * How an interactive application uses Roost from Java: it claims a slot once, and gives the slot
 * back to the batch jobs whenever it has nothing to compute.
 *
 * <pre>
 * java -cp 'lib/*' roost.e2e.ClientExample '&lt;127.0.0.1:9618&gt;'
 * </pre>
 *
 * where the address is what {@code condor_status -af MyAddress} prints.
 */
public final class ClientExample {
    private ClientExample() {}

    @SuppressWarnings("try") // the subscription is only there to be closed
    public static void main(String[] arguments) throws Exception {
        NodeAddress node = NodeAddress.parse(arguments[0]).orElseThrow();
        try (RoostClient roost = RoostClient.join(node, Duration.ofSeconds(30));
                Api.Subscription events =
                        roost.subscribe(EventFilter.ALL, event -> System.out.println(event))) {
            ClaimId claim = claim(roost);
            try {
                burst(roost, claim);
            } finally {
                roost.release(claim, true).toCompletableFuture().get();
            }
        }
    }

    /** One claim for the whole session. The lease gives it back if this program dies. */
    private static ClaimId claim(RoostClient roost)
            throws InterruptedException, ExecutionException {
        ClaimReply reply =
                roost.request(Target.HERE, Optional.of("TARGET.Cpus >= 1"), OptionalLong.of(600))
                        .toCompletableFuture()
                        .get();
        return reply.id()
                .orElseThrow(() -> new IllegalStateException(reply.error().orElse("refused")));
    }

    /** Computes while the user waits, then lets the batch job have the slot. */
    private static void burst(RoostClient roost, ClaimId claim)
            throws InterruptedException, ExecutionException {
        ClassAd job = ClassAd.builder().put("Cmd", "/bin/sleep").put("Args", "3600").build();
        require(roost.activate(claim, job).toCompletableFuture().get());
        require(roost.suspend(claim).toCompletableFuture().get());
        require(roost.resume(claim).toCompletableFuture().get());
        require(roost.deactivate(claim, true).toCompletableFuture().get());
    }

    private static void require(ClaimReply reply) {
        if (!reply.succeeded()) {
            throw new IllegalStateException(reply.error().orElse(reply.result().literal()));
        }
    }
}
