// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import roost.capture.HostFacts;
import roost.guest.GuestNews;
import roost.guest.GuestsActor;
import roost.guest.Hosts;
import roost.guest.RunKey;
import roost.id.NodeAddress;
import roost.id.SlotName;
import roost.image.JobImages;
import roost.job.JobExit;
import roost.job.JobSpec;
import roost.job.SelfCheckpointing;
import roost.slot.BatchEvent;
import roost.slot.SlotActor;

/**
 * A slot of another node, for one run of a job: takes the orders that a slot takes, and answers as
 * a slot does.
 *
 * <p>Parent: the job's {@link BatchJobActor}. Nothing is durable: what is wanted is told again
 * after a restart of this node, and what happened by the host. Orders are repeated until what they
 * are for has happened, because messages between nodes may be lost.
 *
 * <p>A host that has left the cluster takes its run along only if the run's lock can be had: then
 * nothing of the run lives. If it came to its end, that is in the locked file, and the job is told
 * how; else it is told that the run is lost. As long as somebody holds the lock, the run counts as
 * running.
 */
public final class AwayRun extends AbstractBehavior<AwayRun.Command> {
    /** What can be said to it. */
    public sealed interface Command {}

    /** What the job would tell the slot. */
    record Order(SlotActor.Command order) implements Command {}

    private record FromHost(GuestNews news) implements Command {}

    /**
     * What the lock says of the run.
     *
     * @param mayRun whether it may still live
     * @param end how it ended, if somebody saw it end
     */
    private record Looked(boolean mayRun, Optional<JobExit> end, String reason)
            implements Command {}

    private enum Tick implements Command {
        INSTANCE
    }

    /**
     * What all runs on other nodes share.
     *
     * @param again how long an order waits for its effect before it is repeated
     * @param patience how long a host is out of the cluster before its runs are looked after
     */
    public record Settings(Hosts hosts, Duration again, Duration patience) {
        Optional<NodeAddress> addressOf(SlotName slot) {
            return hosts.of(slot.machine()).map(Hosts.Host::address);
        }

        /** What a restart depends on at another node; empty for a slot of this one. */
        Optional<HostFacts> factsOf(SlotName slot) {
            return hosts.of(slot.machine()).map(Hosts.Host::facts);
        }
    }

    /** When nothing is wanted, the host is asked only every this many times. */
    private static final int SELDOM = 5;

    private final Settings settings;
    private final RunKey key;
    private final SlotName slot;
    private final JobImages images;
    private final OptionalLong previousEnd;
    private final Executor blocking;
    private final ActorRef<GuestNews> ear;

    private ActorRef<BatchEvent> job;
    private Optional<SelfCheckpointing> selfCheckpointing = Optional.empty();
    private Optional<JobSpec> toStart = Optional.empty();
    private Optional<SlotActor.EndBatch> toEnd = Optional.empty();
    private boolean toForget;
    private boolean ended;
    private boolean looking;
    private int ticks;

    /** By System.nanoTime: when the host was last known to be there. */
    private long thereAt = System.nanoTime();

    /**
     * @param images of the job, for the run's lock
     * @param previousEnd when the job's last run before this one ended that was seen to, Unix
     *     milliseconds
     * @param blocking where disk work is done
     */
    static Behavior<Command> create(
            Settings settings,
            RunKey key,
            SlotName slot,
            JobImages images,
            OptionalLong previousEnd,
            Executor blocking) {
        return Behaviors.setup(
                context ->
                        Behaviors.withTimers(
                                timers ->
                                        new AwayRun(
                                                context,
                                                timers,
                                                settings,
                                                key,
                                                slot,
                                                images,
                                                previousEnd,
                                                blocking)));
    }

