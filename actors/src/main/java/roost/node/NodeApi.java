// SPDX-License-Identifier: Apache-2.0
package roost.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.pattern.StatusReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import roost.api.Api;
import roost.api.ApiEvent;
import roost.api.ApiException;
import roost.api.ApiException.Code;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CaResult;
import roost.api.ClaimReply;
import roost.api.EventFilter;
import roost.claim.Authority;
import roost.claim.ClaimActor;
import roost.claim.ClaimDirectory;
import roost.claim.ClaimsActor;
import roost.classad.ClassAd;
import roost.id.NodeAddress;
import roost.id.SlotName;
import roost.security.Identity;

/**
 * A node as its callers see it: finds out who is to answer a request and asks him. Requests about a
 * claim go straight to the claim's actor, or to the node that holds it.
 *
 * <p>Safe for use by any thread, and no call blocks.
 */
public final class NodeApi {

    /** Where requests about batch jobs go; a node without a queue has none. */
    @FunctionalInterface
    public interface Queue {
        /**
         * @param patience how long the answer may take
         */
        CompletionStage<ApiReply> ask(ApiRequest<?> request, Identity caller, Duration patience);
    }

    /**
     * How long answers may take.
     *
     * @param request everything but what waits for a job's end
     * @param peer what another node may take in a query of the whole pool
     */
    public record Timeouts(Duration request, Duration peer) {}

    /** For requests that wait until a job is gone, which may take as long as it likes. */
    private static final Duration UNLIMITED = Duration.ofDays(200);

    private static final String ABSENT = "that node is not in the pool of this one at the moment";

    private final ActorSystem<?> system;
    private final ActorRef<NodeActor.Command> node;
    private final ClaimDirectory directory;
    private final ActorRef<ClaimsActor.Command> claims;
    private final Authority authority;
    private final Peers peers;
    private final Ads ads;
    private final Subscriptions subscriptions;
    private final NodeAddress address;
    private final String machine;
    private final Timeouts timeouts;
    private final SlotOrders slotOrders;
    private volatile Optional<Queue> queue = Optional.empty();

    NodeApi(
            ActorSystem<?> system,
            ActorRef<NodeActor.Command> node,
            ClaimDirectory directory,
            ActorRef<ClaimsActor.Command> claims,
            Authority authority,
            Peers peers,
            Ads ads,
            Subscriptions subscriptions,
            NodeAddress address,
            String machine,
            Timeouts timeouts,
            SlotOrders slotOrders) {
        this.system = system;
        this.node = node;
        this.directory = directory;
        this.claims = claims;
        this.authority = authority;
        this.peers = peers;
        this.ads = ads;
        this.subscriptions = subscriptions;
        this.address = address;
        this.machine = machine;
        this.timeouts = timeouts;
        this.slotOrders = slotOrders;
    }

    void open(Queue newQueue) {
        queue = Optional.of(newQueue);
    }

    /** The node as one caller sees it. */
    public Api as(Identity caller) {
        return new Api() {
            @Override
            @SuppressWarnings("unchecked")
            public <R extends ApiReply> CompletionStage<R> call(ApiRequest<R> request) {
                return (CompletionStage<R>) serve(request, caller, true);
            }

            @Override
            public Subscription subscribe(EventFilter filter, Consumer<ApiEvent> listener) {
                return subscriptions.add(filter, listener);
            }
        };
    }

    /**
     * Answers a request.
     *
     * @param forwards whether it may be passed on to another node; one that was passed on may not
     */
    CompletionStage<ApiReply> serve(ApiRequest<?> request, Identity caller, boolean forwards) {
        if (request instanceof ApiRequest.OnClaim onClaim) {
            return onClaim(onClaim, caller, forwards);
        } else if (request instanceof ApiRequest.RequestClaim claim) {
            return targeted(
                    claim.target(),
                    request,
                    caller,
                    forwards,
                    () ->
                            ask(
                                    claims,
                                    replyTo -> new ClaimsActor.Request(claim, caller, replyTo),
                                    timeouts.request()));
        } else if (request instanceof ApiRequest.ListClaims list) {
            return targeted(
                    list.target(),
                    request,
                    caller,
                    forwards,
                    () -> CompletableFuture.completedFuture(ads.claimsOf(caller.user())));
        } else if (request instanceof ApiRequest.QueryAds query) {
            return forwards ? wholePool(query, caller) : ads.query(query);
        } else if (request instanceof ApiRequest.GetNode get) {
            return targeted(
                    get.target(), request, caller, forwards, () -> askNode(request, caller));
        } else if (request instanceof ApiRequest.StopNode
                || request instanceof ApiRequest.Reconfigure) {
            return askNode(request, caller);
        }
        if (request instanceof ApiRequest.OnSlots orders) {
            return targeted(
                    orders.target(),
                    request,
                    caller,
                    forwards,
                    patience(orders.waitForEnd()),
                    () -> onSlots(orders, caller));
        } else if (request instanceof ApiRequest.QueryImages query) {
            return targeted(
                    query.target(), request, caller, forwards, () -> askQueue(request, caller));
        }
        return askQueue(request, caller);
    }

