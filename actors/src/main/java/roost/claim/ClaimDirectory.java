// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import akka.actor.typed.ActorRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import roost.id.ClaimId;
import roost.id.SlotName;

/**
 * All claims of this node, whether their actors are in memory or not. Safe for use by any thread; a
 * claim is found and told something in constant time, without a hop over another actor when its own
 * is there.
 *
 * <p>A claim's actor may leave memory while it is idle. The lock of its entry makes sure that it
 * gets everything that was sent to it before it was told to leave, and that what comes later waits
 * until it is gone, when a new one is made.
 */
public final class ClaimDirectory {

    /** Whether a claim's actor is in memory. */
    private enum Presence {
        /** No actor; one is made when something is sent. */
        AWAY,
        PRESENT,
        /** Was told to leave; what is sent waits. */
        LEAVING,
        /** Is being made; what is sent waits. */
        COMING
    }

    /** How many commands may wait for one claim's actor, there or not. */
    private static final int WAITING_MAX = 1000;

    private static final int SHARED_MAX = 10_000;

    /** What became of something that was sent. */
    public enum Told {
        TOLD,
        UNKNOWN,
        TOO_MANY,
        /** The claim's actor is not in memory; {@link ClaimsActor.Deliver} brings it. */
        AWAY
    }

    private static final class Entry {
        private ClaimView view;
        private Lease lease;
        private Presence presence = Presence.AWAY;
        private ActorRef<ClaimActor.Command> actor;
        private List<ClaimActor.Command> waiting;
        private int untaken;

        private Entry(ClaimView view, Lease lease) {
            this.view = view;
            this.lease = lease;
        }
    }

    private static final class SlotClaims {
        private final ConcurrentSkipListMap<Long, Entry> bySequence = new ConcurrentSkipListMap<>();
        private final AtomicInteger count = new AtomicInteger();
    }

    private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
    private final Map<SlotName, SlotClaims> slots = new ConcurrentHashMap<>();
    private final Map<String, Integer> users = new ConcurrentHashMap<>();
    private final Map<Object, Object> shared = new ConcurrentHashMap<>();
    private volatile Consumer<Long> waker = sequence -> {};

    /** Who makes the actor of a claim that something was sent to. */
    void onNeed(Consumer<Long> newWaker) {
        waker = newWaker;
    }

    public int size() {
        return entries.size();
    }

    /** How many claims a slot has. */
    public int countOf(SlotName slot) {
        SlotClaims claims = slots.get(slot);
        return claims == null ? 0 : claims.count.get();
    }

    int countOf(String user) {
        return users.getOrDefault(user, 0);
    }

    /** The claim with exactly this id, cookie and all. */
    public Optional<ClaimView> find(ClaimId id) {
        Entry entry = entries.get(id.sequence());
        if (entry == null) {
            return Optional.empty();
        }
        synchronized (entry) {
            return entry.view.id().equals(id) ? Optional.of(entry.view) : Optional.empty();
        }
    }

    /** A slot's claims in the order of their creation; at most that many. */
    public List<ClaimView> onSlot(SlotName slot, int most) {
        SlotClaims claims = slots.get(slot);
        List<ClaimView> views = new ArrayList<>();
        if (claims != null) {
            for (Entry entry : claims.bySequence.values()) {
                if (views.size() == most) {
                    break;
                }
                views.add(view(entry));
            }
        }
        return views;
    }

    /** A user's claims. Looks at every claim. */
    public List<ClaimView> ofUser(String user) {
        return all().filter(view -> view.user().equals(user)).toList();
    }

    /** Every claim. */
    public Stream<ClaimView> all() {
        return entries.values().stream().map(ClaimDirectory::view);
    }

    private static ClaimView view(Entry entry) {
        synchronized (entry) {
            return entry.view;
        }
    }

    /**
     * Sends a request to a claim's actor if it is in memory.
     *
     * @param send sends exactly one {@link ClaimActor.Serve}; runs under the claim's lock
     */
    public Told tellPresent(ClaimId id, Consumer<ActorRef<ClaimActor.Command>> send) {
        Entry entry = entries.get(id.sequence());
        if (entry == null) {
            return Told.UNKNOWN;
        }
        synchronized (entry) {
            if (!entry.view.id().equals(id) || entries.get(id.sequence()) != entry) {
                return Told.UNKNOWN;
            }
            if (entry.presence != Presence.PRESENT) {
                return Told.AWAY;
            }
            if (entry.untaken >= WAITING_MAX) {
                return Told.TOO_MANY;
            }
            entry.untaken++;
            send.accept(entry.actor);
            return Told.TOLD;
        }
    }

    /** Sends something to a claim's actor, which is made if it is not there. */
    Told tell(ClaimId id, ClaimActor.Command command) {
        Entry entry = entries.get(id.sequence());
        if (entry == null) {
            return Told.UNKNOWN;
        }
        boolean wake = false;
        synchronized (entry) {
            if (!entry.view.id().equals(id) || entries.get(id.sequence()) != entry) {
                return Told.UNKNOWN;
            }
            boolean request = command instanceof ClaimActor.Serve;
            if (request && entry.untaken >= WAITING_MAX) {
                return Told.TOO_MANY;
            }
            entry.untaken += request ? 1 : 0;
            if (entry.presence == Presence.PRESENT) {
                entry.actor.tell(command);
                return Told.TOLD;
            }
            if (entry.waiting == null) {
                entry.waiting = new ArrayList<>(2);
            }
            entry.waiting.add(command);
            if (entry.presence == Presence.AWAY) {
                entry.presence = Presence.COMING;
                wake = true;
            }
        }
        if (wake) {
            waker.accept(id.sequence());
        }
        return Told.TOLD;
    }

