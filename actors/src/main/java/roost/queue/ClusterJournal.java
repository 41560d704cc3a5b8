// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.pattern.StatusReply;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.Effect;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import roost.api.ApiException;

/**
 * Keeps durably which clusters were submitted and have not left. Parent and only client: {@link
 * QueueActor}. An actor of its own so that a failed write restarts this and not the queue with all
 * its jobs.
 */
final class ClusterJournal
        extends EventSourcedBehavior<ClusterJournal.Command, QueueEvent, QueueState> {
    /** What the journal can be told. */
    sealed interface Command {}

    /** Make a cluster durable; the reply is its number, or the reason why that was not possible. */
    record Submit(ClusterAds ads, ActorRef<StatusReply<Submitted>> replyTo) implements Command {}

    /** Makes the ads of a cluster once its number is known. */
    @FunctionalInterface
    interface ClusterAds {
        List<String> of(int cluster);
    }

    /** A cluster that is durable, with its procs' ads from 0 on. */
    record Submitted(int cluster, List<String> ads) {}

    /** A job is finished and in the history. */
    record Remove(QueueEvent.JobLeft left, Runnable done) implements Command {}

    private static final int SNAPSHOT_EVERY = 500;

    private final Supplier<Optional<String>> refusal;
    private final ActorRef<QueueState> loaded;
    private boolean toldLoaded;

    /** Who is to be told if the write that is under way fails. */
    private Optional<ActorRef<StatusReply<Submitted>>> unsaved = Optional.empty();

    /**
     * @param refusal why the journal would not take a write now; empty if it would
     * @param loaded told once, when the journal of an earlier life has been read
     */
    static Behavior<Command> create(
            Supplier<Optional<String>> refusal, ActorRef<QueueState> loaded) {
        return new ClusterJournal(refusal, loaded);
    }

    private ClusterJournal(Supplier<Optional<String>> refusal, ActorRef<QueueState> loaded) {
        super(
                PersistenceId.ofUniqueId("queue"),
                SupervisorStrategy.restartWithBackoff(
                        Duration.ofMillis(100), Duration.ofSeconds(5), 0.1));
        this.refusal = refusal;
        this.loaded = loaded;
    }

    @Override
    public QueueState emptyState() {
        return QueueState.EMPTY;
    }

    @Override
    public CommandHandler<Command, QueueEvent, QueueState> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(Submit.class, this::onSubmit)
                .onCommand(Remove.class, this::onRemove)
                .build();
    }

    @Override
    public EventHandler<QueueState, QueueEvent> eventHandler() {
        return QueueState::apply;
    }

    @Override
    public SignalHandler<QueueState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::onRecovered)
                .build();
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, 1).withDeleteEventsOnSnapshot();
    }

    private void onRecovered(QueueState state) {
        unsaved.ifPresent(
                replyTo ->
                        refuse(replyTo, refusal.get().orElse("see the node's log for the reason")));
        unsaved = Optional.empty();
        if (!toldLoaded) {
            toldLoaded = true;
            loaded.tell(state);
        }
    }

    private static void refuse(ActorRef<StatusReply<Submitted>> replyTo, String why) {
        replyTo.tell(
                StatusReply.error(
                        new ApiException(
                                ApiException.Code.NO_SPACE,
                                "the submission could not be written to the journal, and is not in"
                                        + " the queue",
                                why)));
    }

    private Effect<QueueEvent, QueueState> onSubmit(QueueState state, Submit submit) {
        Optional<String> full = refusal.get();
        if (full.isPresent()) {
            refuse(submit.replyTo(), full.get());
            return Effect().none();
        }
        int cluster = state.nextCluster();
        List<String> ads = submit.ads().of(cluster);
        unsaved = Optional.of(submit.replyTo());
        return Effect()
                .persist(new QueueEvent.ClusterSubmitted(System.currentTimeMillis(), cluster, ads))
                .thenRun(
                        after -> {
                            unsaved = Optional.empty();
                            submit.replyTo().tell(StatusReply.success(new Submitted(cluster, ads)));
                        });
    }

    private Effect<QueueEvent, QueueState> onRemove(QueueState state, Remove remove) {
        if (!state.has(remove.left().job())) {
            remove.done().run();
            return Effect().none();
        }
        return Effect().persist(remove.left()).thenRun(after -> remove.done().run());
    }
}