    // --- batch jobs

    private Duration patience(boolean forAnEnd) {
        return forAnEnd ? UNLIMITED : timeouts.request();
    }

    private CompletionStage<ApiReply> askQueue(ApiRequest<?> request, Identity caller) {
        boolean waits = request instanceof ApiRequest.ActOnJobs act && act.waitForEnd();
        return queue.map(q -> q.ask(request, caller, patience(waits)))
                .orElseGet(
                        () ->
                                failed(
                                        Code.UNAVAILABLE,
                                        "this node keeps no queue of batch jobs",
                                        "ask a node that has SCHEDD in its DAEMON_LIST"));
    }

    private CompletionStage<ApiReply> askQueueOf(
            Optional<NodeAddress> other, ApiRequest.ActOnJobs request, Identity caller) {
        if (other.isEmpty()) {
            return askQueue(request, caller);
        }
        return peers.at(other.get())
                .map(peer -> forward(peer, request, caller, patience(request.waitForEnd())))
                .orElseGet(
                        () ->
                                failed(
                                        Code.UNAVAILABLE,
                                        "node "
                                                + other.get()
                                                + ", in whose queue the job is, is"
                                                + " out of reach",
                                        "try again when condor_status shows that node"));
    }

    private CompletionStage<ApiReply> onSlots(ApiRequest.OnSlots orders, Identity caller) {
        return ads.ofSlots()
                .thenCompose(slots -> slotOrders.carryOut(orders, caller, slots, this::askQueueOf));
    }

    // --- claims

    private CompletionStage<ApiReply> onClaim(
            ApiRequest.OnClaim request, Identity caller, boolean forwards) {
        Duration timeout = waitsForJob(request) ? UNLIMITED : timeouts.request();
        if (directory.find(request.id()).isEmpty()) {
            NodeAddress owner = request.id().node();
            if (forwards && !owner.equals(address)) {
                Optional<Peers.Peer> peer = peers.at(owner);
                return peer.isPresent()
                        ? forward(peer.get(), request, caller, timeout)
                                .exceptionallyCompose(
                                        failure ->
                                                unwrap(failure) instanceof ApiException gone
                                                                && gone.code() == Code.UNAVAILABLE
                                                        ? unreachable(owner, gone.hint())
                                                        : CompletableFuture.failedFuture(failure))
                        : unreachable(owner, Optional.of(ABSENT));
            }
            return CompletableFuture.completedFuture(authority.notFound(request.id()));
        }
        AtomicReference<CompletionStage<ApiReply>> reply = new AtomicReference<>();
        ClaimDirectory.Told told =
                directory.tellPresent(
                        request.id(),
                        claim ->
                                reply.set(
                                        ask(
                                                claim,
                                                to -> new ClaimActor.Serve(request, caller, to),
                                                timeout)));
        return switch (told) {
            case TOLD -> reply.get();
            case AWAY ->
                    ask(
                            claims,
                            to ->
                                    new ClaimsActor.Deliver(
                                            new ClaimActor.Serve(request, caller, to)),
                            timeout);
            case UNKNOWN -> CompletableFuture.completedFuture(authority.notFound(request.id()));
            case TOO_MANY ->
                    failed(
                            Code.BUSY,
                            "too many requests wait for claim " + request.id(),
                            "wait until some of them are answered");
        };
    }

    private static CompletionStage<ApiReply> unreachable(NodeAddress owner, Optional<String> hint) {
        return CompletableFuture.completedFuture(
                new ClaimReply(
                        CaResult.CONNECT_FAILED,
                        owner,
                        Optional.of("Failed to connect to startd " + owner),
                        hint,
                        Optional.empty(),
                        ClassAd.EMPTY));
    }

    private static boolean waitsForJob(ApiRequest.OnClaim request) {
        return request instanceof ApiRequest.DeactivateClaim
                || request instanceof ApiRequest.ReleaseClaim;
    }

    // --- other nodes

    private interface Local {
        CompletionStage<ApiReply> answer();
    }

    private CompletionStage<ApiReply> targeted(
            ApiRequest.Target target,
            ApiRequest<?> request,
            Identity caller,
            boolean forwards,
            Local local) {
        return targeted(target, request, caller, forwards, timeouts.request(), local);
    }

