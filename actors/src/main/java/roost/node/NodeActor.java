// SPDX-License-Identifier: Apache-2.0
package roost.node;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import akka.cluster.Member;
import akka.cluster.typed.Cluster;
import akka.pattern.StatusReply;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import roost.api.Api;
import roost.api.ApiEvent;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.EventFilter;
import roost.api.Wire;
import roost.claim.ClaimsActor;
import roost.guest.GuestsActor;
import roost.id.NodeAddress;
import roost.id.SlotName;
import roost.security.Identity;
import roost.slot.SlotActor;

/**
 * The node: parent of its slots, claims and queue, and its voice in the cluster.
 *
 * <p>Start: the slots come first, then the claims are read from the journal and take up their jobs;
 * as do the jobs of other nodes' queues; the slots begin to give orders when all of them have, then
 * the queue starts, and when that has taken up its jobs the node is ready, and known to the others.
 * Stop: every job is ended, then the actor system.
 */
public final class NodeActor extends AbstractBehavior<NodeActor.Command> {

    /** Under what nodes find each other. */
    public static final ServiceKey<Command> KEY = ServiceKey.create(Command.class, "roost-node");

    /** What can be said to a node. */
    public sealed interface Command permits Local, Forward, WhoAreYou, SendEvents {}

    /** What only this node's own parts say. */
    sealed interface Local extends Command {}

    /** A user's request that the node itself answers: GetNode, StopNode, Reconfigure. */
    record Ask(ApiRequest<?> request, Identity caller, ActorRef<StatusReply<ApiReply>> replyTo)
            implements Local {}

    /** Another node asks for this one's name. */
    record WhoAreYou(ActorRef<IAm> replyTo) implements Command, Wire {}

    /** A node's name. */
    record IAm(NodeAddress address, String machine) implements Wire {}

    /** A client wants this node's state changes, as long as it lives. */
    public record SendEvents(ActorRef<ApiEvent> to) implements Command, Wire {}

    private record ClientGone(Api.Subscription subscription) implements Local {}

    /** The process was asked to end. */
    record Terminate(boolean fast) implements Local {}

    private record Introduced(IAm node) implements Local {}

    private record Listed(Receptionist.Listing listing) implements Local {}

    private record Scanned(Recovery.Claims claims) implements Local {}

    private record Failed(Throwable why) implements Local {}

    private record ClaimsBack(ClaimsActor.Ready ready) implements Local {}

    /** The queue has taken up its jobs. */
    enum QueueBack implements Local {
        INSTANCE
    }

    private record GuestsBack(GuestsActor.Recovered recovered) implements Local {}

    private record SlotChanged(SlotActor.SlotUpdate update) implements Local {}

    private record Happened(ApiEvent event) implements Local {}

    /**
     * A slot starts no job any more.
     *
     * @param update as it is from then on; empty if it did not answer in time
     */
    private record SlotClosed(SlotName slot, Optional<SlotActor.SlotUpdate> update)
            implements Local {}

    private enum StopProgress implements Local {
        INSTANCE
    }

    private static final Duration STOP_LOOK = Duration.ofMillis(20);

    /** How often who still has jobs is told to end them: one may have started meanwhile. */
    private static final Duration STOP_AGAIN = Duration.ofSeconds(1);

    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    /** How long a fast stop waits for killed jobs; on a full disk their end cannot be journaled. */
    private static final Duration FAST_STOP = Duration.ofSeconds(10);

    private final NodeParts parts;
    private final CompletableFuture<NodeApi> ready;
    private final TimerScheduler<Command> timers;
    private final Map<SlotName, ActorRef<SlotActor.Command>> slots = new LinkedHashMap<>();
    private final ActorRef<ClaimsActor.Command> claims;
    private final Optional<ActorRef<GuestsActor.Command>> guests;
    private final NodeApi api;
    private final List<ActorRef<StatusReply<ApiReply>>> waitForStop = new ArrayList<>();
    private boolean claimsBack;
    private boolean guestsBack;
    private boolean stopping;

    /** The slots that may still start a job while the node stops. */
    private final Set<SlotName> open = new HashSet<>();

    /** When everybody was last told to end their jobs, by System.nanoTime. */
    private long toldToEnd;

