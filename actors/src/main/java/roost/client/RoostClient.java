// SPDX-License-Identifier: Apache-2.0
package roost.client;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import roost.api.Api;
import roost.api.ApiEvent;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.ApiRequest.Target;
import roost.api.ClaimReply;
import roost.api.EventFilter;
import roost.classad.ClassAd;
import roost.id.ClaimId;
import roost.id.NodeAddress;
import roost.node.Asking;
import roost.node.Forward;
import roost.node.LocalNode;
import roost.node.NodeActor;
import roost.security.Identity;

/**
 * A member of the pool that claims slots and runs jobs on them.
 *
 * <pre>
 * try (RoostClient roost = RoostClient.join(contact, Duration.ofSeconds(20))) {
 *     ClaimId claim = roost.request().toCompletableFuture().get().id().orElseThrow();
 *     roost.activate(claim, "FractGen");
 *     ...
 *     roost.release(claim, false);
 * }
 * </pre>
 *
 * <p>A claim request that a node refuses is a reply with its {@link ClaimReply#result()}; a node
 * that cannot be reached completes the stage with {@link ApiException}. Safe for use by several
 * threads.
 */
public final class RoostClient implements AutoCloseable {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    /** For requests that wait until a job is gone, which may take as long as it likes. */
    private static final Duration UNLIMITED = Duration.ofDays(200);

    private final Api api;
    private final Supplier<List<NodeAddress>> nodes;
    private final Runnable leave;

    private RoostClient(Api api, Supplier<List<NodeAddress>> nodes, Runnable leave) {
        this.api = api;
        this.nodes = nodes;
        this.leave = leave;
    }

    /**
     * A client of a node in this same JVM, and through it of its pool; no network is in between.
     * The node stays when the client is closed.
     */
    public static RoostClient within(LocalNode node) {
        return new RoostClient(node.api(), () -> List.of(node.address()), () -> {});
    }

    /**
     * Joins a pool from a loopback address and waits until a node is known.
     *
     * @param contact any node of the pool
     * @param patience how long that may take
     * @throws ApiException UNAVAILABLE if no node answered in time
     */
    public static RoostClient join(NodeAddress contact, Duration patience) {
        String host = contact.host();
        Config config =
                ConfigFactory.parseMap(
                                Map.of(
                                        "akka.remote.artery.canonical.hostname",
                                        host,
                                        "akka.remote.artery.canonical.port",
                                        0,
                                        "akka.cluster.roles",
                                        List.of("client"),
                                        "akka.cluster.seed-nodes",
                                        List.of(
                                                "akka://roost@"
                                                        + contact.host()
                                                        + ":"
                                                        + contact.port())))
                        .withFallback(ConfigFactory.load());
        ClientActor.Nodes nodes = new ClientActor.Nodes();
        ActorSystem<ClientActor.Command> system =
                ActorSystem.create(ClientActor.create(nodes), "roost", config);
        Identity identity =
                new Identity(
                        System.getProperty("user.name"),
                        host,
                        host,
                        Identity.Method.CLUSTER_MEMBER);
        if (!nodes.awaitFirst(patience)) {
            end(system);
            throw new ApiException(
                    ApiException.Code.UNAVAILABLE,
                    "no node of the pool answered at " + contact + " within " + patience,
                    "is a node running there? 'roost start' starts one");
        }
        return new RoostClient(
                new ClusterApi(system, nodes, identity), nodes::addresses, () -> end(system));
    }

    /**
     * The nodes that this client can reach now; the one in this JVM passes requests on to others.
     */
    public List<NodeAddress> nodes() {
        return nodes.get();
    }

    /** Everything that a node can be asked, not only claims. */
    public Api api() {
        return api;
    }

    /** Requests a claim on any slot of a node, whichever is nearest. */
    public CompletionStage<ClaimReply> request() {
        return request(Target.HERE, Optional.empty(), OptionalLong.empty());
    }

    /** Requests a claim; see {@link ApiRequest.RequestClaim}. */
    public CompletionStage<ClaimReply> request(
            Target target, Optional<String> requirements, OptionalLong leaseSeconds) {
        return api.call(new ApiRequest.RequestClaim(target, requirements, leaseSeconds));
    }

