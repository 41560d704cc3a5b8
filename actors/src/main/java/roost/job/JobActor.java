// SPDX-License-Identifier: Apache-2.0
package roost.job;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import roost.classad.ClassAd;

/**
 * One job, COD or batch, from its sandbox to its last log entry.
 *
 * <p>Parent: the slot's actor, which gives the orders and gets the {@link JobNews}. Nothing here is
 * durable: the starter process and its exit record are. The end of a job is told at once; its
 * sandbox and its starter stay until {@link Forget} says that the end is durable, so that a node
 * that dies in between finds it again.
 *
 * <p>An order that comes before the program runs is kept and carried out as soon as it does. A job
 * that does not end in its time is killed; one that cannot be killed is killed again and again.
 */
public final class JobActor extends AbstractBehavior<JobActor.Command> {

    /** What a job can be told. */
    public sealed interface Command {}

    /** Stop every process. */
    public enum Stop implements Command {
        INSTANCE
    }

    /** Let every process go on. */
    public enum Continue implements Command {
        INSTANCE
    }

    /**
     * Ask the program to end.
     *
     * @param grace how long it has before it is killed
     */
    public record End(Duration grace) implements Command {}

    /** Kill every process. */
    public enum Kill implements Command {
        INSTANCE
    }

    /** The end of the job is durable with whoever owns it: clean up. */
    public enum Forget implements Command {
        INSTANCE
    }

    private record Prepared(Starters.Placement placement) implements Command {}

    private record NotPrepared(String reason) implements Command {}

    private record HasStarted(Starters.Starter starter, JobNews.Started started)
            implements Command {}

    private record HasFound(Starters.Starter starter, JobNews.Found found) implements Command {}

    private record FromStarter(JobNews news) implements Command {}

    private enum StopOverdue implements Command {
        INSTANCE
    }

    private enum EndOverdue implements Command {
        INSTANCE
    }

    private enum KillOverdue implements Command {
        INSTANCE
    }

    private enum Cleaned implements Command {
        INSTANCE
    }

    /**
     * What all jobs of a node share.
     *
     * @param blocking where disk work is done
     * @param stopTimeout how long the starter may take to stop a job before the node goes on
     *     without its answer
     * @param killingTimeout how long a killed job may live before it is killed again
     */
    public record Surroundings(
            Starters starters,
            Sandboxes sandboxes,
            JobLogs logs,
            Executor blocking,
            Duration stopTimeout,
            Duration killingTimeout) {}

    /** How far along the job is. */
    private enum Stage {
        PREPARING,
        LAUNCHING,
        LIVE,
        GONE
    }

    private final Surroundings surroundings;
    private final JobSpec spec;
    private final Sandbox sandbox;
    private final Consumer<JobNews> owner;
    private final TimerScheduler<Command> timers;
    private final JobLogs.Log log;

    private Stage stage = Stage.PREPARING;
    private Starters.Starter starter;
    private boolean stopWanted;
    private boolean resumeWanted;
    private boolean stopped;
    private boolean evicted;
    private boolean killed;
    private Duration grace;
    private boolean forgotten;
    private CompletionStage<Void> logged = CompletableFuture.completedFuture(null);

    /**
     * Starts a job.
     *
     * @param machine the slot's ad, for the sandbox
     * @param stopped start it stopped before its first instruction
     * @param owner gets the news; must not block
     */
    public static Behavior<Command> start(
            Surroundings surroundings,
            JobSpec spec,
            Sandbox sandbox,
            ClassAd machine,
            boolean stopped,
            Consumer<JobNews> owner) {
        return Behaviors.setup(
                context ->
                        Behaviors.withTimers(
                                timers -> {
                                    JobActor job =
                                            new JobActor(
                                                    context,
                                                    timers,
                                                    surroundings,
                                                    spec,
                                                    sandbox,
                                                    owner);
                                    job.stopWanted = stopped;
                                    job.prepare(machine);
                                    return job;
                                }));
    }

    /** Takes up a job that an earlier life of the node started. */
    public static Behavior<Command> attach(
            Surroundings surroundings, JobSpec spec, Sandbox sandbox, Consumer<JobNews> owner) {
        return Behaviors.setup(
                context ->
                        Behaviors.withTimers(
                                timers -> {
                                    JobActor job =
                                            new JobActor(
                                                    context,
                                                    timers,
                                                    surroundings,
                                                    spec,
                                                    sandbox,
                                                    owner);
                                    job.stage = Stage.LAUNCHING;
                                    surroundings
                                            .starters()
                                            .attach(sandbox.starter(), job.new News());
                                    return job;
                                }));
    }

