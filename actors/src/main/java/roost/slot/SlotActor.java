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
     * The node stops: no job starts here any more. The answer is the slot as it is from then on,
     * with every job that was faster.
     */
    public record Close(ActorRef<SlotUpdate> replyTo) implements Command {}

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

    private record FromBatch(SlotJob run, JobNews news) implements Command {}

    private record FromCod(CodKey key, JobNews news) implements Command {}

    private record BatchActorDied(JobId id, SlotJob run) implements Command {}

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

    /** A job that is gone and whose owner has not yet said that it knows for good. */
    private record Ended(ActorRef<JobActor.Command> actor, List<JobNews> news) {
        private JobNews how() {
            return news.get(news.size() - 1);
        }
    }

    private static final String STOPPING = "the node is stopping";

    private final SlotName name;
    private final JobActor.Surroundings jobs;
    private final SlotPolicy policy;
    private final SlotAdvertiser advertiser;

    private final Map<CodKey, SlotJob> cods = new LinkedHashMap<>();
    private final Map<CodKey, ActorRef<JobNews>> codOwners = new HashMap<>();
    private final Map<Object, Ended> leaving = new HashMap<>();

    /** The claims whose stopped COD jobs are about to need the slot. */
    private final Set<Long> expected = new HashSet<>();

    /** The COD jobs that are about to need the slot for the first time. */
    private final Map<CodKey, SlotJob> prepared = new HashMap<>();

    private SlotJob batch;
    private JobId batchId;
    private ActorRef<BatchEvent> batchOwner;

    private boolean begun;
    private boolean closed;
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
                .onMessage(Close.class, this::onClose)
                .onMessage(Listen.class, this::onListen)
                .onMessage(Describe.class, this::onDescribe)
                .onMessage(ClaimsChanged.class, m -> changed())
                .onMessage(Refresh.class, this::onRefresh)
                .onMessage(Settled.class, this::onSettled)
                .build();
    }

    // --- COD jobs

    private Behavior<Command> onPrepareCod(PrepareCod coming) {
        SlotJob job = new SlotJob(coming.spec(), coming.sandbox());
        job.preparation = Preparation.begin(jobs, job.spec, job.sandbox, advertiser.current());
        prepared.put(coming.key(), job);
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
        SlotJob job = prepared.remove(start.key());
        if (closed) {
            job.preparation.abandon();
            codOwners.remove(start.key()).tell(new JobNews.StartFailed(STOPPING, 0));
        } else {
            cods.put(start.key(), job);
        }
        return arbitrate();
    }

    private Behavior<Command> onWantCod(WantCod wanted) {
        expected.remove(wanted.key().claim());
        SlotJob job = cods.get(wanted.key());
        if (job != null) {
            job.want = wanted.want();
            job.grace = wanted.grace();
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
        SlotJob job = cods.get(again.key());
        if (job == null) {
            job = new SlotJob(again.spec(), again.sandbox());
            job.phase = Phase.STOPPING; // what it really is will be told
            cods.put(again.key(), job);
            job.actor = attachCod(again.key(), job);
        }
        job.want = again.want();
        job.grace = again.grace();
        return arbitrate();
    }

    private Behavior<Command> onCodNews(FromCod from) {
        SlotJob job = cods.get(from.key());
        if (job == null) {
            return this;
        }
        JobNews news = from.news();
        if (Story.isEnd(news)) {
            cods.remove(from.key());
            leaving.put(from.key(), new Ended(job.actor, List.of(news)));
            arbitrate();
            codOwners.remove(from.key()).tell(news);
            return this;
        }
        job.follow(news);
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
        takeBatch(start.id(), new SlotJob(start.spec(), start.jobDir()), start.events());
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
        SlotJob job = new SlotJob(again.spec(), again.jobDir());
        job.phase = Phase.STOPPING;
        takeBatch(again.id(), job, again.events());
        job.actor = attachBatch(again.id(), job);
        return changed();
    }

    private void takeBatch(JobId id, SlotJob job, ActorRef<BatchEvent> events) {
        batch = job;
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
            batch.follow(news);
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
        if (closed) {
            return Optional.of(STOPPING);
        }
        if (batch != null) {
            return Optional.of("the slot has job " + batchId);
        }
        return borrowed() ? Optional.of("a COD job runs in the slot") : Optional.empty();
    }

    private boolean borrowed() {
        return expecting()
                || cods.values().stream().map(SlotJob::view).anyMatch(SlotArbiter::needsSlot);
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
                policy.look(ad(), Optional.ofNullable(batch).map(job -> job.phase));
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

    private Behavior<Command> onBegin(Begin begin) {
        begun = true;
        lookAtPolicy();
        return arbitrate();
    }

    private Behavior<Command> onClose(Close close) {
        closed = true;
        close.replyTo().tell(advertiser.update());
        return changed();
    }

    /** Does whatever the arbiter says, until it has nothing more to say. */
    private Behavior<Command> arbitrate() {
        if (begun) {
            boolean busy = true;
            while (busy) {
                List<Map.Entry<CodKey, SlotJob>> present = new ArrayList<>(cods.entrySet());
                List<SlotArbiter.Order> orders =
                        SlotArbiter.orders(
                                Optional.ofNullable(batch).map(SlotJob::view),
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

    private void obey(CodKey key, SlotJob job, SlotArbiter.Action action) {
        switch (action) {
            case START, START_STOPPED -> {
                boolean stopped = action == SlotArbiter.Action.START_STOPPED;
                job.phase = stopped ? Phase.STOPPING : Phase.RUNNING;
                job.actor = startCod(key, job, stopped);
            }
            case FORGET -> {
                cods.remove(key);
                job.preparation.abandon();
                codOwners
                        .remove(key)
                        .tell(new JobNews.StartFailed("it was ended before it was started", 0));
            }
            default -> job.obey(action);
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
            default -> batch.obey(action);
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

    private ActorRef<JobActor.Command> startCod(CodKey key, SlotJob job, boolean stopped) {
        return watchCod(
                key,
                JobActor.start(
                        jobs, job.spec, job.sandbox, job.preparation, stopped, codNews(key)));
    }

    private ActorRef<JobActor.Command> attachCod(CodKey key, SlotJob job) {
        return watchCod(key, JobActor.attach(jobs, job.spec, job.sandbox, codNews(key)));
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

    private ActorRef<JobActor.Command> attachBatch(JobId id, SlotJob job) {
        return watchBatch(id, job, JobActor.attach(jobs, job.spec, job.sandbox, batchNews(job)));
    }

    private ActorRef<JobActor.Command> watchBatch(
            JobId id, SlotJob run, Behavior<JobActor.Command> behavior) {
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

    private Consumer<JobNews> batchNews(SlotJob run) {
        ActorRef<Command> self = getContext().getSelf();
        return news -> self.tell(new FromBatch(run, news));
    }

    /** A job's actor failed. Its starter has not: take the job up again. */
    private Behavior<Command> onCodActorDied(CodActorDied died) {
        SlotJob job = cods.get(died.key());
        if (job != null) {
            job.phase = Phase.STOPPING;
            job.actor = attachCod(died.key(), job);
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
                policy.standing(Optional.ofNullable(batch).map(job -> job.phase)),
                borrowed(),
                Optional.ofNullable(batchId),
                Optional.ofNullable(batch).map(job -> job.spec),
                policy.measured(),
                refusal().isEmpty() && policy.accepts());
    }
}
