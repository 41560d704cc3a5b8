// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import roost.api.ApiEvent;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.id.SlotName;
import roost.job.Initiator;
import roost.job.JobActor;
import roost.job.JobNews;
import roost.job.JobSpec;
import roost.job.Preparation;
import roost.job.Sandbox;
import roost.slot.SlotArbiter.Phase;
import roost.slot.SlotArbiter.Want;

/**
 * One slot of this node: at most one batch job, any number of COD jobs.
 *
 * <p>Parent: the node's actor. Claims tell it what they want of their COD jobs, the queue gives it
 * batch jobs; who runs when is {@link SlotArbiter}'s decision, and {@link JobActor}s, its children,
 * carry it out. Nothing here is durable: until {@link Begin} the slot only takes up the jobs that
 * claims and the queue remember, and gives no orders.
 *
 * <p>The end of a COD job lets the batch job go on at once, before anything about it is journaled.
 */
public final class SlotActor extends AbstractBehavior<SlotActor.Command> {

    /** What a slot can be told. */
    public sealed interface Command {}

    /** Run a batch job. The answer is a {@link BatchEvent}, and more of them follow. */
    public record StartBatch(JobId id, JobSpec spec, Path jobDir, ActorRef<BatchEvent> events)
            implements Command {}

    /**
     * Take up a batch job that an earlier life of the node started: found again with the same pid,
     * or found ended, or lost.
     */
    public record ReattachBatch(JobId id, JobSpec spec, Path jobDir, ActorRef<BatchEvent> events)
            implements Command {}

    /**
     * End the batch job; nothing happens if the slot has another.
     *
     * @param reason why, for the image that it may write
     */
    public record EndBatch(JobId id, How how, String reason) implements Command {}

    /** How a batch job is ended. */
    public enum How {
        /** It writes an image and exits; one that is not checkpointed gets its kill signal. */
        GRACEFUL,
        /** It gets its kill signal, and no image is needed. */
        SOFT,
        /** It is killed at once. */
        FAST
    }

    /**
     * Have the batch job write an image and go on; how that goes is told by {@link BatchEvent}s.
     *
     * @param id the job that is meant; empty for whichever is there
     */
    public record CheckpointBatch(Optional<JobId> id, String reason) implements Command {}

    /** The batch job's end is durable: its sandbox and its exit record may go. */
    public record ForgetBatch(JobId id) implements Command {}

    /** Names one run of a COD job. */
    public record CodKey(long claim, int activation) {}

    /**
     * A COD job will start as soon as that is durable: what takes as long, making its sandbox and
     * stopping the batch job, may be done already. {@link StartCod} follows, or {@link
     * ExpectNoCod}.
     */
    public record PrepareCod(CodKey key, JobSpec spec, Path sandbox, ActorRef<JobNews> events)
            implements Command {}

    /**
     * The stopped COD job of a claim will continue as soon as that is durable: the batch job may be
     * stopped already. {@link WantCod} follows, or {@link ExpectNoCod}.
     */
    public record ExpectCod(long claim) implements Command {}

    /** What was prepared or expected of the claim does not come. */
    public record ExpectNoCod(long claim) implements Command {}

    /** Run the COD job that was prepared, as soon as the batch job is stopped. */
    public record StartCod(CodKey key) implements Command {}

    /** Take up a COD job that an earlier life of the node started. */
    public record ReattachCod(
            CodKey key,
            JobSpec spec,
            Path sandbox,
            Want want,
            Duration grace,
            ActorRef<JobNews> events)
            implements Command {}

    /**
     * What is now wanted of a COD job.
     *
     * @param grace how long it has, for {@link Want#END}
     */
    public record WantCod(CodKey key, Want want, Duration grace) implements Command {}

    /** The COD job's end is durable: its sandbox and its exit record may go. */
    public record ForgetCod(CodKey key) implements Command {}

    /** A COD claim on this slot came, went or changed: the ad is out of date. */
    public enum ClaimsChanged implements Command {
        INSTANCE
    }

    /** All claims have taken up their jobs: begin to give orders. */
    public enum Begin implements Command {
        INSTANCE
    }

    /**
     * A slot as it now is, sent to those who registered, at every change; changes that follow each
     * other quickly are told as one.
     *
     * @param acceptsBatch whether a batch job could start there now
     */
    public record SlotUpdate(
            SlotName name, ClassAd ad, boolean acceptsBatch, ActorRef<Command> slot) {}

