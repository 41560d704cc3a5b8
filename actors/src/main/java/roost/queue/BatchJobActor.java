// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EffectBuilder;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import roost.api.ApiReply.JobOutcome;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.id.NodeAddress;
import roost.id.SlotName;
import roost.image.ImageRecord;
import roost.job.Initiator;
import roost.job.JobNews;
import roost.job.JobSpecs;
import roost.journal.FailPoint;
import roost.slot.BatchEvent;
import roost.slot.SlotActor;
import roost.userlog.UserLogEntry;

/**
 * One batch job in the queue, from submission until it leaves.
 *
 * <p>Parent: {@link QueueActor}, which gives it slots ({@link Run}) and users' wishes ({@link
 * Act}), and is told every move. The slot it runs on reports with {@link BatchEvent}s. Durable:
 * {@link JobState} through {@link JobChange}s. Effects follow the journal: the slot is asked to
 * start a job only after its match is durable, and after a recovery the job looks for its run again
 * ({@link SlotActor.ReattachBatch}): found, it goes on; not found, the run is lost and the job
 * waits for a slot once more.
 */
final class BatchJobActor extends EventSourcedBehavior<BatchJobActor.Command, JobChange, JobState> {
    /** What can be said to a job. */
    sealed interface Command {}

    /** The matchmaker gave the job a slot; one that does not wait any more gives it back. */
    record Run(SlotName slot) implements Command {}

    /**
     * A user or a policy wants something done.
     *
     * @param reason text for the job's ad and log
     */
    record Act(Wish wish, Initiator by, String reason, ActorRef<JobOutcome> replyTo)
            implements Command {}

    /** What can be wished for. */
    enum Wish {
        REMOVE,
        REMOVE_AT_ONCE,
        HOLD,
        RELEASE,
        /** Off its slot and back into the queue, with an image if it can be had. */
        VACATE,
        /** The same without an image. */
        VACATE_FAST,
        /** An image, and on it goes. */
        CHECKPOINT,
        /** Off its slot and back into the queue; the node stops. */
        REQUEUE,
        REQUEUE_AT_ONCE
    }

    /** The first command of a job that was never journaled. */
    private enum Begin implements Command {
        INSTANCE
    }

    /** Whether the slot's machine can go on from the job's image. */
    private record Checked(SlotName slot, Optional<String> obstacle) implements Command {}

    private record FromSlot(int run, BatchEvent event) implements Command {}

    /** The log has the last event of a job that is gone. */
    private enum LogWritten implements Command {
        INSTANCE
    }

    /** What every job of a queue needs and none owns. */
    record Surroundings(
            ActorRef<JobReport> queue,
            Map<SlotName, ActorRef<SlotActor.Command>> slots,
            ActorRef<JobLogActor.Append> log,
            JobSpecs specs,
            ImageFiles images,
            AwayRun.Settings away,
            Path execute,
            NodeAddress host,
            Clock clock) {}

    private static final int SNAPSHOT_EVERY = 50;

    private final ActorContext<Command> context;
    private final JobId id;
    private final ClassAd ad;
    private final boolean announced;
    private final Surroundings surroundings;
    private final JobRuns runs;
    private final AwayRuns away;

    /** Who is to be told if the write that is under way fails. */
    private Optional<ActorRef<JobOutcome>> unsaved = Optional.empty();

    /** The newest change that is in the journal; null while there is none. */
    private JobChange lastChange;

    /**
     * @param announced whether the user log has the job's submission already
     */
    static Behavior<Command> create(
            JobId id, ClassAd ad, boolean announced, Surroundings surroundings) {
        return Behaviors.setup(
                context -> new BatchJobActor(context, id, ad, announced, surroundings));
    }

    static PersistenceId persistenceId(JobId id) {
        return PersistenceId.ofUniqueId("job-" + id);
    }

