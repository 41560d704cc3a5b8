// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CaResult;
import roost.classad.ClassAd;
import roost.classad.ClassAdException;
import roost.id.ClaimId;
import roost.id.NodeAddress;
import roost.id.SlotName;
import roost.security.Identity;

/**
 * Makes claims and keeps their actors: as many as are active, and a bounded number of idle ones.
 *
 * <p>Parent: the node's actor. Gets requests for new claims; everything about existing ones goes to
 * them through the {@link ClaimDirectory}. Watches all leases, because a claim that is not in
 * memory cannot. Nothing here is durable; {@link Found} brings back what the journal holds.
 */
public final class ClaimsActor extends AbstractBehavior<ClaimsActor.Command> {

    /** What can be said to it. */
    public sealed interface Command {}

    /** Make a claim. */
    public record Request(
            ApiRequest.RequestClaim request,
            Identity caller,
            ActorRef<StatusReply<ApiReply>> replyTo)
            implements Command {}

    /** A request for a claim whose actor may have to be brought into memory. */
    public record Deliver(ClaimActor.Serve serve) implements Command {}

    /**
     * What the journal holds: sent once, before anything else.
     *
     * @param claims in any order
     * @param highestSequence largest number that any claim ever had
     * @param replyTo told when every claim has taken up its job
     */
    public record Found(List<ClaimState> claims, long highestSequence, ActorRef<Ready> replyTo)
            implements Command {}

    /** All claims are back. */
    public record Ready(int claims, int active) {}

    /** The node is going down: end all jobs. */
    public record StopAll(boolean fast) implements Command {}

    /** A claim's actor has its state and has taken up its job. */
    record Recovered(long sequence) implements Command {}

    /** A claim is no more. */
    record Gone(long sequence) implements Command {}

    /** A claim has a lease that it had not, or one of another length. */
    record LeaseChanged(long sequence) implements Command {}

    private record Needed(long sequence) implements Command {}

    private record Terminated(long sequence) implements Command {}

    private enum LeaseCheck implements Command {
        INSTANCE
    }

    /**
     * Limits.
     *
     * @param residentIdleMax how many idle claims may have their actors in memory
     * @param claimsMax on this node
     * @param claimsPerSlotMax on one slot
     * @param claimsPerUserMax of one user on this node
     * @param defaultLeaseSeconds for a request without one; empty for none
     * @param listedInAd how many claims a slot's ad names at most in a reply
     */
    public record Settings(
            int residentIdleMax,
            int claimsMax,
            int claimsPerSlotMax,
            int claimsPerUserMax,
            OptionalLong defaultLeaseSeconds,
            int listedInAd,
            ClaimActor.Settings claim) {}

    /** What claims need of the node. */
    public record Surroundings(
            ClaimDirectory directory,
            Map<SlotName, ActorRef<roost.slot.SlotActor.Command>> slots,
            SlotAds slotAds,
            Applications applications,
            Authority authority,
            Moment.Source clock,
            ClaimActor.JournalGate journal,
            NodeAddress address,
            long birthday,
            Settings settings) {}

    /** The slots' present ads. */
    public interface SlotAds {
        /** This node's slots in order. */
        List<SlotName> names();

        ClassAd of(SlotName slot);
    }

    private record Due(long bootMillis, long sequence) {}

    private static final long LEASE_RETRY_MILLIS = 5_000;

    /** A timer of Akka's takes no more than 248 days, a lease may be of years. */
    private static final long LEASE_LOOK_MILLIS_MAX = Duration.ofDays(1).toMillis();

    /** State in the order in which slots are preferred. Source: htcondor ResMgr.cpp. */
    private static final List<String> STATE_ORDER =
            List.of("Owner", "Unclaimed", "Matched", "Claimed", "Preempting");