    /** A claim's actor has begun with a request. */
    void taken(long sequence) {
        Entry entry = entries.get(sequence);
        if (entry != null) {
            synchronized (entry) {
                entry.untaken--;
            }
        }
    }

    // --- what the claims' parent and the claims themselves keep up to date

    void add(ClaimState state) {
        Claim claim = state.claim();
        Entry entry = new Entry(compact(ClaimView.of(state)), compact(claim.lease()));
        if (entries.putIfAbsent(claim.id().sequence(), entry) != null) {
            throw new IllegalStateException("claim " + claim.id() + " is there already");
        }
        SlotClaims slot = slots.computeIfAbsent(claim.slot(), name -> new SlotClaims());
        slot.bySequence.put(claim.id().sequence(), entry);
        slot.count.incrementAndGet();
        users.merge(claim.user(), 1, Integer::sum);
    }

    void update(ClaimState state) {
        Entry entry = entries.get(state.claim().id().sequence());
        if (entry != null) {
            synchronized (entry) {
                entry.view = ClaimView.of(state).sameClaimAs(entry.view);
                entry.lease = compact(state.claim().lease());
            }
        }
    }

    /** The same view, sharing what many claims have in common: there may be very many. */
    private ClaimView compact(ClaimView view) {
        ClaimId id = view.id();
        return new ClaimView(
                new ClaimId(share(id.node()), id.birthday(), id.sequence(), id.cookie()),
                share(view.slot()),
                share(view.user()),
                share(view.clientHost()),
                view.state(),
                view.since(),
                view.run(),
                view.trouble());
    }

    private Lease compact(Optional<Lease> lease) {
        return lease.map(
                        l ->
                                new Lease(
                                        l.lengthSeconds(),
                                        new Moment(
                                                l.renewed().wallMillis(),
                                                share(l.renewed().boot()),
                                                l.renewed().bootMillis())))
                .orElse(null);
    }

    @SuppressWarnings("unchecked")
    private <T> T share(T value) {
        if (shared.size() > SHARED_MAX) {
            shared.clear();
        }
        return (T) shared.computeIfAbsent(value, same -> same);
    }

    /** The claim is gone; what waited for it is handed back. */
    List<ClaimActor.Command> remove(long sequence) {
        Entry entry = entries.remove(sequence);
        if (entry == null) {
            return List.of();
        }
        synchronized (entry) {
            SlotClaims slot = slots.get(entry.view.slot());
            slot.bySequence.remove(sequence);
            slot.count.decrementAndGet();
            users.merge(entry.view.user(), -1, (had, less) -> had == 1 ? null : had + less);
            return entry.waiting == null ? List.of() : entry.waiting;
        }
    }

    /** A claim's actor is there; it is given what waited. */
    void present(long sequence, ActorRef<ClaimActor.Command> actor) {
        Entry entry = entries.get(sequence);
        if (entry == null) {
            return;
        }
        synchronized (entry) {
            entry.actor = actor;
            entry.presence = Presence.PRESENT;
            if (entry.waiting != null) {
                entry.waiting.forEach(actor::tell);
                entry.waiting = null;
            }
        }
    }

    /**
     * Tells an idle claim's actor to leave memory.
     *
     * @return whether it was told; it was not if the claim is active, or its actor away already
     */
    boolean dismiss(long sequence) {
        Entry entry = entries.get(sequence);
        if (entry == null) {
            return false;
        }
        synchronized (entry) {
            if (entry.presence != Presence.PRESENT || entry.view.run().isPresent()) {
                return false;
            }
            entry.presence = Presence.LEAVING;
            entry.actor.tell(ClaimActor.Leave.INSTANCE);
            return true;
        }
    }

    /** A claim did not leave after all, because it had become active. */
    void stays(long sequence, ActorRef<ClaimActor.Command> actor) {
        present(sequence, actor);
    }

    /**
     * A claim's actor is gone.
     *
     * @return whether one is needed again at once, because something waits for it
     */
    boolean away(long sequence) {
        Entry entry = entries.get(sequence);
        if (entry == null) {
            return false;
        }
        synchronized (entry) {
            entry.actor = null;
            boolean needed = entry.waiting != null || entry.view.run().isPresent();
            entry.presence = needed ? Presence.COMING : Presence.AWAY;
            return needed;
        }
    }

    /** The claim's lease as it now is. */
    Optional<Lease> lease(long sequence) {
        Entry entry = entries.get(sequence);
        if (entry == null) {
            return Optional.empty();
        }
        synchronized (entry) {
            return Optional.ofNullable(entry.lease);
        }
    }

    Optional<ClaimId> id(long sequence) {
        Entry entry = entries.get(sequence);
        return entry == null ? Optional.empty() : Optional.of(view(entry).id());
    }
}