    private BatchJobActor(
            ActorContext<Command> context,
            JobId id,
            ClassAd ad,
            boolean announced,
            Surroundings surroundings) {
        super(
                persistenceId(id),
                SupervisorStrategy.restartWithBackoff(
                        Duration.ofMillis(100), Duration.ofSeconds(5), 0.1));
        this.context = context;
        this.id = id;
        this.ad = ad;
        this.announced = announced;
        this.surroundings = surroundings;
        this.away = new AwayRuns(context, id, surroundings);
        this.runs = new JobRuns(id, ad, surroundings, this::events, away);
    }

    @Override
    public JobState emptyState() {
        return new JobState.New();
    }

    @Override
    public CommandHandler<Command, JobChange, JobState> commandHandler() {
        var builder = newCommandHandlerBuilder();
        builder.forStateType(JobState.New.class)
                .onCommand(Begin.class, this::begin)
                .onCommand(Command.class, command -> Effect().stash());
        builder.forStateType(JobState.Idle.class)
                .onCommand(Run.class, this::match)
                .onCommand(Checked.class, this::onChecked)
                .onCommand(Act.class, this::actOnIdle);
        builder.forStateType(JobState.Matched.class)
                .onCommand(FromSlot.class, this::onSlotWhileMatched)
                .onCommand(Act.class, command -> Effect().stash());
        builder.forStateType(JobState.Running.class)
                .onCommand(FromSlot.class, this::onSlotWhileRunning)
                .onCommand(Act.class, this::actOnRunning);
        builder.forStateType(JobState.Held.class).onCommand(Act.class, this::actOnHeld);
        builder.forStateType(JobState.Gone.class)
                .onCommand(Act.class, command -> answer(command, JobOutcome.NOT_FOUND))
                .onCommand(LogWritten.class, this::leave);
        builder.forAnyState()
                .onCommand(Checked.class, this::onCheckedLate)
                .onCommand(Run.class, command -> unused(command.slot(), Optional.empty()));
        // What is left is late: news of a run that is over.
        builder.forAnyState().onCommand(Command.class, command -> Effect().none());
        return builder.build();
    }

    @Override
    public EventHandler<JobState, JobChange> eventHandler() {
        return (state, change) -> {
            lastChange = change;
            return state.apply(change);
        };
    }