    /** Register for {@link SlotUpdate}; the present state is sent at once. */
    public record Listen(ActorRef<SlotUpdate> listener) implements Command {}

    /** How is the slot now? The answer is its ad, with every change of which anybody was told. */
    public record Describe(ActorRef<ClassAd> replyTo) implements Command {}

    private record FromBatch(Entry run, JobNews news) implements Command {}

    private record FromCod(CodKey key, JobNews news) implements Command {}

    private record BatchActorDied(JobId id, Entry run) implements Command {}

    private record CodActorDied(CodKey key) implements Command {}

    private enum Refresh implements Command {
        INSTANCE
    }

    private enum Settled implements Command {
        INSTANCE
    }

    /**
     * What a slot needs to know.
     *
     * @param quiet how long after an update the next one waits, so that many changes make one
     * @param refresh how often the policy, and facts that change by themselves, are looked at
     * @param policy what the machine's owner wants, as the configuration now says
     */
    public record Settings(Duration quiet, Duration refresh, Supplier<OwnerPolicy> policy) {}

    /** How the slot's ad is made from its state. */
    @FunctionalInterface
    public interface AdMaker {
        ClassAd ad(SlotView view);
    }

    /** A batch or COD job in this slot. */
    private static final class Entry {
        final JobSpec spec;
        final Sandbox sandbox;
        Want want = Want.RUN;
        Phase phase = Phase.NEW;
        Duration grace = Duration.ZERO;

        /** Why it is to write an image before it ends; empty if it need not. */
        Optional<String> lastImage = Optional.empty();

        /** A COD job's sandbox; until it is started. */
        Preparation preparation;

        ActorRef<JobActor.Command> actor;

        final Story story = new Story();

        Entry(JobSpec spec, Path directory) {
            this.spec = spec;
            this.sandbox = Sandbox.at(directory);
        }

        SlotArbiter.Job view() {
            return new SlotArbiter.Job(want, phase);
        }
    }

    /** A job that is gone and whose owner has not yet said that it knows for good. */
    private record Ended(ActorRef<JobActor.Command> actor, List<JobNews> news) {
        private JobNews how() {
            return news.get(news.size() - 1);
        }
    }

    private final SlotName name;
    private final JobActor.Surroundings jobs;
    private final SlotPolicy policy;
    private final SlotAdvertiser advertiser;

    private final Map<CodKey, Entry> cods = new LinkedHashMap<>();
    private final Map<CodKey, ActorRef<JobNews>> codOwners = new HashMap<>();
    private final Map<Object, Ended> leaving = new HashMap<>();

    /** The claims whose stopped COD jobs are about to need the slot. */
    private final Set<Long> expected = new HashSet<>();

    /** The COD jobs that are about to need the slot for the first time. */
    private final Map<CodKey, Entry> prepared = new HashMap<>();

    private Entry batch;
    private JobId batchId;
    private ActorRef<BatchEvent> batchOwner;

    private boolean begun;
    private int jobActors;

    public static Behavior<Command> create(
            SlotName name, Settings settings, JobActor.Surroundings jobs, AdMaker adMaker) {
        return Behaviors.setup(
                context ->
                        Behaviors.withTimers(
                                timers ->
                                        new SlotActor(
                                                context, timers, name, settings, jobs, adMaker)));
    }