    /** Starts the application that the node knows by this keyword. */
    public CompletionStage<ClaimReply> activate(ClaimId id, String keyword) {
        return activate(id, Optional.of(keyword), Optional.empty());
    }

    /** Starts the application that the ad describes. */
    public CompletionStage<ClaimReply> activate(ClaimId id, ClassAd jobAd) {
        return activate(id, Optional.empty(), Optional.of(jobAd));
    }

    /** Starts an application; the ad's attributes win over the keyword's. */
    public CompletionStage<ClaimReply> activate(
            ClaimId id, Optional<String> keyword, Optional<ClassAd> jobAd) {
        return api.call(
                new ApiRequest.ActivateClaim(
                        id,
                        keyword,
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        jobAd,
                        Optional.empty(),
                        false));
    }

    /**
     * Stops the job. Completes, as HTCondor's does, when that is durable and the job's starter is
     * being told; {@link #api} with {@code ordered} false waits until every process is stopped.
     */
    public CompletionStage<ClaimReply> suspend(ClaimId id) {
        return api.call(new ApiRequest.SuspendClaim(id, true));
    }

    /** Lets the job go on; completes like {@link #suspend}. */
    public CompletionStage<ClaimReply> resume(ClaimId id) {
        return api.call(new ApiRequest.ResumeClaim(id, true));
    }

    public CompletionStage<ClaimReply> renew(ClaimId id) {
        return api.call(new ApiRequest.RenewClaim(id));
    }

    /** Ends the job and keeps the claim; completes when the job is gone. */
    public CompletionStage<ClaimReply> deactivate(ClaimId id, boolean fast) {
        return api.call(new ApiRequest.DeactivateClaim(id, fast));
    }

    /** Ends the job and the claim; completes when the job is gone. */
    public CompletionStage<ClaimReply> release(ClaimId id, boolean fast) {
        return api.call(new ApiRequest.ReleaseClaim(id, fast));
    }

    /** Gives the claim's jobs a credential file. */
    public CompletionStage<ClaimReply> delegateProxy(ClaimId id, byte[] proxy) {
        return api.call(new ApiRequest.DelegateProxy(id, proxy));
    }

    /** Delivers the state changes of every node of the pool until closed. */
    public Api.Subscription subscribe(EventFilter filter, Consumer<ApiEvent> listener) {
        return api.subscribe(filter, listener);
    }

    /** Leaves the pool. Claims stay; subscriptions end. */
    @Override
    public void close() {
        leave.run();
    }

    private static void end(ActorSystem<?> system) {
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            throw new IllegalStateException("the client did not end", e);
        }
    }

    /** Asks the nodes of the pool, each about what is its own. */
    private record ClusterApi(
            ActorSystem<ClientActor.Command> system, ClientActor.Nodes nodes, Identity identity)
            implements Api {
        @Override
        @SuppressWarnings("unchecked")
        public <R extends ApiReply> CompletionStage<R> call(ApiRequest<R> request) {
            Optional<ActorRef<NodeActor.Command>> node = nodes.answering(request);
            if (node.isEmpty()) {
                return CompletableFuture.failedFuture(
                        new ApiException(
                                ApiException.Code.UNAVAILABLE,
                                "the node that is to answer cannot be reached",
                                "its claims and jobs are still there; try again later"));
            }
            boolean waits =
                    request instanceof ApiRequest.DeactivateClaim
                            || request instanceof ApiRequest.ReleaseClaim;
            CompletableFuture<Forward.Outcome> answer =
                    Asking.ask(
                            node.get(),
                            replyTo -> new Forward(request, identity, replyTo),
                            waits ? UNLIMITED : REQUEST_TIMEOUT,
                            system.scheduler());
            return (CompletionStage<R>)
                    nodes.orGone(node.get(), answer).thenApply(Forward.Outcome::get);
        }

        @Override
        public Subscription subscribe(EventFilter filter, Consumer<ApiEvent> listener) {
            ClientActor.Listener registered = new ClientActor.Listener(filter, listener);
            system.tell(new ClientActor.Listen(registered));
            return () -> system.tell(new ClientActor.Forget(registered));
        }
    }
}