    private CompletionStage<ApiReply> targeted(
            ApiRequest.Target target,
            ApiRequest<?> request,
            Identity caller,
            boolean forwards,
            Duration patience,
            Local local) {
        if (!forwards || isHere(target)) {
            return local.answer();
        }
        Optional<Peers.Peer> peer =
                target.address().isPresent()
                        ? peers.at(target.address().get())
                        : peers.named(machineOf(target.name().orElseThrow()));
        if (peer.isPresent()) {
            return forward(peer.get(), request, caller, patience);
        }
        String error =
                target.address().isPresent()
                        ? "Failed to connect to startd " + target.address().get()
                        : "Can't find address for startd " + target.name().orElseThrow();
        return failed(
                Code.NOT_FOUND, error, "condor_status shows the nodes that are in the pool now");
    }

    private boolean isHere(ApiRequest.Target target) {
        if (target.address().isPresent()) {
            return target.address().get().equals(address);
        }
        return target.name().map(name -> Peers.sameMachine(machine, machineOf(name))).orElse(true);
    }

    private static String machineOf(String name) {
        return SlotName.parse(name).map(SlotName::machine).orElse(name);
    }

    private CompletionStage<ApiReply> forward(
            Peers.Peer peer, ApiRequest<?> request, Identity caller, Duration timeout) {
        CompletionStage<Forward.Outcome> outcome =
                peer.orGone(
                        Asking.ask(
                                peer.node(),
                                (ActorRef<Forward.Outcome> replyTo) ->
                                        new Forward(request, caller, replyTo),
                                timeout,
                                system.scheduler()),
                        peers);
        return outcome.handle(
                (done, failure) -> {
                    if (failure != null) {
                        throw translated(failure, "node " + peer.address());
                    }
                    return done.get();
                });
    }

    // --- ads

    /** Asks every node for its own ads; those that do not answer in time are named in the reply. */
    private CompletionStage<ApiReply> wholePool(ApiRequest.QueryAds query, Identity caller) {
        CompletionStage<ApiReply> all = ads.query(query);
        for (Peers.Peer peer : peers.all()) {
            CompletionStage<ApiReply> theirs =
                    forward(peer, query, caller, timeouts.peer())
                            .exceptionally(
                                    failure ->
                                            new ApiReply.Ads(
                                                    List.of(),
                                                    List.of(
                                                            peer.address()
                                                                    + ": "
                                                                    + unwrap(failure)
                                                                            .getMessage())));
            all = all.thenCombine(theirs, NodeApi::join);
        }
        return all;
    }

    private static ApiReply join(ApiReply first, ApiReply second) {
        if (!(first instanceof ApiReply.Ads a) || !(second instanceof ApiReply.Ads b)) {
            return first;
        }
        List<ClassAd> ads = new ArrayList<>(a.ads());
        ads.addAll(b.ads());
        List<String> unreachable = new ArrayList<>(a.unreachable());
        unreachable.addAll(b.unreachable());
        return new ApiReply.Ads(ads, unreachable);
    }

    // --- asking

    private CompletionStage<ApiReply> askNode(ApiRequest<?> request, Identity caller) {
        // A stop waits for jobs, which have their own time to end in.
        return ask(
                node,
                replyTo -> new NodeActor.Ask(request, caller, replyTo),
                patience(request instanceof ApiRequest.StopNode));
    }

    private <T> CompletionStage<ApiReply> ask(
            ActorRef<T> actor,
            Function<ActorRef<StatusReply<ApiReply>>, T> message,
            Duration timeout) {
        CompletionStage<StatusReply<ApiReply>> reply =
                Asking.ask(actor, message, timeout, system.scheduler());
        return reply.handle(
                (done, failure) -> {
                    if (failure != null) {
                        throw translated(failure, "this node");
                    }
                    if (done.isError()) {
                        throw translated(done.getError(), "this node");
                    }
                    return done.getValue();
                });
    }

    private static CompletionStage<ApiReply> failed(Code code, String message, String hint) {
        return CompletableFuture.failedFuture(new ApiException(code, message, hint));
    }

    private static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null
                ? failure.getCause()
                : failure;
    }

    private static ApiException translated(Throwable failure, String who) {
        Throwable cause = unwrap(failure);
        if (cause instanceof ApiException known) {
            return known;
        }
        return cause instanceof TimeoutException
                ? new ApiException(
                        Code.TIMEOUT,
                        who + " did not answer in time",
                        "whether the request was carried out is not known; look before trying again")
                : new ApiException(Code.INTERNAL, String.valueOf(cause.getMessage()));
    }
}