    private AwayRun(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Settings settings,
            RunKey key,
            SlotName slot,
            JobImages images,
            OptionalLong previousEnd,
            Executor blocking) {
        super(context);
        this.settings = settings;
        this.key = key;
        this.slot = slot;
        this.images = images;
        this.previousEnd = previousEnd;
        this.blocking = blocking;
        this.ear = context.messageAdapter(GuestNews.class, FromHost::new);
        this.job = context.getSystem().ignoreRef();
        timers.startTimerWithFixedDelay(Tick.INSTANCE, settings.again());
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Order.class, this::onOrder)
                .onMessage(FromHost.class, this::onNews)
                .onMessage(Tick.class, this::onTick)
                .onMessage(Looked.class, this::onLooked)
                .build();
    }

    private Optional<ActorRef<GuestsActor.Command>> host() {
        return settings.hosts().of(slot.machine()).map(Hosts.Host::actor);
    }

    // --- orders

    private Behavior<Command> onOrder(Order message) {
        SlotActor.Command order = message.order();
        if (order instanceof SlotActor.StartBatch start) {
            job = start.events();
            selfCheckpointing = start.spec().selfCheckpointing();
            toStart = Optional.of(start.spec().with(new JobSpec.Guest(key.queue(), images.lock())));
            if (host().isEmpty()) {
                end(new BatchEvent.Refused(slot.machine() + " is not in the pool any more"));
                return Behaviors.stopped();
            }
        } else if (order instanceof SlotActor.ReattachBatch again) {
            job = again.events();
            selfCheckpointing = again.spec().selfCheckpointing();
        } else if (order instanceof SlotActor.EndBatch end) {
            toEnd = Optional.of(end);
        } else if (order instanceof SlotActor.CheckpointBatch checkpoint) {
            return checkpoint(checkpoint);
        } else if (order instanceof SlotActor.ForgetBatch) {
            toForget = true;
            if (host().isEmpty()) {
                return Behaviors.stopped(); // told when it is back that nobody wants the run
            }
        }
        say();
        return this;
    }

    private Behavior<Command> checkpoint(SlotActor.CheckpointBatch order) {
        host().ifPresentOrElse(
                        host -> host.tell(new GuestsActor.Checkpoint(key, order.reason())),
                        () ->
                                job.tell(
                                        new BatchEvent.NotCaptured(
                                                slot.machine() + " is out of reach")));
        return this;
    }

    /** Says to the host whatever it is still to hear. */
    private void say() {
        host().ifPresent(
                        host -> {
                            if (toForget) {
                                host.tell(new GuestsActor.Forget(key, ear));
                            } else if (toStart.isPresent()) {
                                host.tell(new GuestsActor.Start(key, slot, toStart.get(), ear));
                            } else if (!ended) {
                                toEnd.ifPresent(
                                        end ->
                                                host.tell(
                                                        new GuestsActor.End(
                                                                key, end.how(), end.reason())));
                                host.tell(new GuestsActor.Attach(key, ear));
                            }
                        });
    }

    // --- what is heard

    private Behavior<Command> onNews(FromHost message) {
        thereAt = System.nanoTime();
        if (message.news() instanceof GuestNews.Forgotten) {
            return toForget ? Behaviors.stopped() : this;
        }
        if (message.news() instanceof GuestNews.Unknown) {
            if (!ended && toStart.isEmpty()) {
                look(slot.machine() + " does not know the run");
            }
            return this;
        }
        BatchEvent event = ((GuestNews.Said) message.news()).event();
        boolean starting = toStart.isPresent();
        toStart = Optional.empty();
        if (ended) {
            return this;
        }
        if (event instanceof BatchEvent.Refused refused) {
            // The host keeps nothing of it. A run that was there before is no more.
            end(starting ? event : new BatchEvent.Lost(refused.reason()));
            return Behaviors.stopped();
        }
        if (event instanceof BatchEvent.StartFailed || event instanceof BatchEvent.Lost) {
            endForGood(event);
        } else if (event instanceof BatchEvent.Exited) {
            end(event); // the host keeps it until it is durable here
        } else {
            job.tell(event);
        }
        return this;
    }

    private void end(BatchEvent event) {
        ended = true;
        job.tell(event);
    }

    /** An end of which the host has nothing to keep. */
    private void endForGood(BatchEvent event) {
        end(event);
        toForget = true;
        say();
    }

    // --- as time goes by

    private Behavior<Command> onTick(Tick tick) {
        ticks++;
        if (host().isPresent()) {
            thereAt = System.nanoTime();
            boolean pending = toStart.isPresent() || toForget || toEnd.isPresent();
            if (pending || ticks % SELDOM == 0) {
                say();
            }
            return this;
        }
        if (toForget) {
            return Behaviors.stopped();
        }
        if (!ended && System.nanoTime() - thereAt > settings.patience().toNanos()) {
            look(slot.machine() + " has left the pool, and its run with it");
        }
        return this;
    }

    private void look(String reason) {
        if (looking) {
            return;
        }
        looking = true;
        getContext()
                .pipeToSelf(
                        CompletableFuture.supplyAsync(() -> looked(reason), blocking),
                        (looked, failure) ->
                                failure == null
                                        ? looked
                                        : new Looked(true, Optional.empty(), reason));
    }

    private Looked looked(String reason) {
        try {
            return images.mayRun()
                    ? new Looked(true, Optional.empty(), reason)
                    : new Looked(false, images.lastEnd().map(JobExit::of), reason);
        } catch (IOException e) {
            // A file system that is away as well says nothing about the run.
            return new Looked(true, Optional.empty(), reason);
        }
    }

    private Behavior<Command> onLooked(Looked looked) {
        looking = false;
        if (!looked.mayRun() && !ended) {
            endForGood(
                    looked.end()
                            .filter(this::isOfThisRun)
                            .<BatchEvent>map(BatchEvent.Exited::new)
                            .orElseGet(() -> new BatchEvent.Lost(looked.reason())));
        }
        return this;
    }

    /**
     * Every start empties the file, so another run's end can only be the one before. A program that
     * checkpointed itself by ending has not come to its end.
     */
    private boolean isOfThisRun(JobExit exit) {
        boolean earlier =
                previousEnd.isPresent() && previousEnd.getAsLong() == exit.endedAtMillis();
        return !earlier && selfCheckpointing.filter(job -> job.promise().isKeptBy(exit)).isEmpty();
    }
}