    @Override
    public SignalHandler<JobState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::onRecovered)
                .build();
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, 1).withDeleteEventsOnSnapshot();
    }

    // --- start

    private void onRecovered(JobState state) {
        unsaved.ifPresent(replyTo -> replyTo.tell(JobOutcome.ERROR));
        unsaved = Optional.empty();
        away.stop();
        if (state instanceof JobState.New) {
            context.getSelf().tell(Begin.INSTANCE);
            return;
        }
        // The crash may have come between a change and its line in the user log.
        if (lastChange != null) {
            log(state, true, List.of(lastChange));
        } else if (state instanceof JobState.Gone) {
            context.getSelf().tell(LogWritten.INSTANCE);
        }
        tidyImages(state);
        if (state instanceof JobState.Matched matched) {
            runs.reattach(matched);
        } else if (state instanceof JobState.Running running) {
            runs.reattach(running);
            running.end().ifPresent(end -> runs.end(running, end));
        }
        // Last, so that the slot has been asked before the queue says that all jobs are back.
        report(state);
    }

    /** The crash may have come between a change and what it means for the files. */
    private void tidyImages(JobState state) {
        SavedWork saved = state.totals().saved();
        if (!saved.images().isEmpty()) {
            surroundings.images().prune(id, saved.images());
        } else if (saved.highest() > 0
                && (state instanceof JobState.Idle || state instanceof JobState.Held)) {
            surroundings.images().remove(id);
        }
    }

    private Effect<JobChange, JobState> begin(JobState.New state, Begin command) {
        boolean held = ad.getInteger("JobStatus").orElse(JobStatus.IDLE) == JobStatus.HELD;
        JobChange.Submitted submitted = JobChange.Submitted.of(ad);
        var effect =
                held
                        ? change(
                                state,
                                submitted,
                                new JobChange.Held(
                                        now(),
                                        "submitted on hold at user's request",
                                        HoldCode.SUBMITTED_ON_HOLD,
                                        0))
                        : change(state, submitted);
        return effect.thenUnstashAll();
    }

    // --- idle

    private Effect<JobChange, JobState> match(JobState.Idle state, Run command) {
        CheckpointKind kind = CheckpointKind.of(ad);
        Optional<ImageRecord> newest = state.totals().saved().newest();
        CompletionStage<Optional<String>> obstacles;
        if (kind.any() && state.totals().nextRun() == 1) {
            obstacles = surroundings.images().clear(id);
        } else if (kind.images() && newest.isPresent()) {
            obstacles =
                    surroundings
                            .images()
                            .obstacle(
                                    id, newest.get(), surroundings.away().factsOf(command.slot()));
        } else {
            return matched(state, command.slot());
        }
        context.pipeToSelf(
                obstacles,
                (obstacle, failure) ->
                        new Checked(command.slot(), failure == null ? obstacle : Optional.empty()));
        return Effect().none();
    }

    private Effect<JobChange, JobState> onChecked(JobState.Idle state, Checked checked) {
        return checked.obstacle().isPresent()
                ? onCheckedLate(state, checked)
                : matched(state, checked.slot());
    }

    private Effect<JobChange, JobState> onCheckedLate(JobState state, Checked checked) {
        return unused(checked.slot(), checked.obstacle());
    }

    private Effect<JobChange, JobState> unused(SlotName slot, Optional<String> obstacle) {
        surroundings.queue().tell(new JobReport.SlotUnused(id, slot, obstacle));
        return Effect().none();
    }

    private Effect<JobChange, JobState> matched(JobState.Idle state, SlotName slot) {
        int run = state.totals().nextRun();
        String directory =
                surroundings.execute().resolve("dir_" + id + "." + run + "." + now()).toString();
        return change(
                        state,
                        new JobChange.Matched(
                                now(), slot.toString(), run, directory, runs.hostOf(slot)))
                .thenRun(after -> runs.start((JobState.Matched) after));
    }

    private Effect<JobChange, JobState> actOnIdle(JobState.Idle state, Act command) {
        return switch (command.wish()) {
            case REMOVE, REMOVE_AT_ONCE ->
                    done(state, command, new JobChange.Removed(now(), command.reason()));
            case HOLD -> done(state, command, held(command));
            case RELEASE, VACATE, VACATE_FAST, CHECKPOINT -> answer(command, JobOutcome.BAD_STATUS);
            case REQUEUE, REQUEUE_AT_ONCE -> answer(command, JobOutcome.ALREADY_DONE);
        };
    }

    // --- matched: the slot has been asked

    private Effect<JobChange, JobState> onSlotWhileMatched(JobState.Matched state, FromSlot news) {
        if (news.run() != state.run()) {
            return Effect().none();
        }
        if (news.event() instanceof BatchEvent.Started started) {
            return change(
                            state,
                            new JobChange.Started(
                                    started.startedAtMillis(),
                                    started.pid(),
                                    started.origin().generation().orElse(0),
                                    started.origin().passedOver()))
                    .thenUnstashAll();
        }
        if (news.event() instanceof BatchEvent.Captured captured) {
            return taken(state, captured);
        }
        if (news.event() instanceof BatchEvent.MustLeave) {
            return Effect().stash();
        }
        if (news.event() instanceof BatchEvent.Refused refused) {
            return unmatched(state, refused.reason()).thenUnstashAll();
        }
        if (news.event() instanceof BatchEvent.StartFailed failed) {
            return notStarted(state, failed).thenRun(after -> runs.forget(state)).thenUnstashAll();
        }
        if (news.event() instanceof BatchEvent.Lost lost) {
            return change(state, new JobChange.Unmatched(now(), lost.reason(), true))
                    .thenRun(after -> runs.forget(state))
                    .thenUnstashAll();
        }
        if (news.event() instanceof BatchEvent.Found found) {
            // The crash came before the start was journaled.
            return change(state, startedUnseen(state, now(), found.pid())).thenUnstashAll();
        }
        if (news.event() instanceof BatchEvent.Exited exited) {
            // The same, and it has ended meanwhile.
            return change(state, startedUnseen(state, exited.exit().startedAtMillis(), 0))
                    .thenRun(after -> context.getSelf().tell(news))
                    .thenUnstashAll();
        }
        return Effect().none();
    }

    private EffectBuilder<JobChange, JobState> notStarted(
            JobState.Matched state, BatchEvent.StartFailed failed) {
        if (failed.obstacle() == JobNews.Obstacle.STILL_RUNS) {
            return unmatched(state, failed.reason());
        }
        return change(
                state,
                new JobChange.Held(
                        now(), failed.reason(), HoldCode.of(failed.obstacle()), failed.errno()));
    }

    /** The slot is not tried again before it says that something changed there. */
    private EffectBuilder<JobChange, JobState> unmatched(JobState.Matched state, String reason) {
        surroundings
                .queue()
                .tell(new JobReport.SlotRefused(id, SlotName.parse(state.slot()).orElseThrow()));
        return change(state, new JobChange.Unmatched(now(), reason, false));
    }

    /** What it went on from was told to a node that is no more; a start uses the newest image. */
    private static JobChange.Started startedUnseen(JobState.Matched state, long at, long pid) {
        int generation = state.totals().saved().newest().map(ImageRecord::generation).orElse(0);
        return new JobChange.Started(at, pid, generation, List.of());
    }

    private Effect<JobChange, JobState> taken(JobState state, BatchEvent.Captured captured) {
        ImageRecord image = captured.image();
        if (image.generation() <= state.totals().saved().highest()) {
            return Effect().none();
        }
        return change(
                        state,
                        new JobChange.ImageTaken(
                                now(), image, surroundings.images().keep(), captured.used()))
                .thenRun(
                        after -> {
                            FailPoint.hit("queue.image-journaled");
                            surroundings.images().prune(id, after.totals().saved().images());
                            surroundings.queue().tell(JobReport.ImageNews.taken(id, image));
                        });
    }

    // --- running

    private Effect<JobChange, JobState> onSlotWhileRunning(JobState.Running state, FromSlot news) {
        if (news.run() != state.run()) {
            return Effect().none();
        }
        BatchEvent event = news.event();
        if (event instanceof BatchEvent.Suspended suspended && !state.suspended()) {
            return change(state, new JobChange.Suspended(now(), suspended.processes()));
        }
        if (event instanceof BatchEvent.Continued && state.suspended()) {
            return change(state, new JobChange.Continued(now()));
        }
        if (event instanceof BatchEvent.Captured captured) {
            return taken(state, captured);
        }
        if (event instanceof BatchEvent.NotCaptured not) {
            return notTaken(state, not.reason());
        }
        if (event instanceof BatchEvent.SelfCheckpointed made) {
            return selfCheckpointed(state, made.checkpoint());
        }
        if (event instanceof BatchEvent.MustLeave leave) {
            return mustLeave(state, leave);
        }
        if (event instanceof BatchEvent.Exited exited) {
            return change(state, JobEnd.ended(ad, state, exited, now())).thenUnstashAll();
        }
        if (event instanceof BatchEvent.Lost lost) {
            return change(state, JobEnd.lost(state, lost.reason(), now())).thenUnstashAll();
        }
        if (event instanceof BatchEvent.Capturing capturing) {
            surroundings.queue().tell(JobReport.ImageNews.writing(id, capturing.progress()));
        }
        return Effect().none();
    }

    /** What keeps on failing for the same reason is told once. */
    private Effect<JobChange, JobState> notTaken(JobState.Running state, String reason) {
        JobReport news = JobReport.ImageNews.failed(id, now(), reason);
        EffectBuilder<JobChange, JobState> effect =
                state.totals().saved().problem().equals(reason)
                        ? Effect().none()
                        : change(state, new JobChange.ImageFailed(now(), reason));
        return effect.thenRun(after -> surroundings.queue().tell(news));
    }

    private Effect<JobChange, JobState> selfCheckpointed(
            JobState.Running state, JobNews.SelfCheckpointed made) {
        if (made.number() <= state.totals().saved().own().attempts()) {
            return Effect().none();
        }
        JobChange.SelfCheckpointed change =
                new JobChange.SelfCheckpointed(
                        made.atMillis(),
                        made.number(),
                        made.bytes(),
                        made.used(),
                        made.problem().orElse(""));
        return change(state, change)
                .thenRun(after -> surroundings.queue().tell(JobReport.ImageNews.of(id, change)));
    }

    /** The slot wants to be rid of the job: as a user's vacate, but for its own reason. */
    private Effect<JobChange, JobState> mustLeave(
            JobState.Running state, BatchEvent.MustLeave leave) {
        if (state.end().isPresent() && (!leave.fast() || state.end().get().fast())) {
            return Effect().none();
        }
        JobChange.Purpose purpose =
                state.end().map(JobChange.EndRequested::purpose).orElse(JobChange.Purpose.REQUEUE);
        JobChange.EndRequested end =
                new JobChange.EndRequested(
                        now(), purpose, leave.by(), leave.reason(), leave.fast());
        return change(state, end).thenRun(after -> runs.end(state, end));
    }

    private Effect<JobChange, JobState> actOnRunning(JobState.Running state, Act command) {
        JobChange.Purpose already = state.end().map(JobChange.EndRequested::purpose).orElse(null);
        JobChange.Purpose wanted =
                switch (command.wish()) {
                    case REMOVE, REMOVE_AT_ONCE -> JobChange.Purpose.REMOVE;
                    case HOLD -> JobChange.Purpose.HOLD;
                    case REQUEUE, REQUEUE_AT_ONCE, VACATE, VACATE_FAST ->
                            already == null ? JobChange.Purpose.REQUEUE : already;
                    case RELEASE, CHECKPOINT -> null;
                };
        if (command.wish() == Wish.CHECKPOINT) {
            return checkpoint(state, command);
        }
        if (wanted == null) {
            // A held job whose processes are still ending is released when they are gone.
            return already == JobChange.Purpose.HOLD
                    ? Effect().stash()
                    : answer(command, JobOutcome.BAD_STATUS);
        }
        if (wanted == JobChange.Purpose.HOLD && already == JobChange.Purpose.REMOVE) {
            return answer(command, JobOutcome.BAD_STATUS);
        }
        boolean fast =
                command.wish() == Wish.REMOVE_AT_ONCE
                        || command.wish() == Wish.REQUEUE_AT_ONCE
                        || command.wish() == Wish.VACATE_FAST;
        if (wanted == already && !fast) {
            return answer(command, JobOutcome.ALREADY_DONE);
        }
        JobChange.EndRequested end =
                new JobChange.EndRequested(now(), wanted, command.by(), command.reason(), fast);
        return done(state, command, end, () -> runs.end(state, end));
    }

    private Effect<JobChange, JobState> checkpoint(JobState.Running state, Act command) {
        if (!CheckpointKind.of(ad).any()) {
            return answer(command, JobOutcome.BAD_STATUS);
        }
        if (state.end().isPresent()) {
            return answer(command, JobOutcome.ALREADY_DONE);
        }
        runs.checkpoint(state, command.reason());
        return answer(command, JobOutcome.SUCCESS);
    }

    // --- held

    private Effect<JobChange, JobState> actOnHeld(JobState.Held state, Act command) {
        return switch (command.wish()) {
            case REMOVE, REMOVE_AT_ONCE ->
                    done(state, command, new JobChange.Removed(now(), command.reason()));
            case HOLD -> answer(command, JobOutcome.ALREADY_DONE);
            case RELEASE -> done(state, command, new JobChange.Released(now(), command.reason()));
            case VACATE, VACATE_FAST, CHECKPOINT -> answer(command, JobOutcome.BAD_STATUS);
            case REQUEUE, REQUEUE_AT_ONCE -> answer(command, JobOutcome.ALREADY_DONE);
        };
    }

    // --- gone

    private Effect<JobChange, JobState> leave(JobState.Gone state, LogWritten command) {
        if (state.totals().lastRun() > 0) {
            surroundings.images().remove(id); // or the lock of runs on other nodes
        }
        surroundings.queue().tell(new JobReport.Left(id, state));
        return Effect().none();
    }

    // --- what all states share

    private EffectBuilder<JobChange, JobState> change(JobState before, JobChange... changes) {
        return change(before, List.of(changes));
    }

    private EffectBuilder<JobChange, JobState> change(JobState before, List<JobChange> changes) {
        return Effect()
                .persist(changes)
                .thenRun(
                        state -> {
                            report(state);
                            publish(before, state, changes);
                            if (before instanceof JobState.Running running
                                    && !(state instanceof JobState.Running)) {
                                runs.forget(running);
                                forgetImages(running, state);
                            }
                            log(state, before instanceof JobState.New, changes);
                        });
    }

    /** A program that came to its end and runs once more begins at its beginning. */
    private void forgetImages(JobState.Running before, JobState after) {
        boolean had = before.totals().saved().goesOn();
        if (had && !after.totals().saved().goesOn() && !(after instanceof JobState.Gone)) {
            surroundings.images().remove(id);
        }
    }

    private Effect<JobChange, JobState> done(JobState state, Act command, JobChange change) {
        return done(state, command, change, () -> {});
    }

    private Effect<JobChange, JobState> done(
            JobState state, Act command, JobChange change, Runnable effect) {
        unsaved = Optional.of(command.replyTo());
        return change(state, change)
                .thenRun(
                        after -> {
                            unsaved = Optional.empty();
                            effect.run();
                            command.replyTo().tell(JobOutcome.SUCCESS);
                        });
    }

    private Effect<JobChange, JobState> answer(Act command, JobOutcome outcome) {
        command.replyTo().tell(outcome);
        return Effect().none();
    }

    private JobChange.Held held(Act command) {
        return new JobChange.Held(now(), command.reason(), HoldCode.USER_REQUEST, 0);
    }

    private void report(JobState state) {
        surroundings.queue().tell(new JobReport.Moved(id, state));
    }

    private void publish(JobState before, JobState after, List<JobChange> changes) {
        JobNotices.of(id, owner(), before, after, changes)
                .forEach(
                        notice ->
                                context.getSystem()
                                        .eventStream()
                                        .tell(new EventStream.Publish<>(notice)));
    }

    /** Records changes in the user log, if there is one; the last of a job's life lets it leave. */
    private void log(JobState after, boolean unlessThere, List<JobChange> changes) {
        List<UserLogEntry> entries = new ArrayList<>();
        for (JobChange change : changes) {
            if (!(announced && change instanceof JobChange.Submitted)) {
                entries.addAll(JobLogEntries.of(id, change, after, surroundings.host()));
            }
        }
        ActorRef<Command> self = context.getSelf();
        Runnable done =
                after instanceof JobState.Gone ? () -> self.tell(LogWritten.INSTANCE) : () -> {};
        JobLogActor.Append.of(id, ad, entries, unlessThere, done)
                .ifPresentOrElse(surroundings.log()::tell, done);
    }

    private String owner() {
        return ad.getString("Owner").orElse("");
    }

    private ActorRef<BatchEvent> events(int run) {
        return context.messageAdapter(BatchEvent.class, event -> new FromSlot(run, event));
    }

    private long now() {
        return surroundings.clock().millis();
    }
}
