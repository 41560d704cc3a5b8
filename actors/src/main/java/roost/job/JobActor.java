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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import roost.capture.CaptureEngine.After;
import roost.image.ImageRecord;
import roost.image.Outputs.FileNote;
import roost.posix.ProcessIdentity;
import roost.posix.Signals;

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
     * @param image a checkpointed job is asked to write an image and end, for this reason; others
     *     and without a reason get their kill signal
     */
    public record End(Duration grace, Optional<String> image) implements Command {}

    /** Have the program write an image and go on. Answered by {@link JobNews}. */
    public record Checkpoint(String reason) implements Command {}

    /** Kill every process. */
    public enum Kill implements Command {
        INSTANCE
    }

    /** Tell what the job uses, if it runs: {@link JobNews.Uses}. */
    public enum Measure implements Command {
        INSTANCE
    }

    /** The end of the job is durable with whoever owns it: clean up. */
    public enum Forget implements Command {
        INSTANCE
    }

    /** What the job's own parts say. */
    non-sealed interface Internal extends Command {}

    private record Prepared(Images.Beginning beginning) implements Command {}

    private record NotPrepared(JobFailure failure) implements Command {}

    private enum StopOverdue implements Command {
        INSTANCE
    }

    private enum EndOverdue implements Command {
        INSTANCE
    }

    private enum KillOverdue implements Command {
        INSTANCE
    }

    private enum CaptureLook implements Command {
        INSTANCE
    }

    private enum Cleaned implements Command {
        INSTANCE
    }

    /** A timer of Akka's takes no more than 248 days. */
    private static final Duration GRACE_MAX = Duration.ofDays(200);

    /** What the starter says when the job's lock is taken. */
    private static final int EWOULDBLOCK = 11;

    /** An image may wait for its program as long as nobody needs the slot. */
    private static final Duration CAPTURE_MAX = Duration.ofHours(1);

    private static final Duration CAPTURE_LOOK = Duration.ofMillis(250);

    /**
     * What all jobs of a node share.
     *
     * @param images of checkpointed jobs
     * @param blocking where disk work is done
     * @param stopTimeout how long the starter may take to stop a job before the node goes on
     *     without its answer
     * @param killingTimeout how long a killed job may live before it is killed again
     */
    public record Surroundings(
            Starters starters,
            Sandboxes sandboxes,
            Images images,
            JobLogs logs,
            Executor blocking,
            Duration stopTimeout,
            Duration killingTimeout) {}

    /** How far along the job is. */
    private enum Stage {
        PREPARING,
        LAUNCHING,
        LIVE,
        /** The program is gone; its last image is being looked for. */
        LEAVING,
        GONE
    }

    private final Surroundings surroundings;
    private final JobSpec spec;
    private final Sandbox sandbox;
    private final Consumer<JobNews> owner;
    private final TimerScheduler<Command> timers;
    private final JobLogs.Log log;
    private final Optional<Captures> captures;
    private final Starters starters;

    private Stage stage = Stage.PREPARING;
    private JobNews.Origin origin = JobNews.Origin.BEGINNING;
    private Starters.Starter starter;
    private Optional<ProcessIdentity> process = Optional.empty();
    private boolean stopWanted;
    private boolean resumeWanted;
    private boolean stopped;
    private boolean evicted;
    private boolean killed;
    private Duration grace;
    private Optional<String> lastImage = Optional.empty();

    /** A stopped job was let go on, only to write its image. */
    private boolean lent;

    /** It wrote an image because it was told to end so. */
    private boolean checkpointed;

    /** How it ended, while its last image is being looked for. */
    private JobNews lastNews;

    private CpuTime used = CpuTime.NONE;
    private boolean forgotten;
    private CompletionStage<Void> logged = CompletableFuture.completedFuture(null);

    /**
     * Starts a job.
     *
     * @param preparation its sandbox
     * @param stopped start it stopped before its first instruction
     * @param owner gets the news; must not block
     */
    public static Behavior<Command> start(
            Surroundings surroundings,
            JobSpec spec,
            Sandbox sandbox,
            Preparation preparation,
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
                                    job.await(preparation);
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
                                    job.starters.attach(
                                            sandbox.starter(), new StarterNews(context.getSelf()));
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
        this.starters =
                spec.selfCheckpointing().isPresent()
                        ? new RepeatedRun(surroundings, spec, sandbox)
                        : surroundings.starters();
        this.captures =
                spec.checkpointing()
                        .map(
                                job ->
                                        new Captures(
                                                surroundings.images(),
                                                spec,
                                                surroundings.blocking(),
                                                context.getSelf()));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Stop.class, this::onStop)
                .onMessage(Continue.class, this::onContinue)
                .onMessage(End.class, this::onEnd)
                .onMessage(Kill.class, this::onKill)
                .onMessage(Checkpoint.class, this::onCheckpoint)
                .onMessage(Measure.class, this::onMeasure)
                .onMessage(Forget.class, this::onForget)
                .onMessage(Prepared.class, this::onPrepared)
                .onMessage(NotPrepared.class, this::onNotPrepared)
                .onMessage(StarterNews.HasStarted.class, this::onStarted)
                .onMessage(StarterNews.HasFound.class, this::onFound)
                .onMessage(StarterNews.FromStarter.class, this::onNews)
                .onMessage(StopOverdue.class, this::onStopOverdue)
                .onMessage(EndOverdue.class, this::onEndOverdue)
                .onMessage(KillOverdue.class, this::onKillOverdue)
                .onMessage(Captures.Made.class, this::onMade)
                .onMessage(Captures.Adopted.class, this::onAdopted)
                .onMessage(CaptureLook.class, this::onCaptureLook)
                .onMessage(Cleaned.class, m -> Behaviors.stopped())
                .build();
    }

    // --- the way to a running program

    private void await(Preparation preparation) {
        ActorRef<Command> self = getContext().getSelf();
        // Only these need the disk once more; others are spared the way through another thread.
        boolean disk =
                captures.isPresent()
                        || spec.selfCheckpointing().isPresent()
                        || spec.userLog().isPresent();
        preparation
                .made()
                .whenCompleteAsync(
                        (placement, failure) ->
                                self.tell(
                                        failure == null
                                                ? prepared(placement)
                                                : new NotPrepared((JobFailure) failure)),
                        disk ? surroundings.blocking() : Runnable::run);
    }

    private Command prepared(Starters.Placement placement) {
        try {
            Images.Beginning beginning = begin(placement);
            log.executing();
            return new Prepared(beginning);
        } catch (JobFailure e) {
            return new NotPrepared(e);
        }
    }

    private Images.Beginning begin(Starters.Placement placement) throws JobFailure {
        if (spec.selfCheckpointing().isPresent()) {
            return RepeatedRun.begin(surroundings.images(), spec, placement);
        }
        return spec.checkpointing().isPresent()
                ? surroundings.images().begin(spec, placement)
                : new Images.Beginning(placement, JobNews.Origin.BEGINNING, Optional.empty());
    }

    private Behavior<Command> onNotPrepared(NotPrepared not) {
        JobFailure why = not.failure();
        return fail(new JobNews.StartFailed(why.getMessage(), 0, why.obstacle()));
    }

    private Behavior<Command> onPrepared(Prepared prepared) {
        Images.Beginning beginning = prepared.beginning();
        beginning.found().ifPresent(this::tellCaptured);
        if (evicted) {
            return fail(new JobNews.StartFailed("it was ended before it was started", 0));
        }
        stage = Stage.LAUNCHING;
        stopped = stopWanted;
        origin = beginning.origin();
        starters.launch(
                sandbox.starter(),
                spec,
                beginning.placement(),
                stopWanted,
                new StarterNews(getContext().getSelf()));
        return this;
    }

    private Behavior<Command> onStarted(StarterNews.HasStarted has) {
        starter = has.starter();
        process = Optional.of(has.process());
        stage = Stage.LIVE;
        owner.accept(new JobNews.Started(has.process().pid(), has.startedAtMillis(), origin));
        if (stopped) {
            tellStopped(new JobNews.Stopped(1));
        }
        carryOutWhatWaited();
        return this;
    }

    private Behavior<Command> onFound(StarterNews.HasFound found) {
        starter = found.starter();
        process = found.process();
        stage = Stage.LIVE;
        stopped = found.stopped();
        long pid = process.map(ProcessIdentity::pid).orElse(0L);
        owner.accept(new JobNews.Found(pid, found.stopped()));
        // An image may have been completed while no node was there.
        captures.ifPresent(Captures::adoptFound);
        carryOutWhatWaited();
        return this;
    }

    private Behavior<Command> onNews(StarterNews.FromStarter from) {
        JobNews news = from.news();
        if (stage == Stage.GONE || stage == Stage.LEAVING) {
            return this;
        }
        if (news instanceof JobNews.Stopped halted) {
            timers.cancel(StopOverdue.INSTANCE);
            if (!stopped) {
                stopped = true;
                tellStopped(halted);
            }
        } else if (news instanceof JobNews.Continued) {
            stopped = false;
            // The log says so at the order already, as HTCondor's does.
            if (!lent) {
                owner.accept(news);
            }
        } else if (news instanceof JobNews.Exited || news instanceof JobNews.Lost) {
            leave(news);
        } else if (news instanceof JobNews.Uses uses) {
            used = uses.cpu();
            owner.accept(news);
        } else if (news instanceof JobNews.SelfCheckpointed) {
            owner.accept(news);
        } else if (news instanceof JobNews.StartFailed failed) {
            return fail(withObstacle(failed));
        }
        return this;
    }

    private JobNews withObstacle(JobNews.StartFailed failed) {
        boolean locked = captures.isPresent() || spec.guest().isPresent();
        return locked && failed.errno() == EWOULDBLOCK
                ? new JobNews.StartFailed(
                        failed.reason(), failed.errno(), JobNews.Obstacle.STILL_RUNS)
                : failed;
    }

    /** A checkpointed program that did not exit by itself may have left one more image. */
    private void leave(JobNews news) {
        boolean exitedByItself =
                news instanceof JobNews.Exited exited && exited.exit().signal() == 0;
        if (captures.isEmpty() || exitedByItself) {
            end(news);
            return;
        }
        stage = Stage.LEAVING;
        timers.cancelAll();
        lastNews = news;
        if (news instanceof JobNews.Exited exited) {
            used = CpuTime.of(exited.exit());
        }
        captures.get().adoptLast();
    }

    private void end(JobNews news) {
        gone(news);
        if (news instanceof JobNews.Exited exited) {
            append(() -> log.ended(exited.exit(), evicted));
        } else if (news instanceof JobNews.Lost lost) {
            append(() -> log.failed(lost.reason()));
        }
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
        lent = false;
        if (stage == Stage.LIVE && !evicted) {
            stop();
        }
        return this;
    }

    private Behavior<Command> onContinue(Continue order) {
        stopWanted = false;
        resumeWanted = true;
        lent = false;
        if (stage == Stage.LIVE) {
            resume();
        }
        return this;
    }

    private Behavior<Command> onEnd(End order) {
        evicted = true;
        grace = order.grace();
        lastImage = order.image();
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

    private Behavior<Command> onMeasure(Measure order) {
        if (stage == Stage.LIVE) {
            starter.measure();
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
        boolean halted = stopped || stopWanted;
        stopped = false;
        lent = false;
        if (captures.isEmpty() || lastImage.isEmpty()) {
            starter.terminate();
        } else if (captures.get().wanted() && process.isPresent()) {
            captures.get().begin(process.get(), After.EXIT, lastImage.get(), grace);
            followCapture();
            if (halted) {
                // The image is the first thing that it makes; its end must not come much later.
                starter.resume();
                starter.signal(Signals.TSTP);
            }
        } else {
            kill();
            return;
        }
        timers.startSingleTimer(
                EndOverdue.INSTANCE, grace.compareTo(GRACE_MAX) < 0 ? grace : GRACE_MAX);
    }

    private void kill() {
        timers.cancel(StopOverdue.INSTANCE);
        timers.cancel(EndOverdue.INSTANCE);
        starter.kill();
        timers.startSingleTimer(KillOverdue.INSTANCE, surroundings.killingTimeout());
    }

    // --- images

    private Behavior<Command> onCheckpoint(Checkpoint order) {
        if (captures.isEmpty()) {
            if (stage != Stage.LIVE || evicted || !starter.askForCheckpoint()) {
                owner.accept(new JobNews.NotCaptured("the job cannot be asked for a checkpoint"));
            }
        } else if (!captures.get().wanted()) {
            owner.accept(new JobNews.NotCaptured("the job says WantCheckpoint = False"));
        } else if (stage != Stage.LIVE || process.isEmpty()) {
            owner.accept(new JobNews.NotCaptured("the job does not run"));
        } else if (evicted) {
            owner.accept(new JobNews.NotCaptured("the job is being ended"));
        } else if (captures.get().underWay().isEmpty()) {
            captures.get().begin(process.get(), After.CONTINUE, order.reason(), CAPTURE_MAX);
            followCapture();
            if (stopped) {
                lent = true;
                stopped = false;
                starter.resume();
            }
        }
        return this;
    }

    private void followCapture() {
        starter.measure(); // for the log; known long before the image is complete
        timers.startTimerWithFixedDelay(CaptureLook.INSTANCE, CAPTURE_LOOK);
    }

    private Behavior<Command> onCaptureLook(CaptureLook look) {
        captures.flatMap(c -> c.underWay().map(c::progress))
                .ifPresent(progress -> owner.accept(new JobNews.Capturing(progress)));
        return this;
    }

    private Behavior<Command> onMade(Captures.Made made) {
        if (stage == Stage.GONE || stage == Stage.LEAVING) {
            // The last look finds what there is; after it the job's next run may begin.
            return this;
        }
        Captures images = captures.orElseThrow();
        if (made.failure().isEmpty()) {
            images.adopt(made);
        } else {
            captureOver(made.request(), made.failure());
        }
        return this;
    }

    private Behavior<Command> onAdopted(Captures.Adopted adopted) {
        if (stage == Stage.GONE) {
            return this;
        }
        adopted.image().ifPresent(this::tellCaptured);
        checkpointed |=
                adopted.image().isPresent()
                        && (adopted.last()
                                || adopted.request()
                                        .filter(r -> r.after() == After.EXIT)
                                        .isPresent());
        adopted.problem()
                .ifPresent(
                        problem ->
                                getContext()
                                        .getLog()
                                        .warn(
                                                "job={} its new image is not used: {}",
                                                spec.label(),
                                                problem));
        adopted.request().ifPresent(request -> captureOver(request, adopted.problem()));
        if (adopted.last()) {
            end(withTraces(lastNews, adopted.outputs()));
        }
        return this;
    }

    private JobNews withTraces(JobNews news, List<FileNote> outputs) {
        if (news instanceof JobNews.Exited exited) {
            boolean image = checkpointed && exited.exit().signal() == Signals.USR2;
            return new JobNews.Exited(exited.exit(), new JobNews.Traces(image, outputs));
        }
        return news;
    }

    private void captureOver(Captures.Request request, Optional<String> problem) {
        captures.orElseThrow().done(request);
        if (captures.get().underWay().isPresent()) {
            return;
        }
        timers.cancel(CaptureLook.INSTANCE);
        problem.ifPresent(why -> owner.accept(new JobNews.NotCaptured(why)));
        if (lent && stage == Stage.LIVE && !evicted) {
            lent = false;
            stopped = true;
            starter.stop();
        }
    }

    private void tellCaptured(ImageRecord image) {
        if (captures.orElseThrow().note(image)) {
            owner.accept(new JobNews.Captured(image, used));
        }
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
}
