// SPDX-License-Identifier: Apache-2.0
package roost.guest;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.actor.typed.receptionist.Receptionist;
import akka.actor.typed.receptionist.ServiceKey;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import roost.api.Wire;
import roost.capture.HostFacts;
import roost.guest.GuestEvent.Guest;
import roost.guest.GuestEvent.Guests;
import roost.id.NodeAddress;
import roost.id.SlotName;
import roost.job.Initiator;
import roost.job.JobSpec;
import roost.slot.BatchEvent;
import roost.slot.SlotActor;
import roost.slot.SlotActor.SlotUpdate;

/**
 * The runs of other nodes' jobs on this node's slots.
 *
 * <p>Parent: the node's guardian. The queues' nodes give the orders ({@link Start}, {@link Attach},
 * {@link End}, {@link Checkpoint}, {@link Forget}, {@link Census}) and are told what the slots say
 * ({@link GuestNews}). Durable: which runs there are, from before their start until the queue's
 * node has made their end durable. After a recovery every one is taken up again before the slots
 * begin to give orders, so that nobody else gets its slot.
 */
public final class GuestsActor
        extends EventSourcedBehavior<GuestsActor.Command, GuestEvent, Guests> {

    /** Under what hosts are found. */
    public static final ServiceKey<Command> KEY = ServiceKey.create(Command.class, "roost-host");

    /** What can be said to a host. */
    public sealed interface Command {}

    /** A queue wants to know this host and its slots from now on. */
    public record ShowSlots(ActorRef<HostNews> to) implements Command, Wire {}

    /** Run a job. Does nothing but tell the story so far if the run is here already. */
    public record Start(RunKey key, SlotName slot, JobSpec spec, ActorRef<GuestNews> to)
            implements Command, Wire {}

    /** Say how a run is, and from now on what happens to it. */
    public record Attach(RunKey key, ActorRef<GuestNews> to) implements Command, Wire {}

    /** End a run. */
    public record End(RunKey key, SlotActor.How how, String reason) implements Command, Wire {}

    /** Have the program write an image and go on. */
    public record Checkpoint(RunKey key, String reason) implements Command, Wire {}

    /** The run's end is durable with its queue. */
    public record Forget(RunKey key, ActorRef<GuestNews> to) implements Command, Wire {}

    /**
     * The runs that a queue has on this host; others of that queue are left over and not wanted.
     */
    public record Census(NodeAddress queue, List<RunKey> live) implements Command, Wire {}

    /** The node is ready: other nodes may use it. */
    public enum Open implements Command {
        INSTANCE
    }

    /** The node stops: every guest has to go. */
    public record Stop(boolean fast) implements Command {}

    private record FromSlot(RunKey key, BatchEvent event) implements Command {}

    private record SlotNews(SlotUpdate update) implements Command {}

    private record QueueGone(ActorRef<HostNews> queue) implements Command {}

    private record StopOverdue(boolean fast) implements Command {}

    private enum LeaseLook implements Command {
        INSTANCE
    }

    /**
     * What a host needs to know.
     *
     * @param facts of this machine
     * @param execute where runs get their directories
     * @param mayRunFor whether this node can run a job as this account
     * @param stopPatience how long a queue's node may take to end its runs when this node stops
     * @param lease how long a run may go on without a word from its queue's node, unless its job
     *     says
     */
    public record Settings(
            NodeAddress address,
            String machine,
            HostFacts facts,
            Path execute,
            Predicate<Optional<String>> mayRunFor,
            Duration stopPatience,
            Duration lease) {}

    /**
     * The guests of an earlier life have been taken up again.
     *
     * @param directories their sandboxes
     */
    public record Recovered(Set<Path> directories) {}

    /** What the directories of guests' runs begin with. */
    public static final String SANDBOX_PREFIX = "guest_";

    private static final int SNAPSHOT_EVERY = 50;
    private static final Duration LEASE_LOOK = Duration.ofSeconds(1);

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final Settings settings;
    private final Map<SlotName, ActorRef<SlotActor.Command>> slots;
    private final ActorRef<Recovered> recovered;
    private final Map<SlotName, SlotUpdate> latest = new HashMap<>();
    private final Set<ActorRef<HostNews>> queues = new HashSet<>();
    private final Map<RunKey, ActorRef<GuestNews>> owners = new HashMap<>();
    private final Map<RunKey, ActorRef<BatchEvent>> ears = new HashMap<>();

    private final Leases leases;

    /** Runs that nobody wants: forgotten as soon as they have ended. */
    private final Set<RunKey> unwanted = new HashSet<>();

    /**
     * @param slots every slot of this node
     * @param recovered told once the guests of an earlier life have been taken up again
     */
    public static Behavior<Command> create(
            Settings settings,
            Map<SlotName, ActorRef<SlotActor.Command>> slots,
            ActorRef<Recovered> recovered) {
        return Behaviors.setup(
                context ->
                        Behaviors.withTimers(
                                timers ->
                                        new GuestsActor(
                                                context, timers, settings, slots, recovered)));
    }

    private GuestsActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Settings settings,
            Map<SlotName, ActorRef<SlotActor.Command>> slots,
            ActorRef<Recovered> recovered) {
        super(
                PersistenceId.ofUniqueId("guests"),
                SupervisorStrategy.restartWithBackoff(
                        Duration.ofMillis(100), Duration.ofSeconds(5), 0.1));
        this.context = context;
        this.timers = timers;
        this.settings = settings;
        this.slots = slots;
        this.recovered = recovered;
        this.leases = new Leases(settings.lease());
        timers.startTimerWithFixedDelay(LeaseLook.INSTANCE, LEASE_LOOK);
        ActorRef<SlotUpdate> updates = context.messageAdapter(SlotUpdate.class, SlotNews::new);
        slots.values().forEach(slot -> slot.tell(new SlotActor.Listen(updates)));
    }

    @Override
    public Guests emptyState() {
        return Guests.NONE;
    }

    @Override
    public EventHandler<Guests, GuestEvent> eventHandler() {
        return Guests::apply;
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, 1).withDeleteEventsOnSnapshot();
    }

    @Override
    public SignalHandler<Guests> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::onRecovered)
                .build();
    }

    @Override
    public CommandHandler<Command, GuestEvent, Guests> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(Start.class, this::onStart)
                .onCommand(Attach.class, this::onAttach)
                .onCommand(End.class, this::onEnd)
                .onCommand(Checkpoint.class, this::onCheckpoint)
                .onCommand(Forget.class, this::onForget)
                .onCommand(Census.class, this::onCensus)
                .onCommand(FromSlot.class, this::onSlotSays)
                .onCommand(ShowSlots.class, this::onShowSlots)
                .onCommand(SlotNews.class, this::onSlotNews)
                .onCommand(QueueGone.class, this::onQueueGone)
                .onCommand(Open.class, this::onOpen)
                .onCommand(Stop.class, this::onStop)
                .onCommand(StopOverdue.class, this::onStopOverdue)
                .onCommand(LeaseLook.class, this::onLeaseLook)
                .build();
    }

    // --- this node

    private void onRecovered(Guests state) {
        // A failed write of the journal brings one here as well, and takes the children along.
        ears.values().forEach(context::stop);
        ears.clear();
        state.present().forEach(this::reattach);
        recovered.tell(
                new Recovered(
                        state.present().stream()
                                .map(guest -> Path.of(guest.directory()))
                                .collect(Collectors.toSet())));
    }

    private Effect<GuestEvent, Guests> onOpen(Open open) {
        context.getSystem().receptionist().tell(Receptionist.register(KEY, context.getSelf()));
        return Effect().none();
    }

    private Effect<GuestEvent, Guests> onShowSlots(ShowSlots show) {
        if (queues.add(show.to())) {
            context.watchWith(show.to(), new QueueGone(show.to()));
        }
        show.to()
                .tell(
                        new HostNews.HostIs(
                                settings.address(), settings.machine(), settings.facts()));
        latest.values().forEach(update -> show.to().tell(slotIs(update)));
        return Effect().none();
    }

    private Effect<GuestEvent, Guests> onQueueGone(QueueGone gone) {
        queues.remove(gone.queue());
        return Effect().none();
    }

    private Effect<GuestEvent, Guests> onSlotNews(SlotNews news) {
        latest.put(news.update().name(), news.update());
        queues.forEach(queue -> queue.tell(slotIs(news.update())));
        return Effect().none();
    }

    private HostNews slotIs(SlotUpdate update) {
        return new HostNews.SlotIs(
                settings.address(), update.name(), update.ad(), update.acceptsBatch());
    }

    /** Their queues are asked to end them, because why is for them to record. */
    private Effect<GuestEvent, Guests> onStop(Guests state, Stop stop) {
        for (Guest guest : state.present()) {
            say(
                    guest.key(),
                    new BatchEvent.MustLeave(Initiator.NODE, stop.fast(), "the node stopped"));
        }
        timers.startSingleTimer(
                StopOverdue.class, new StopOverdue(stop.fast()), settings.stopPatience());
        return Effect().none();
    }

    private Effect<GuestEvent, Guests> onStopOverdue(Guests state, StopOverdue overdue) {
        SlotActor.How how = overdue.fast() ? SlotActor.How.FAST : SlotActor.How.GRACEFUL;
        for (Guest guest : state.present()) {
            tellSlot(guest, new SlotActor.EndBatch(guest.id(), how, "the node stopped"));
        }
        return Effect().none();
    }

    /** An image is worth the same whoever asked for it; a queue that comes back goes on from it. */
    private Effect<GuestEvent, Guests> onLeaseLook(Guests state, LeaseLook look) {
        for (Guest guest : leases.over(state.present(), System.nanoTime())) {
            leases.heard(guest.key(), System.nanoTime());
            context.getLog().info("job={} ends: its queue's node was silent too long", guest.key());
            tellSlot(
                    guest,
                    new SlotActor.EndBatch(
                            guest.id(),
                            SlotActor.How.GRACEFUL,
                            "the queue's node was out of reach for the time of the job's lease"));
        }
        return Effect().none();
    }

    // --- orders

    private Effect<GuestEvent, Guests> onStart(Guests state, Start start) {
        leases.heard(start.key(), System.nanoTime());
        owners.put(start.key(), start.to());
        Optional<Guest> already = state.get(start.key());
        if (already.isPresent()) {
            reattach(already.get());
            return Effect().none();
        }
        Optional<String> refusal = refusal(start);
        if (refusal.isPresent()) {
            say(start.key(), new BatchEvent.Refused(refusal.get()));
            owners.remove(start.key());
            return Effect().none();
        }
        String name = SANDBOX_PREFIX + start.key().job() + "." + start.key().run() + ".";
        Path directory =
                settings.execute().resolve(name + state.next() + "." + System.currentTimeMillis());
        Guest guest =
                new Guest(
                        start.key(),
                        state.next(),
                        start.slot(),
                        start.spec(),
                        directory.toString());
        return Effect()
                .persist(new GuestEvent.Admitted(guest))
                .thenRun(
                        after ->
                                tellSlot(
                                        guest,
                                        new SlotActor.StartBatch(
                                                guest.id(),
                                                guest.spec(),
                                                directory,
                                                ear(guest.key()))));
    }

    private Optional<String> refusal(Start start) {
        if (!slots.containsKey(start.slot())) {
            return Optional.of(settings.machine() + " has no slot " + start.slot());
        }
        if (!settings.mayRunFor().test(start.spec().owner())) {
            return Optional.of(
                    settings.machine()
                            + " cannot run jobs as user "
                            + start.spec().owner().orElse("?"));
        }
        return Optional.empty();
    }

    private Effect<GuestEvent, Guests> onAttach(Guests state, Attach attach) {
        Optional<Guest> guest = state.get(attach.key());
        if (guest.isEmpty()) {
            attach.to().tell(new GuestNews.Unknown(attach.key()));
            return Effect().none();
        }
        leases.heard(attach.key(), System.nanoTime());
        owners.put(attach.key(), attach.to());
        reattach(guest.get());
        return Effect().none();
    }

    /** The slot tells the whole story once more. */
    private void reattach(Guest guest) {
        tellSlot(
                guest,
                new SlotActor.ReattachBatch(
                        guest.id(), guest.spec(), Path.of(guest.directory()), ear(guest.key())));
    }

    private Effect<GuestEvent, Guests> onEnd(Guests state, End end) {
        state.get(end.key())
                .ifPresent(
                        guest ->
                                tellSlot(
                                        guest,
                                        new SlotActor.EndBatch(
                                                guest.id(), end.how(), end.reason())));
        return Effect().none();
    }

    private Effect<GuestEvent, Guests> onCheckpoint(Guests state, Checkpoint order) {
        state.get(order.key())
                .ifPresent(
                        guest ->
                                tellSlot(
                                        guest,
                                        new SlotActor.CheckpointBatch(
                                                Optional.of(guest.id()), order.reason())));
        return Effect().none();
    }

    private Effect<GuestEvent, Guests> onForget(Guests state, Forget forget) {
        Optional<Guest> guest = state.get(forget.key());
        if (guest.isEmpty()) {
            forget.to().tell(new GuestNews.Forgotten(forget.key()));
            return Effect().none();
        }
        return forget(guest.get(), () -> forget.to().tell(new GuestNews.Forgotten(forget.key())));
    }

    private Effect<GuestEvent, Guests> forget(Guest guest, Runnable then) {
        return Effect()
                .persist(new GuestEvent.Left(guest.key()))
                .thenRun(
                        after -> {
                            tellSlot(guest, new SlotActor.ForgetBatch(guest.id()));
                            owners.remove(guest.key());
                            unwanted.remove(guest.key());
                            leases.forget(guest.key());
                            Optional.ofNullable(ears.remove(guest.key())).ifPresent(context::stop);
                            then.run();
                        });
    }

    private Effect<GuestEvent, Guests> onCensus(Guests state, Census census) {
        for (Guest guest : state.present()) {
            if (guest.key().queue().equals(census.queue())
                    && !census.live().contains(guest.key())) {
                context.getLog().info("job={} is not wanted any more; killing it", guest.key());
                unwanted.add(guest.key());
                tellSlot(
                        guest,
                        new SlotActor.EndBatch(
                                guest.id(), SlotActor.How.FAST, "its queue does not know it"));
                reattach(guest); // it may have ended already
            }
        }
        return Effect().none();
    }

    // --- what the slots say

    private Effect<GuestEvent, Guests> onSlotSays(Guests state, FromSlot from) {
        Optional<Guest> guest = state.get(from.key());
        if (guest.isEmpty()) {
            return Effect().none();
        }
        BatchEvent event = from.event();
        if (unwanted.contains(from.key()) && isEnd(event)) {
            return forget(guest.get(), () -> {});
        }
        if (event instanceof BatchEvent.Refused) {
            ActorRef<GuestNews> owner = owners.get(from.key());
            return forget(
                    guest.get(),
                    () -> {
                        if (owner != null) {
                            owner.tell(new GuestNews.Said(from.key(), event));
                        }
                    });
        }
        say(from.key(), event);
        return Effect().none();
    }

    private static boolean isEnd(BatchEvent event) {
        return event instanceof BatchEvent.Exited
                || event instanceof BatchEvent.Lost
                || event instanceof BatchEvent.StartFailed
                || event instanceof BatchEvent.Refused;
    }

    private void say(RunKey key, BatchEvent event) {
        ActorRef<GuestNews> owner = owners.get(key);
        if (owner != null) {
            owner.tell(new GuestNews.Said(key, event));
        }
    }

    // --- what several need

    private void tellSlot(Guest guest, SlotActor.Command order) {
        ActorRef<SlotActor.Command> slot = slots.get(guest.slot());
        if (slot != null) {
            slot.tell(order);
        } else {
            ear(guest.key()).tell(new BatchEvent.Lost(guest.slot() + " does not exist any more"));
        }
    }

    /** One for each run, because the slots do not say of which they speak. */
    private ActorRef<BatchEvent> ear(RunKey key) {
        ActorRef<Command> self = context.getSelf();
        Function<RunKey, ActorRef<BatchEvent>> made =
                run ->
                        context.spawnAnonymous(
                                Behaviors.receiveMessage(
                                        event -> {
                                            self.tell(new FromSlot(run, event));
                                            return Behaviors.same();
                                        }));
        return ears.computeIfAbsent(key, made);
    }
}