    private SlotActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            SlotName name,
            Settings settings,
            JobActor.Surroundings jobs,
            AdMaker adMaker) {
        super(context);
        this.name = name;
        this.jobs = jobs;
        this.policy =
                new SlotPolicy(
                        settings.policy(),
                        Clock.systemDefaultZone(),
                        warning -> context.getLog().warn("slot={} {}", name, warning));
        this.advertiser =
                new SlotAdvertiser(
                        name,
                        adMaker,
                        this::now,
                        new SlotAdvertiser.Host() {
                            @Override
                            public ActorRef<Command> slot() {
                                return context.getSelf();
                            }

                            @Override
                            public void settleLater() {
                                timers.startSingleTimer(Settled.INSTANCE, settings.quiet());
                            }

                            @Override
                            public void publish(ApiEvent event) {
                                context.getSystem()
                                        .eventStream()
                                        .tell(new EventStream.Publish<>(event));
                            }
                        });
        timers.startTimerWithFixedDelay(Refresh.INSTANCE, settings.refresh());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(FromCod.class, this::onCodNews)
                .onMessage(FromBatch.class, this::onBatchNews)
                .onMessage(PrepareCod.class, this::onPrepareCod)
                .onMessage(ExpectCod.class, this::onExpectCod)
                .onMessage(ExpectNoCod.class, this::onExpectNoCod)
                .onMessage(StartCod.class, this::onStartCod)
                .onMessage(WantCod.class, this::onWantCod)
                .onMessage(ForgetCod.class, forget -> dismiss(forget.key()))
                .onMessage(StartBatch.class, this::onStartBatch)
                .onMessage(EndBatch.class, this::onEndBatch)
                .onMessage(CheckpointBatch.class, this::onCheckpointBatch)
                .onMessage(ForgetBatch.class, forget -> dismiss(forget.id()))
                .onMessage(ReattachCod.class, this::onReattachCod)
                .onMessage(ReattachBatch.class, this::onReattachBatch)
                .onMessage(CodActorDied.class, this::onCodActorDied)
                .onMessage(BatchActorDied.class, this::onBatchActorDied)
                .onMessage(Begin.class, this::onBegin)
                .onMessage(Listen.class, this::onListen)
                .onMessage(Describe.class, this::onDescribe)
                .onMessage(ClaimsChanged.class, m -> changed())
                .onMessage(Refresh.class, this::onRefresh)
                .onMessage(Settled.class, this::onSettled)
                .build();
    }

    // --- COD jobs

    private Behavior<Command> onPrepareCod(PrepareCod coming) {
        Entry entry = new Entry(coming.spec(), coming.sandbox());
        entry.preparation =
                Preparation.begin(jobs, entry.spec, entry.sandbox, advertiser.current());
        prepared.put(coming.key(), entry);
        codOwners.put(coming.key(), coming.events());
        return makeRoom();
    }

    private Behavior<Command> onExpectCod(ExpectCod coming) {
        expected.add(coming.claim());
        return makeRoom();
    }

    private Behavior<Command> makeRoom() {
        return batch == null ? this : arbitrate();
    }

    private Behavior<Command> onExpectNoCod(ExpectNoCod missing) {
        List<CodKey> useless =
                prepared.keySet().stream().filter(key -> key.claim() == missing.claim()).toList();
        useless.forEach(
                key -> {
                    prepared.remove(key).preparation.abandon();
                    codOwners.remove(key);
                });
        return expected.remove(missing.claim()) || !useless.isEmpty() ? arbitrate() : this;
    }

    private Behavior<Command> onStartCod(StartCod start) {
        cods.put(start.key(), prepared.remove(start.key()));
        return arbitrate();
    }

    private Behavior<Command> onWantCod(WantCod wanted) {
        expected.remove(wanted.key().claim());
        Entry entry = cods.get(wanted.key());
        if (entry != null) {
            entry.want = wanted.want();
            entry.grace = wanted.grace();
        }
        return arbitrate();
    }

    private Behavior<Command> onReattachCod(ReattachCod again) {
        expected.remove(again.key().claim());
        prepared.remove(again.key());
        Ended ended = leaving.get(again.key());
        if (ended != null) {
            again.events().tell(ended.how());
            return this;
        }
        codOwners.put(again.key(), again.events());
        Entry entry = cods.get(again.key());
        if (entry == null) {
            entry = new Entry(again.spec(), again.sandbox());
            entry.phase = Phase.STOPPING; // what it really is will be told
            cods.put(again.key(), entry);
            entry.actor = attachCod(again.key(), entry);
        }
        entry.want = again.want();
        entry.grace = again.grace();
        return arbitrate();
    }

    private Behavior<Command> onCodNews(FromCod from) {
        Entry entry = cods.get(from.key());
        if (entry == null) {
            return this;
        }
        JobNews news = from.news();
        if (Story.isEnd(news)) {
            cods.remove(from.key());
            leaving.put(from.key(), new Ended(entry.actor, List.of(news)));
            arbitrate();
            codOwners.remove(from.key()).tell(news);
            return this;
        }
        follow(entry, news);
        codOwners.get(from.key()).tell(news);
        return arbitrate();
    }

    // --- the batch job

    private Behavior<Command> onStartBatch(StartBatch start) {
        Optional<String> refusal = refusal().or(() -> policy.refusal(ad(), start.spec().ad()));
        if (refusal.isPresent()) {
            start.events().tell(new BatchEvent.Refused(refusal.get()));
            return this;
        }
        takeBatch(start.id(), new Entry(start.spec(), start.jobDir()), start.events());
        return arbitrate();
    }

    private Behavior<Command> onReattachBatch(ReattachBatch again) {
        Ended ended = leaving.get(again.id());
        if (ended != null) {
            tellBatch(again.events(), ended.news());
            return this;
        }
        if (batch != null && batchId.equals(again.id())) {
            batchOwner = again.events();
            tellBatch(batchOwner, batch.story.told());
            return this;
        }
        if (batch != null) {
            again.events().tell(new BatchEvent.Refused("the slot has job " + batchId));
            return this;
        }
        Entry entry = new Entry(again.spec(), again.jobDir());
        entry.phase = Phase.STOPPING;
        takeBatch(again.id(), entry, again.events());
        entry.actor = attachBatch(again.id(), entry);
        return changed();
    }

    private void takeBatch(JobId id, Entry entry, ActorRef<BatchEvent> events) {
        batch = entry;
        batchId = id;
        batchOwner = events;
    }

    private Behavior<Command> onEndBatch(EndBatch end) {
        if (batch == null || !batchId.equals(end.id())) {
            return this;
        }
        if (batch.want != Want.KILL) {
            batch.want = end.how() == How.FAST ? Want.KILL : Want.END;
            batch.grace = policy.vacateTime(ad());
            batch.lastImage =
                    end.how() == How.GRACEFUL ? Optional.of(end.reason()) : Optional.empty();
        }
        return arbitrate();
    }

    private Behavior<Command> onCheckpointBatch(CheckpointBatch order) {
        if (batch == null || order.id().filter(id -> !id.equals(batchId)).isPresent()) {
            return this;
        }
        if (batch.actor == null) {
            batchOwner.tell(new BatchEvent.NotCaptured("the job has not started yet"));
        } else {
            batch.actor.tell(new JobActor.Checkpoint(order.reason()));
        }
        return this;
    }

    private Behavior<Command> onBatchNews(FromBatch from) {
        if (batch != from.run()) {
            return this;
        }
        JobNews news = from.news();
        ActorRef<BatchEvent> owner = batchOwner;
        batch.story.add(news);
        if (Story.isEnd(news)) {
            leaving.put(batchId, new Ended(batch.actor, batch.story.told()));
            forgetBatch();
        } else {
            follow(batch, news);
            tellPolicy(news);
        }
        arbitrate();
        tellBatch(owner, List.of(news));
        return this;
    }

    private static void tellBatch(ActorRef<BatchEvent> owner, List<JobNews> news) {
        news.forEach(one -> BatchEvent.of(one).forEach(owner::tell));
    }

    private Optional<String> refusal() {
        if (!begun) {
            return Optional.of("the node is still starting");
        }
        if (batch != null) {
            return Optional.of("the slot has job " + batchId);
        }
        return borrowed() ? Optional.of("a COD job runs in the slot") : Optional.empty();
    }

    private boolean borrowed() {
        return expecting()
                || cods.values().stream().map(Entry::view).anyMatch(SlotArbiter::needsSlot);
    }

    private boolean expecting() {
        return !expected.isEmpty() || !prepared.isEmpty();
    }

    private void forgetBatch() {
        batch = null;
        batchId = null;
        batchOwner = null;
        policy.jobGone();
    }

    // --- the owner's policy

    private void tellPolicy(JobNews news) {
        if (news instanceof JobNews.Started started) {
            policy.jobStarted(batch.spec.ad(), started.startedAtMillis(), ad());
        } else if (news instanceof JobNews.Found found) {
            policy.jobStarted(batch.spec.ad(), startOf(found.pid()), ad());
            if (found.stopped() && batch.want == Want.RUN && !policy.mayGoOn(ad())) {
                batch.want = Want.STOP;
            }
        } else if (news instanceof JobNews.Uses uses) {
            policy.jobUses(uses.cpu().totalSeconds(), uses.residentBytes());
        }
    }

    /** When a process was started, Unix milliseconds; now if that cannot be told. */
    private static long startOf(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .orElseGet(Instant::now)
                .toEpochMilli();
    }

    private Behavior<Command> onRefresh(Refresh refresh) {
        if (batch != null && batch.actor != null) {
            batch.actor.tell(JobActor.Measure.INSTANCE);
        }
        if (begun) {
            lookAtPolicy();
        }
        return changed();
    }

    private void lookAtPolicy() {
        SlotMachine.Decision decision =
                policy.look(ad(), Optional.ofNullable(batch).map(entry -> entry.phase));
        if (decision.why().isEmpty()) {
            return;
        }
        String why = policy.explain(decision);
        getContext()
                .getLog()
                .info(
                        "slot={} job={} from={} to={} cause={}",
                        name,
                        batchId,
                        advertiser.standing(),
                        decision.standing(),
                        why);
        decision.order().ifPresent(order -> carryOut(order, why));
        arbitrate();
    }

    /** A job leaves by way of its owner, who first makes durable that it must and why. */
    private void carryOut(SlotMachine.Order order, String why) {
        Initiator by = borrowed() ? Initiator.COD : Initiator.POLICY;
        switch (order) {
            case SUSPEND -> batch.want = batch.want == Want.RUN ? Want.STOP : batch.want;
            case CONTINUE -> batch.want = batch.want == Want.STOP ? Want.RUN : batch.want;
            case VACATE -> batchOwner.tell(new BatchEvent.MustLeave(by, false, why));
            case KILL -> {
                if (batch.phase == Phase.ENDING) {
                    batch.want = Want.KILL;
                } else {
                    batchOwner.tell(new BatchEvent.MustLeave(by, true, why));
                }
            }
            case CHECKPOINT -> batch.actor.tell(new JobActor.Checkpoint(why));
        }
    }

    // --- both

    private static void follow(Entry entry, JobNews news) {
        if (news instanceof JobNews.Stopped && entry.phase == Phase.STOPPING) {
            entry.phase = Phase.STOPPED;
        } else if (news instanceof JobNews.Found found) {
            entry.phase = found.stopped() ? Phase.STOPPED : Phase.RUNNING;
        }
    }

    private Behavior<Command> onBegin(Begin begin) {
        begun = true;
        lookAtPolicy();
        return arbitrate();
    }

    /** Does whatever the arbiter says, until it has nothing more to say. */
    private Behavior<Command> arbitrate() {
        if (begun) {
            boolean busy = true;
            while (busy) {
                List<Map.Entry<CodKey, Entry>> present = new ArrayList<>(cods.entrySet());
                List<SlotArbiter.Order> orders =
                        SlotArbiter.orders(
                                Optional.ofNullable(batch).map(Entry::view),
                                present.stream().map(cod -> cod.getValue().view()).toList(),
                                expecting());
                for (SlotArbiter.Order order : orders) {
                    if (order.cod().isPresent()) {
                        var cod = present.get(order.cod().get());
                        obey(cod.getKey(), cod.getValue(), order.action());
                    } else {
                        obeyBatch(order.action());
                    }
                }
                busy = !orders.isEmpty();
            }
        }
        boolean stopped =
                batch != null && (batch.phase == Phase.STOPPING || batch.phase == Phase.STOPPED);
        policy.cod(borrowed(), stopped, advertiser.last());
        return changed();
    }

    private void obey(CodKey key, Entry entry, SlotArbiter.Action action) {
        switch (action) {
            case START, START_STOPPED -> {
                boolean stopped = action == SlotArbiter.Action.START_STOPPED;
                entry.phase = stopped ? Phase.STOPPING : Phase.RUNNING;
                entry.actor = startCod(key, entry, stopped);
            }
            case FORGET -> {
                cods.remove(key);
                entry.preparation.abandon();
                codOwners
                        .remove(key)
                        .tell(new JobNews.StartFailed("it was ended before it was started", 0));
            }
            default -> order(entry, action);
        }
    }

    private void obeyBatch(SlotArbiter.Action action) {
        switch (action) {
            case START, START_STOPPED -> {
                batch.phase = Phase.RUNNING;
                batch.actor = startBatch();
            }
            case FORGET -> {
                batchOwner.tell(
                        new BatchEvent.StartFailed("it was ended before it was started", 0));
                forgetBatch();
            }
            default -> order(batch, action);
        }
    }

    private static void order(Entry entry, SlotArbiter.Action action) {
        switch (action) {
            case STOP -> {
                entry.phase = Phase.STOPPING;
                entry.actor.tell(JobActor.Stop.INSTANCE);
            }
            case CONTINUE -> {
                entry.phase = Phase.RUNNING;
                entry.actor.tell(JobActor.Continue.INSTANCE);
            }
            case END -> {
                entry.phase = Phase.ENDING;
                entry.actor.tell(new JobActor.End(entry.grace, entry.lastImage));
            }
            case KILL -> {
                entry.phase = Phase.KILLING;
                entry.actor.tell(JobActor.Kill.INSTANCE);
            }
            case START, START_STOPPED, FORGET -> throw new IllegalArgumentException(action.name());
        }
    }

    /** The end of a job is durable; what is left of it may go. */
    private Behavior<Command> dismiss(Object key) {
        Ended ended = leaving.remove(key);
        if (ended != null) {
            ended.actor().tell(JobActor.Forget.INSTANCE);
        }
        return this;
    }

    private ActorRef<JobActor.Command> startCod(CodKey key, Entry entry, boolean stopped) {
        return watchCod(
                key,
                JobActor.start(
                        jobs, entry.spec, entry.sandbox, entry.preparation, stopped, codNews(key)));
    }

    private ActorRef<JobActor.Command> attachCod(CodKey key, Entry entry) {
        return watchCod(key, JobActor.attach(jobs, entry.spec, entry.sandbox, codNews(key)));
    }

    private ActorRef<JobActor.Command> watchCod(CodKey key, Behavior<JobActor.Command> behavior) {
        ActorRef<JobActor.Command> actor = getContext().spawn(behavior, jobActorName());
        getContext().watchWith(actor, new CodActorDied(key));
        return actor;
    }

    private ActorRef<JobActor.Command> startBatch() {
        return watchBatch(
                batchId,
                batch,
                JobActor.start(
                        jobs,
                        batch.spec,
                        batch.sandbox,
                        Preparation.begin(jobs, batch.spec, batch.sandbox, ad()),
                        false,
                        batchNews(batch)));
    }

    private ActorRef<JobActor.Command> attachBatch(JobId id, Entry entry) {
        return watchBatch(
                id, entry, JobActor.attach(jobs, entry.spec, entry.sandbox, batchNews(entry)));
    }

    private ActorRef<JobActor.Command> watchBatch(
            JobId id, Entry run, Behavior<JobActor.Command> behavior) {
        ActorRef<JobActor.Command> actor = getContext().spawn(behavior, jobActorName());
        getContext().watchWith(actor, new BatchActorDied(id, run));
        return actor;
    }

    private String jobActorName() {
        return "job-" + jobActors++;
    }

    private Consumer<JobNews> codNews(CodKey key) {
        ActorRef<Command> self = getContext().getSelf();
        return news -> self.tell(new FromCod(key, news));
    }

    private Consumer<JobNews> batchNews(Entry run) {
        ActorRef<Command> self = getContext().getSelf();
        return news -> self.tell(new FromBatch(run, news));
    }

    /** A job's actor failed. Its starter has not: take the job up again. */
    private Behavior<Command> onCodActorDied(CodActorDied died) {
        Entry entry = cods.get(died.key());
        if (entry != null) {
            entry.phase = Phase.STOPPING;
            entry.actor = attachCod(died.key(), entry);
        } else {
            leaving.remove(died.key());
        }
        return this;
    }

    private Behavior<Command> onBatchActorDied(BatchActorDied died) {
        if (batch == died.run()) {
            batch.phase = Phase.STOPPING;
            batch.actor = attachBatch(batchId, batch);
            return this;
        }
        // The job may have ended once more since.
        Ended ended = leaving.get(died.id());
        if (ended != null && ended.actor().equals(died.run().actor)) {
            leaving.remove(died.id());
        }
        return this;
    }

    // --- the slot's ad

    private Behavior<Command> onListen(Listen listen) {
        advertiser.add(listen.listener());
        return this;
    }

    private Behavior<Command> onDescribe(Describe describe) {
        describe.replyTo().tell(advertiser.current());
        return this;
    }

    private Behavior<Command> changed() {
        advertiser.changed();
        return this;
    }

    private Behavior<Command> onSettled(Settled settled) {
        advertiser.settled();
        return this;
    }

    private ClassAd ad() {
        return advertiser.ad();
    }

    /** How the slot now is, for its ad. */
    private SlotAdvertiser.Now now() {
        return new SlotAdvertiser.Now(
                policy.standing(Optional.ofNullable(batch).map(entry -> entry.phase)),
                borrowed(),
                Optional.ofNullable(batchId),
                Optional.ofNullable(batch).map(entry -> entry.spec),
                policy.measured(),
                refusal().isEmpty() && policy.accepts());
    }
}