    private JobActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            Surroundings surroundings,
            JobSpec spec,
            Sandbox sandbox,
            Consumer<JobNews> owner) {
        super(context);
        this.timers = timers;
        this.surroundings = surroundings;
        this.spec = spec;
        this.sandbox = sandbox;
        this.owner = owner;
        this.log = surroundings.logs().of(spec, sandbox);
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Stop.class, this::onStop)
                .onMessage(Continue.class, this::onContinue)
                .onMessage(End.class, this::onEnd)
                .onMessage(Kill.class, this::onKill)
                .onMessage(Forget.class, this::onForget)
                .onMessage(Prepared.class, this::onPrepared)
                .onMessage(NotPrepared.class, m -> fail(new JobNews.StartFailed(m.reason(), 0)))
                .onMessage(HasStarted.class, this::onStarted)
                .onMessage(HasFound.class, this::onFound)
                .onMessage(FromStarter.class, this::onNews)
                .onMessage(StopOverdue.class, this::onStopOverdue)
                .onMessage(EndOverdue.class, this::onEndOverdue)
                .onMessage(KillOverdue.class, this::onKillOverdue)
                .onMessage(Cleaned.class, m -> Behaviors.stopped())
                .build();
    }

    // --- the way to a running program

    private void prepare(ClassAd machine) {
        ActorRef<Command> self = getContext().getSelf();
        surroundings
                .blocking()
                .execute(
                        () -> {
                            try {
                                Starters.Placement placement =
                                        surroundings.sandboxes().prepare(spec, sandbox, machine);
                                log.executing();
                                self.tell(new Prepared(placement));
                            } catch (JobFailure e) {
                                self.tell(new NotPrepared(e.getMessage()));
                            }
                        });
    }

    private Behavior<Command> onPrepared(Prepared prepared) {
        if (evicted) {
            return fail(new JobNews.StartFailed("it was ended before it was started", 0));
        }
        stage = Stage.LAUNCHING;
        stopped = stopWanted;
        surroundings
                .starters()
                .launch(sandbox.starter(), spec, prepared.placement(), stopWanted, new News());
        return this;
    }

    private Behavior<Command> onStarted(HasStarted has) {
        starter = has.starter();
        stage = Stage.LIVE;
        owner.accept(has.started());
        if (stopped) {
            tellStopped(new JobNews.Stopped(1));
        }
        carryOutWhatWaited();
        return this;
    }

    private Behavior<Command> onFound(HasFound found) {
        starter = found.starter();
        stage = Stage.LIVE;
        stopped = found.found().stopped();
        owner.accept(found.found());
        carryOutWhatWaited();
        return this;
    }

    private Behavior<Command> onNews(FromStarter from) {
        JobNews news = from.news();
        if (stage == Stage.GONE) {
            return this;
        }
        if (news instanceof JobNews.Stopped halted) {
            timers.cancel(StopOverdue.INSTANCE);
            stopped = true;
            tellStopped(halted);
        } else if (news instanceof JobNews.Continued) {
            // The log says so at the order already, as HTCondor's does.
            owner.accept(news);
        } else if (news instanceof JobNews.Exited exited) {
            gone(news);
            append(() -> log.ended(exited.exit(), evicted));
        } else if (news instanceof JobNews.Lost lost) {
            gone(news);
            append(() -> log.failed(lost.reason()));
        } else if (news instanceof JobNews.StartFailed) {
            return fail(news);
        }
        return this;
    }

    private Behavior<Command> fail(JobNews news) {
        gone(news);
        if (news instanceof JobNews.StartFailed failed) {
            append(() -> log.failed(failed.reason()));
        }
        return this;
    }

    private void gone(JobNews news) {
        stage = Stage.GONE;
        timers.cancelAll();
        owner.accept(news);
    }

    private void tellStopped(JobNews.Stopped news) {
        owner.accept(news);
        append(() -> log.suspended(news.processes()));
    }

    /** Orders that came before there was a program to carry them out on. */
    private void carryOutWhatWaited() {
        if (killed) {
            kill();
        } else if (evicted) {
            terminate();
        } else if (stopWanted && !stopped) {
            stop();
        } else if (resumeWanted && stopped) {
            resume();
        }
    }

    // --- orders

    private Behavior<Command> onStop(Stop order) {
        stopWanted = true;
        resumeWanted = false;
        if (stage == Stage.LIVE && !evicted) {
            stop();
        }
        return this;
    }

    private Behavior<Command> onContinue(Continue order) {
        stopWanted = false;
        resumeWanted = true;
        if (stage == Stage.LIVE) {
            resume();
        }
        return this;
    }

    private Behavior<Command> onEnd(End order) {
        evicted = true;
        grace = order.grace();
        if (stage == Stage.LIVE && !killed) {
            terminate();
        }
        return this;
    }

    private Behavior<Command> onKill(Kill order) {
        evicted = true;
        killed = true;
        if (stage == Stage.LIVE) {
            kill();
        }
        return this;
    }

    private void stop() {
        starter.stop();
        timers.startSingleTimer(StopOverdue.INSTANCE, surroundings.stopTimeout());
    }

    private void resume() {
        timers.cancel(StopOverdue.INSTANCE);
        stopped = false;
        starter.resume();
        append(log::continued);
    }

    private void terminate() {
        timers.cancel(StopOverdue.INSTANCE);
        stopped = false;
        starter.terminate();
        timers.startSingleTimer(EndOverdue.INSTANCE, grace);
    }

    private void kill() {
        timers.cancel(StopOverdue.INSTANCE);
        timers.cancel(EndOverdue.INSTANCE);
        starter.kill();
        timers.startSingleTimer(KillOverdue.INSTANCE, surroundings.killingTimeout());
    }

    // --- what takes too long

    private Behavior<Command> onStopOverdue(StopOverdue overdue) {
        getContext()
                .getLog()
                .warn(
                        "job={} did not say within {} that it stopped; going on without it",
                        spec.label(),
                        surroundings.stopTimeout());
        owner.accept(new JobNews.Stopped(0));
        return this;
    }

    private Behavior<Command> onEndOverdue(EndOverdue overdue) {
        getContext().getLog().info("job={} did not end within {}; killing it", spec.label(), grace);
        kill();
        return this;
    }

    private Behavior<Command> onKillOverdue(KillOverdue overdue) {
        getContext()
                .getLog()
                .warn(
                        "job={} lives {} after it was killed; killing it again",
                        spec.label(),
                        surroundings.killingTimeout());
        kill();
        return this;
    }

    // --- the end

    private Behavior<Command> onForget(Forget order) {
        if (stage != Stage.GONE || forgotten) {
            return this;
        }
        forgotten = true;
        CompletionStage<Void> dismissed =
                starter == null ? CompletableFuture.completedFuture(null) : starter.dismiss();
        ActorRef<Command> self = getContext().getSelf();
        logged.runAfterBoth(dismissed, () -> {})
                .whenCompleteAsync(
                        (done, error) -> {
                            surroundings.sandboxes().remove(sandbox);
                            self.tell(Cleaned.INSTANCE);
                        },
                        surroundings.blocking());
        return this;
    }

    /** Adds to the user's log, after what was added before. */
    private void append(Runnable entry) {
        logged = logged.thenRunAsync(entry, surroundings.blocking()).exceptionally(e -> null);
    }

    /** Brings the starter's news into the actor. */
    private final class News implements Starters.Listener {
        private final ActorRef<Command> self = getContext().getSelf();

        @Override
        public void started(Starters.Starter connected, long pid, long startedAtMillis) {
            self.tell(new HasStarted(connected, new JobNews.Started(pid, startedAtMillis)));
        }

        @Override
        public void found(
                Starters.Starter connected, long pid, long startedAtMillis, boolean halted) {
            self.tell(new HasFound(connected, new JobNews.Found(pid, startedAtMillis, halted)));
        }

        @Override
        public void stopped(int processes) {
            self.tell(new FromStarter(new JobNews.Stopped(processes)));
        }

        @Override
        public void continued() {
            self.tell(new FromStarter(new JobNews.Continued()));
        }

        @Override
        public void notStarted(String reason, int errno) {
            self.tell(new FromStarter(new JobNews.StartFailed(reason, errno)));
        }

        @Override
        public void exited(JobExit exit) {
            self.tell(new FromStarter(new JobNews.Exited(exit)));
        }

        @Override
        public void lost(String reason) {
            self.tell(new FromStarter(new JobNews.Lost(reason)));
        }
    }
}
