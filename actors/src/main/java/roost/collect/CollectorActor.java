// SPDX-License-Identifier: Apache-2.0
package roost.collect;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.AskPattern;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import akka.pattern.StatusReply;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.Wire;
import roost.classad.ClassAd;
import roost.id.NodeAddress;
import roost.security.Identity;
import roost.slot.SlotActor;

/**
 * Knows the ads of every slot of the pool and answers queries about them.
 *
 * <p>Parent: the node's guardian. This node's slots report to it ({@link SlotActor.SlotUpdate}); it
 * passes their ads on to the collectors of all other nodes ({@link Advertise}) at every change,
 * when a collector appears, and now and then in case a message was lost. Nodes that leave the
 * cluster, or cannot be reached, are forgotten. Nothing is durable.
 */
public final class CollectorActor extends AbstractBehavior<CollectorActor.Command> {
    /** By what collectors find each other. */
    public static final ServiceKey<Command> KEY =
            ServiceKey.create(Command.class, "roost-collector");

    /** The most claims of one slot that another node is told of. */
    public static final int CLAIMS_PER_SLOT_MAX = 500;

    private static final Duration PEER_ANSWER = Duration.ofSeconds(5);
    private static final Duration REFRESH = Duration.ofSeconds(60);
    private static final Duration EXPIRY = REFRESH.multipliedBy(3);
    private static final Duration COALESCE = Duration.ofMillis(20);

    /** What can be said to a collector. */
    public interface Command {}

    /** A user's request: QueryAds. */
    public record Ask(
            ApiRequest.QueryAds request, Identity caller, ActorRef<StatusReply<ApiReply>> replyTo)
            implements Command {}

    /** A node's slots as they now are. */
    public record Advertise(ActorRef<Command> node, NodeAddress address, List<ClassAd> slots)
            implements Command, Wire {}

    /** Asks a collector for its own node's slots with their claims. */
    public record Describe(ActorRef<Described> replyTo) implements Command, Wire {}

    /** The answer. */
    public record Described(List<ClassAd> slots) implements Wire {}

    private record SlotNews(SlotActor.SlotUpdate update) implements Command {}

    private record Peers(Receptionist.Listing listing) implements Command {}

    private enum Refresh implements Command {
        INSTANCE
    }

    private enum Flush implements Command {
        INSTANCE
    }

    /**
     * What this node knows of itself.
     *
     * @param withClaims this node's slot ads with the attributes of at most so many claims a slot
     */
    public record Home(
            NodeAddress address,
            ClaimAds withClaims,
            Supplier<ClassAd> nodeAd,
            Clock clock,
            List<ActorRef<SlotActor.Command>> slots) {}

    /** Makes this node's slot ads with their claims. */
    @FunctionalInterface
    public interface ClaimAds {
        CompletionStage<List<ClassAd>> slots(int claimsPerSlotMax);
    }

    private record Node(NodeAddress address, List<ClassAd> slots, long heardAtMillis) {}

    private final Home home;
    private final TimerScheduler<Command> timers;
    private final TreeMap<String, ClassAd> ownSlots = new TreeMap<>();
    private final Map<ActorRef<Command>, Node> peers = new TreeMap<>();
    private Set<ActorRef<Command>> reachable = Set.of();

    public static Behavior<Command> create(Home home) {
        return Behaviors.setup(
                context ->
                        Behaviors.withTimers(timers -> new CollectorActor(context, timers, home)));
    }

    private CollectorActor(
            ActorContext<Command> context, TimerScheduler<Command> timers, Home home) {
        super(context);
        this.home = home;
        this.timers = timers;
        var receptionist = context.getSystem().receptionist();
        receptionist.tell(Receptionist.register(KEY, context.getSelf()));
        receptionist.tell(
                Receptionist.subscribe(
                        KEY, context.messageAdapter(Receptionist.Listing.class, Peers::new)));
        ActorRef<SlotActor.SlotUpdate> news =
                context.messageAdapter(SlotActor.SlotUpdate.class, SlotNews::new);
        home.slots().forEach(slot -> slot.tell(new SlotActor.Listen(news)));
        timers.startTimerWithFixedDelay(Refresh.INSTANCE, REFRESH);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(SlotNews.class, this::onSlotNews)
                .onMessage(Peers.class, this::onPeers)
                .onMessage(Advertise.class, this::onAdvertise)
                .onMessage(Refresh.class, refresh -> onRefresh())
                .onMessage(Flush.class, flush -> advertiseTo(reachable))
                .onMessage(Describe.class, this::onDescribe)
                .onMessage(Ask.class, this::onAsk)
                .build();
    }

    // --- what the pool looks like