    private final Surroundings around;
    private final TimerScheduler<Command> timers;
    private final ClaimActor.Surroundings forClaims;
    private final NavigableSet<Due> leases =
            new TreeSet<>(
                    Comparator.comparingLong(Due::bootMillis).thenComparingLong(Due::sequence));
    private final Map<Long, Due> leaseOf = new HashMap<>();
    private final Set<Long> resident = new LinkedHashSet<>();
    private final Set<Long> stillComing = new HashSet<>();
    private long lastSequence;
    private Found found;
    private int foundActive;

    public static Behavior<Command> create(Surroundings around) {
        return Behaviors.setup(
                context ->
                        Behaviors.withTimers(timers -> new ClaimsActor(context, timers, around)));
    }

    private ClaimsActor(
            ActorContext<Command> context, TimerScheduler<Command> timers, Surroundings around) {
        super(context);
        this.timers = timers;
        this.around = around;
        this.forClaims =
                new ClaimActor.Surroundings(
                        around.directory(),
                        around.slots()::get,
                        around.applications(),
                        around.authority(),
                        around.clock(),
                        around.journal(),
                        around.settings().claim(),
                        context.getSelf());
        ActorRef<Command> self = context.getSelf();
        around.directory().onNeed(sequence -> self.tell(new Needed(sequence)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Request.class, this::onRequest)
                .onMessage(Deliver.class, this::onDeliver)
                .onMessage(Needed.class, needed -> bring(needed.sequence()))
                .onMessage(Recovered.class, this::onRecovered)
                .onMessage(Gone.class, this::onGone)
                .onMessage(Terminated.class, this::onTerminated)
                .onMessage(LeaseCheck.class, this::onLeaseCheck)
                .onMessage(LeaseChanged.class, this::onLeaseChanged)
                .onMessage(Found.class, this::onFound)
                .onMessage(StopAll.class, this::onStopAll)
                .build();
    }

    // --- after a start of the node

    private Behavior<Command> onFound(Found all) {
        found = all;
        Moment now = around.clock().now();
        lastSequence = Math.max(lastSequence, all.highestSequence());
        for (ClaimState state : all.claims()) {
            around.directory().add(state);
            long sequence = state.claim().id().sequence();
            lastSequence = Math.max(lastSequence, sequence);
            watchLease(sequence, now);
            if (state.run().isPresent()) {
                foundActive++;
                stillComing.add(sequence);
                bring(sequence);
            }
        }
        armLeaseTimer(now);
        tellIfReady();
        return this;
    }

    private void tellIfReady() {
        if (found != null && stillComing.isEmpty()) {
            found.replyTo().tell(new Ready(found.claims().size(), foundActive));
            found = null;
        }
    }

    // --- new claims

    private Behavior<Command> onRequest(Request request) {
        Optional<Decision.Refuse> refusal = refusal(request);
        if (refusal.isPresent()) {
            refuse(request, refusal.get());
            return this;
        }
        Optional<SlotName> slot;
        try {
            slot = choose(request.request());
        } catch (ClassAdException e) {
            refuse(
                    request,
                    new Decision.Refuse(
                            CaResult.INVALID_REQUEST,
                            "Can't parse Requirements ("
                                    + request.request().requirements().orElse("")
                                    + ")",
                            e.getMessage()));
            return this;
        }
        if (slot.isEmpty()) {
            refuse(
                    request,
                    new Decision.Refuse(
                            CaResult.FAILURE,
                            "Can't find Resource matching Requirements ("
                                    + request.request().requirements().orElse("TRUE")
                                    + ")",
                            "condor_status -long shows what the slots offer"));
            return this;
        }
        create(request, slot.get());
        return this;
    }

    private Optional<Decision.Refuse> refusal(Request request) {
        Optional<Decision.Refuse> unlawful = around.authority().mayClaim(request.caller());
        if (unlawful.isPresent()) {
            return unlawful;
        }
        Settings settings = around.settings();
        if (around.directory().size() >= settings.claimsMax()) {
            return tooMany("this node has MAX_COD_CLAIMS claims already");
        }
        if (around.directory().countOf(request.caller().user()) >= settings.claimsPerUserMax()) {
            return tooMany("you have MAX_COD_CLAIMS_PER_USER claims here already");
        }
        return around.journal()
                .refusal()
                .map(
                        full ->
                                new Decision.Refuse(
                                        CaResult.FAILURE,
                                        full,
                                        "nothing was changed; make space and try again"));
    }

    private static Optional<Decision.Refuse> tooMany(String hint) {
        return Optional.of(
                new Decision.Refuse(CaResult.FAILURE, "Can't create new COD claim", hint));
    }

    private void refuse(Request request, Decision.Refuse why) {
        request.replyTo().tell(StatusReply.success(around.authority().refusal(why)));
    }

    /**
     * The slot for a request: of those whose ad satisfies it the one with the fewest claims, then
     * the lower State, then the lower CurrentRank. The slot's own START is not asked.
     */
    private Optional<SlotName> choose(ApiRequest.RequestClaim request) {
        Optional<SlotName> named = request.target().name().flatMap(SlotName::parse);
        Comparator<SlotName> preference =
                Comparator.<SlotName>comparingInt(around.directory()::countOf)
                        .thenComparingInt(name -> stateOrder(around.slotAds().of(name)))
                        .thenComparingDouble(
                                name -> around.slotAds().of(name).getReal("CurrentRank").orElse(0));
        return around.slotAds().names().stream()
                .filter(name -> named.isEmpty() || named.get().slotId() == name.slotId())
                .filter(
                        name ->
                                around.directory().countOf(name)
                                        < around.settings().claimsPerSlotMax())
                .filter(
                        name ->
                                request.requirements().isEmpty()
                                        || Applications.satisfies(
                                                request.requirements().get(),
                                                around.slotAds().of(name)))
                .min(preference);
    }

    private static int stateOrder(ClassAd slot) {
        int place = STATE_ORDER.indexOf(slot.getString("State").orElse(""));
        return place < 0 ? STATE_ORDER.size() : place;
    }

    private void create(Request request, SlotName slot) {
        Moment now = around.clock().now();
        ClaimId id = ClaimId.create(around.address(), around.birthday(), ++lastSequence);
        OptionalLong seconds = request.request().leaseSeconds();
        OptionalLong length =
                seconds.isPresent() ? seconds : around.settings().defaultLeaseSeconds();
        Optional<Lease> lease =
                length.isPresent()
                        ? Optional.of(new Lease(length.getAsLong(), now))
                        : Optional.empty();
        ClaimEvent.Requested event =
                new ClaimEvent.Requested(
                        now.wallMillis(),
                        id,
                        slot,
                        request.caller().user(),
                        request.caller().domain(),
                        request.caller().clientHost(),
                        lease);
        ClaimState state = ClaimState.apply(null, event);
        around.directory().add(state);
        ClassAd ad =
                SlotClaimsAd.with(
                        around.slotAds().of(slot),
                        around.directory(),
                        slot,
                        around.settings().listedInAd(),
                        Optional.of(ClaimView.of(state)));
        ActorRef<ClaimActor.Command> actor = spawn(id.sequence());
        actor.tell(new ClaimActor.Create(event, ad, request.replyTo()));
        around.directory().present(id.sequence(), actor);
        if (lease.isPresent()) {
            watchLease(id.sequence(), now);
            armLeaseTimer(now);
        }
        settle(id.sequence());
    }

    // --- actors come and go

    private Behavior<Command> onDeliver(Deliver deliver) {
        ClaimActor.Serve serve = deliver.serve();
        switch (around.directory().tell(serve.request().id(), serve)) {
            case TOO_MANY ->
                    serve.replyTo()
                            .tell(
                                    StatusReply.error(
                                            new ApiException(
                                                    ApiException.Code.BUSY,
                                                    "too many requests wait for claim "
                                                            + serve.request().id(),
                                                    "wait until some of them are answered")));
            case UNKNOWN ->
                    serve.replyTo()
                            .tell(
                                    StatusReply.success(
                                            around.authority().notFound(serve.request().id())));
            case TOLD, AWAY -> {}
        }
        return this;
    }

    private Behavior<Command> bring(long sequence) {
        if (around.directory().id(sequence).isPresent()) {
            around.directory().present(sequence, spawn(sequence));
            settle(sequence);
        }
        return this;
    }

    private ActorRef<ClaimActor.Command> spawn(long sequence) {
        ActorRef<ClaimActor.Command> actor =
                getContext().spawn(ClaimActor.create(sequence, forClaims), "claim-" + sequence);
        getContext().watchWith(actor, new Terminated(sequence));
        return actor;
    }

    /** Counts a claim among those in memory, and lets the one go that has been there longest. */
    private void settle(long sequence) {
        resident.add(sequence);
        int tries = 2;
        while (resident.size() > around.settings().residentIdleMax() && tries-- > 0) {
            long oldest = resident.iterator().next();
            resident.remove(oldest);
            if (!around.directory().dismiss(oldest) && around.directory().id(oldest).isPresent()) {
                resident.add(oldest); // active: it has to stay
            }
        }
    }

    private Behavior<Command> onRecovered(Recovered recovered) {
        stillComing.remove(recovered.sequence());
        tellIfReady();
        return this;
    }

    private Behavior<Command> onGone(Gone gone) {
        forgetLease(gone.sequence());
        around.directory().remove(gone.sequence());
        return this;
    }

    private Behavior<Command> onTerminated(Terminated terminated) {
        long sequence = terminated.sequence();
        resident.remove(sequence);
        if (around.directory().away(sequence)) {
            bring(sequence);
        }
        return this;
    }

    // --- leases

    private void watchLease(long sequence, Moment now) {
        around.directory()
                .lease(sequence)
                .ifPresent(
                        lease ->
                                watchLease(
                                        sequence, now.bootMillis() + lease.remainingMillis(now)));
    }

    private void watchLease(long sequence, long bootMillis) {
        Due due = new Due(bootMillis, sequence);
        leases.add(due);
        leaseOf.put(sequence, due);
    }

    private void armLeaseTimer(Moment now) {
        if (!leases.isEmpty()) {
            long left = leases.first().bootMillis() - now.bootMillis();
            long delay = Math.max(1, Math.min(left, LEASE_LOOK_MILLIS_MAX));
            timers.startSingleTimer(LeaseCheck.INSTANCE, Duration.ofMillis(delay));
        }
    }

    private void forgetLease(long sequence) {
        Due due = leaseOf.remove(sequence);
        if (due != null) {
            leases.remove(due);
        }
    }

    private Behavior<Command> onLeaseChanged(LeaseChanged lease) {
        Moment now = around.clock().now();
        forgetLease(lease.sequence());
        watchLease(lease.sequence(), now);
        armLeaseTimer(now);
        return this;
    }

    /** A renewed lease is found out here, so that renewing itself costs nothing. */
    private Behavior<Command> onLeaseCheck(LeaseCheck check) {
        Moment now = around.clock().now();
        while (!leases.isEmpty() && leases.first().bootMillis() <= now.bootMillis()) {
            long sequence = leases.pollFirst().sequence();
            leaseOf.remove(sequence);
            Optional<Lease> lease = around.directory().lease(sequence);
            if (lease.isEmpty()) {
                continue;
            }
            if (lease.get().isOver(now)) {
                around.directory()
                        .id(sequence)
                        .ifPresent(id -> around.directory().tell(id, ClaimActor.LeaseDue.INSTANCE));
                // Should the journal be unable to take it, it is tried again.
                watchLease(sequence, now.bootMillis() + LEASE_RETRY_MILLIS);
            } else {
                watchLease(sequence, now.bootMillis() + lease.get().remainingMillis(now));
            }
        }
        armLeaseTimer(now);
        return this;
    }

    private Behavior<Command> onStopAll(StopAll stop) {
        around.directory()
                .all()
                .filter(view -> view.run().isPresent())
                .forEach(
                        view ->
                                around.directory()
                                        .tell(view.id(), new ClaimActor.NodeStops(stop.fast())));
        return this;
    }
}