    /** When a fast stop was first asked for, by System.nanoTime; 0 if it was not. */
    private long fastSince;

    /**
     * @param ready completed with the node's API when the node is ready, or with why it cannot be
     */
    public static Behavior<Command> create(
            NodeParts.Maker maker, CompletableFuture<NodeApi> ready) {
        return Behaviors.setup(
                context -> {
                    NodeParts parts;
                    try {
                        parts = maker.make(context.getSystem());
                    } catch (RuntimeException e) {
                        // Whoever waits has the reason and tells it; the log needs no trace of it.
                        ready.completeExceptionally(e);
                        return Behaviors.stopped();
                    }
                    return Behaviors.withTimers(
                            timers -> new NodeActor(context, timers, parts, ready));
                });
    }

    private NodeActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            NodeParts parts,
            CompletableFuture<NodeApi> ready) {
        super(context);
        this.timers = timers;
        this.ready = ready;
        this.parts = parts;
        ActorRef<SlotActor.SlotUpdate> updates =
                context.messageAdapter(SlotActor.SlotUpdate.class, SlotChanged::new);
        for (SlotName name : parts.board().names()) {
            ActorRef<SlotActor.Command> slot =
                    context.spawn(
                            SlotActor.create(
                                    name, parts.slotSettings(), parts.jobs(), parts.machineAd()),
                            name.slot());
            slot.tell(new SlotActor.Listen(updates));
            slots.put(name, slot);
        }
        this.claims = context.spawn(ClaimsActor.create(parts.claims(slots)), "claims");
        this.guests = slots.isEmpty() ? Optional.empty() : Optional.of(startGuests());
        this.guestsBack = guests.isEmpty();
        this.api = parts.api(context.getSelf(), claims);
        context.getSystem()
                .eventStream()
                .tell(
                        new EventStream.Subscribe<>(
                                ApiEvent.class,
                                context.messageAdapter(ApiEvent.class, Happened::new)));
        context.pipeToSelf(
                CompletableFuture.supplyAsync(
                        () -> Recovery.claims(parts.journal()), parts.blocking()),
                (found, failure) -> failure == null ? new Scanned(found) : new Failed(failure));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(SlotChanged.class, this::onSlotChanged)
                .onMessage(Happened.class, this::onHappened)
                .onMessage(Ask.class, this::onAsk)
                .onMessage(Forward.class, this::onForward)
                .onMessage(WhoAreYou.class, this::onWhoAreYou)
                .onMessage(SendEvents.class, this::onSendEvents)
                .onMessage(ClientGone.class, this::onClientGone)
                .onMessage(Introduced.class, this::onIntroduced)
                .onMessage(Listed.class, this::onListed)
                .onMessage(Scanned.class, this::onScanned)
                .onMessage(ClaimsBack.class, this::onClaimsBack)
                .onMessage(GuestsBack.class, this::onGuestsBack)
                .onMessage(QueueBack.class, back -> becomeReady())
                .onMessage(Failed.class, this::onFailed)
                .onMessage(Terminate.class, m -> stop(m.fast(), Optional.empty()))
                .onMessage(SlotClosed.class, this::onSlotClosed)
                .onMessage(StopProgress.class, this::onStopProgress)
                .build();
    }

    // --- start

    private Behavior<Command> onScanned(Scanned scanned) {
        parts.sweepClaims(scanned.claims().claims());
        claims.tell(
                new ClaimsActor.Found(
                        scanned.claims().claims(),
                        scanned.claims().highestSequence(),
                        getContext().messageAdapter(ClaimsActor.Ready.class, ClaimsBack::new)));
        return this;
    }

    private Behavior<Command> onClaimsBack(ClaimsBack back) {
        getContext()
                .getLog()
                .info(
                        "node={} claims={} of them active={}",
                        parts.machine(),
                        back.ready().claims(),
                        back.ready().active());
        claimsBack = true;
        return beginWhenAllAreBack();
    }

    private ActorRef<GuestsActor.Command> startGuests() {
        return parts.startGuests(
                getContext(),
                slots,
                getContext().messageAdapter(GuestsActor.Recovered.class, GuestsBack::new));
    }

    private Behavior<Command> onGuestsBack(GuestsBack back) {
        if (guestsBack) {
            return this; // the journal failed them in between
        }
        guestsBack = true;
        parts.sweepGuests(back.recovered().directories());
        return beginWhenAllAreBack();
    }

    private Behavior<Command> beginWhenAllAreBack() {
        if (!claimsBack || !guestsBack) {
            return this;
        }
        slots.values().forEach(slot -> slot.tell(SlotActor.Begin.INSTANCE));
        boolean hasQueue;
        try {
            hasQueue = parts.startQueue(getContext(), slots, api);
        } catch (UncheckedIOException e) {
            return onFailed(new Failed(e));
        }
        return hasQueue ? this : becomeReady();
    }

    private Behavior<Command> becomeReady() {
        ActorRef<Receptionist.Listing> listings =
                getContext().messageAdapter(Receptionist.Listing.class, Listed::new);
        ActorRef<Receptionist.Command> receptionist = getContext().getSystem().receptionist();
        receptionist.tell(Receptionist.register(KEY, getContext().getSelf()));
        receptionist.tell(Receptionist.subscribe(KEY, listings));
        guests.ifPresent(actor -> actor.tell(GuestsActor.Open.INSTANCE));
        ready.complete(api);
        return this;
    }

    private Behavior<Command> onFailed(Failed failed) {
        Throwable why =
                failed.why() instanceof CompletionException wrapped && wrapped.getCause() != null
                        ? wrapped.getCause()
                        : failed.why();
        ready.completeExceptionally(why);
        return Behaviors.stopped();
    }

    // --- what happens

    private Behavior<Command> onSlotChanged(SlotChanged changed) {
        parts.board().put(changed.update());
        return this;
    }

    private Behavior<Command> onHappened(Happened happened) {
        parts.subscriptions().publish(happened.event());
        return this;
    }

    // --- other nodes

    private Behavior<Command> onListed(Listed listed) {
        List<NodeAddress> before = parts.peers().all().stream().map(Peers.Peer::address).toList();
        ActorRef<IAm> introductions = getContext().messageAdapter(IAm.class, Introduced::new);
        List<Peers.Peer> fresh = parts.peers().update(listed.listing().getServiceInstances(KEY));
        fresh.forEach(peer -> peer.node().tell(new WhoAreYou(introductions)));
        before.stream()
                .filter(address -> parts.peers().at(address).isEmpty())
                .forEach(address -> nodeChanged(address, "left"));
        fresh.forEach(peer -> nodeChanged(peer.address(), "joined"));
        if (!before.isEmpty() || !fresh.isEmpty()) {
            // Before it has met anybody, a node that begins the cluster would forget whom to look
            // for at its next start.
            parts.rememberPeers();
        }
        return this;
    }

    private void nodeChanged(NodeAddress address, String what) {
        getContext().getLog().info("node={} {}", address, what);
        parts.subscriptions()
                .publish(
                        new ApiEvent.NodeChanged(
                                System.currentTimeMillis(), address.sinful(), what));
    }

    private Behavior<Command> onWhoAreYou(WhoAreYou question) {
        question.replyTo().tell(new IAm(parts.address(), parts.machine()));
        return this;
    }

    private Behavior<Command> onSendEvents(SendEvents wanted) {
        Api.Subscription subscription =
                parts.subscriptions().add(EventFilter.ALL, event -> wanted.to().tell(event));
        getContext().watchWith(wanted.to(), new ClientGone(subscription));
        return this;
    }

    private Behavior<Command> onClientGone(ClientGone gone) {
        gone.subscription().close();
        return this;
    }

    private Behavior<Command> onIntroduced(Introduced introduced) {
        parts.peers().named(introduced.node().address(), introduced.node().machine());
        return this;
    }

    private Behavior<Command> onForward(Forward forward) {
        api.serve(forward.request(), forward.caller(), false)
                .whenComplete(
                        (reply, failure) ->
                                forward.replyTo()
                                        .tell(
                                                failure == null
                                                        ? Forward.Outcome.of(reply)
                                                        : Forward.Outcome.of(known(failure))));
        return this;
    }

    private static ApiException known(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return cause instanceof ApiException e
                ? e
                : new ApiException(ApiException.Code.INTERNAL, String.valueOf(cause.getMessage()));
    }

    // --- requests about the node itself

    private Behavior<Command> onAsk(Ask ask) {
        if (ask.request() instanceof ApiRequest.GetNode) {
            ask.replyTo().tell(StatusReply.success(describe()));
            return this;
        }
        if (!parts.policy().isAdministrator(ask.caller())) {
            ask.replyTo()
                    .tell(
                            StatusReply.error(
                                    new ApiException(
                                            ApiException.Code.FORBIDDEN,
                                            "user '"
                                                    + ask.caller().user()
                                                    + "' may not administer this node",
                                            "the account the node runs as may, and those in"
                                                    + " COD_SUPER_USERS")));
            return this;
        }
        if (ask.request() instanceof ApiRequest.StopNode stop) {
            return stop(stop.fast(), Optional.of(ask.replyTo()));
        }
        if (ask.request() instanceof ApiRequest.Reconfigure) {
            reconfigure(ask.replyTo());
            return this;
        }
        ask.replyTo()
                .tell(
                        StatusReply.error(
                                new ApiException(
                                        ApiException.Code.INVALID,
                                        "this node cannot answer that request")));
        return this;
    }

    private void reconfigure(ActorRef<StatusReply<ApiReply>> replyTo) {
        try {
            replyTo.tell(StatusReply.success(new ApiReply.Done(parts.reconfigure())));
        } catch (RuntimeException e) {
            replyTo.tell(
                    StatusReply.error(
                            new ApiException(
                                    ApiException.Code.INVALID,
                                    e.getMessage(),
                                    "nothing was changed: what was in force stays in force")));
        }
    }

    private ApiReply.Node describe() {
        List<String> members = new ArrayList<>();
        for (Member member : Cluster.get(getContext().getSystem()).state().getMembers()) {
            members.add(
                    member.address().getHost().orElse("?")
                            + ":"
                            + member.address().getPort().orElse(0)
                            + " "
                            + member.status()
                            + " "
                            + String.join(",", member.getRoles()));
        }
        return parts.describe(slots.size(), members);
    }

    // --- stop

    private Behavior<Command> stop(
            boolean fast, Optional<ActorRef<StatusReply<ApiReply>>> replyTo) {
        replyTo.ifPresent(waitForStop::add);
        if (fast && fastSince == 0) {
            fastSince = System.nanoTime();
        }
        if (!stopping) {
            slots.forEach(this::close);
        }
        if (!stopping || fast) {
            endJobs(fast);
            guests.ifPresent(actor -> actor.tell(new GuestsActor.Stop(fast)));
        }
        stopping = true;
        timers.startTimerWithFixedDelay(StopProgress.INSTANCE, STOP_LOOK);
        return this;
    }

    private void close(SlotName name, ActorRef<SlotActor.Command> slot) {
        open.add(name);
        getContext()
                .ask(
                        SlotActor.SlotUpdate.class,
                        slot,
                        CLOSE_MAX,
                        SlotActor.Close::new,
                        (update, failure) -> new SlotClosed(name, Optional.ofNullable(update)));
    }

    private Behavior<Command> onSlotClosed(SlotClosed closed) {
        closed.update().ifPresent(parts.board()::put);
        open.remove(closed.slot());
        return this;
    }

    private void endJobs(boolean fast) {
        claims.tell(new ClaimsActor.StopAll(fast));
        parts.stopQueue(fast);
        toldToEnd = System.nanoTime();
    }

    private Behavior<Command> onStopProgress(StopProgress look) {
        boolean overdue = fastSince != 0 && System.nanoTime() - fastSince > FAST_STOP.toNanos();
        if ((!open.isEmpty() || parts.jobsLeft()) && !overdue) {
            if (System.nanoTime() - toldToEnd > STOP_AGAIN.toNanos()) {
                endJobs(fastSince != 0);
            }
            return this;
        }
        if (overdue) {
            getContext()
                    .getLog()
                    .warn(
                            "node={} stops though not every job is known to be gone; the next"
                                    + " start takes up what is left",
                            parts.machine());
        }
        waitForStop.forEach(
                replyTo ->
                        replyTo.tell(
                                StatusReply.success(new ApiReply.Done("the node has stopped"))));
        waitForStop.clear();
        return Behaviors.stopped();
    }
}