    /** Changes of several slots that come together go out together. */
    private Behavior<Command> onSlotNews(SlotNews news) {
        ownSlots.put(news.update().name().toString(), news.update().ad());
        if (!timers.isTimerActive(Flush.INSTANCE)) {
            timers.startSingleTimer(Flush.INSTANCE, COALESCE);
        }
        return this;
    }

    private Behavior<Command> onPeers(Peers news) {
        Set<ActorRef<Command>> now = new HashSet<>(news.listing().getServiceInstances(KEY));
        now.remove(getContext().getSelf());
        Set<ActorRef<Command>> added = new HashSet<>(now);
        added.removeAll(reachable);
        Set<ActorRef<Command>> gone = new HashSet<>(reachable);
        gone.removeAll(now);
        peers.keySet().removeAll(gone);
        reachable = now;
        return advertiseTo(added);
    }

    private Behavior<Command> onRefresh() {
        long tooOld = home.clock().millis() - EXPIRY.toMillis();
        peers.values().removeIf(node -> node.heardAtMillis() < tooOld);
        return advertiseTo(reachable);
    }

    private Behavior<Command> advertiseTo(Set<ActorRef<Command>> collectors) {
        Advertise advertise =
                new Advertise(
                        getContext().getSelf(), home.address(), List.copyOf(ownSlots.values()));
        collectors.forEach(collector -> collector.tell(advertise));
        return this;
    }

    private Behavior<Command> onAdvertise(Advertise news) {
        // The node may have found this collector before the receptionist told of that node.
        peers.put(news.node(), new Node(news.address(), news.slots(), home.clock().millis()));
        return this;
    }

    // --- queries

    private Behavior<Command> onDescribe(Describe describe) {
        home.withClaims()
                .slots(CLAIMS_PER_SLOT_MAX)
                .thenAccept(slots -> describe.replyTo().tell(new Described(slots)));
        return this;
    }

    private Behavior<Command> onAsk(Ask ask) {
        AdQuery query;
        try {
            query = AdQuery.of(ask.request());
        } catch (ApiException e) {
            ask.replyTo().tell(StatusReply.error(e));
            return this;
        }
        if (ask.request().type() == ApiRequest.AdType.NODE) {
            answer(ask, query, List.of(home.nodeAd().get()), List.of());
        } else if (ask.request().withClaims()) {
            askNodes(ask, query);
        } else {
            answer(ask, query, known(), List.of());
        }
        return this;
    }

    /** Every slot as last heard of, with LastHeardFrom. */
    private List<ClassAd> known() {
        long now = home.clock().millis() / 1000;
        List<ClassAd> ads = new ArrayList<>();
        ownSlots.values().forEach(ad -> ads.add(heard(ad, now)));
        for (Node node : peers.values()) {
            node.slots().forEach(ad -> ads.add(heard(ad, node.heardAtMillis() / 1000)));
        }
        return ads;
    }

    private static ClassAd heard(ClassAd ad, long atSeconds) {
        return ad.toBuilder().putInt("LastHeardFrom", atSeconds).build();
    }

    private void askNodes(Ask ask, AdQuery query) {
        List<CompletableFuture<List<ClassAd>>> answers = new ArrayList<>();
        List<String> silent = java.util.Collections.synchronizedList(new ArrayList<>());
        answers.add(home.withClaims().slots(Integer.MAX_VALUE).toCompletableFuture());
        peers.forEach((peer, node) -> answers.add(describe(peer, node, silent)));
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .whenComplete(
                        (all, failure) -> {
                            if (failure != null) {
                                ask.replyTo().tell(StatusReply.error(failure));
                                return;
                            }
                            long now = home.clock().millis() / 1000;
                            List<ClassAd> ads = new ArrayList<>();
                            for (CompletableFuture<List<ClassAd>> answer : answers) {
                                answer.join().forEach(ad -> ads.add(heard(ad, now)));
                            }
                            answer(ask, query, ads, List.copyOf(silent));
                        });
    }

    private CompletableFuture<List<ClassAd>> describe(
            ActorRef<Command> peer, Node node, List<String> silent) {
        return AskPattern.<Command, Described>ask(
                        peer, Describe::new, PEER_ANSWER, getContext().getSystem().scheduler())
                .thenApply(Described::slots)
                .exceptionally(
                        failure -> {
                            silent.add(node.address() + ": " + failure.getMessage());
                            return List.of();
                        })
                .toCompletableFuture();
    }

    private static void answer(
            Ask ask, AdQuery query, List<ClassAd> ads, List<String> unreachable) {
        ask.replyTo().tell(StatusReply.success(new ApiReply.Ads(query.select(ads), unreachable)));
    }
}
