// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.SupervisorStrategy;
import akka.actor.typed.eventstream.EventStream;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import akka.persistence.typed.EventRejectedException;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.RecoveryCompleted;
import akka.persistence.typed.javadsl.CommandHandlerWithReply;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehaviorWithEnforcedReplies;
import akka.persistence.typed.javadsl.ReplyEffect;
import akka.persistence.typed.javadsl.RetentionCriteria;
import akka.persistence.typed.javadsl.SignalHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import roost.api.ApiEvent;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CaResult;
import roost.api.ClaimReply;
import roost.classad.ClassAd;
import roost.id.SlotName;
import roost.job.JobNews;
import roost.security.Identity;
import roost.slot.SlotActor;
import roost.slot.SlotArbiter.Want;

/**
 * One COD claim, durable.
 *
 * <p>Parent: {@link ClaimsActor}. Users' requests come as {@link Serve} through the {@link
 * ClaimDirectory}; what is to be done with the job goes to the claim's slot, which answers with
 * {@link JobNews}. What happens is decided by the pure functions of {@link ClaimState}; this actor
 * makes it durable first and carries it out afterwards (only stopping begins earlier). Everything
 * it has carried out can be done again: after a recovery the slot is told once more what the state
 * wants.
 *
 * <p>When the journal refuses, the caller is told why and the claim stays as it was.
 */
public final class ClaimActor
        extends EventSourcedBehaviorWithEnforcedReplies<
                ClaimActor.Command, ClaimEvent, ClaimState> {

    /** What a claim can be told. */
    public sealed interface Command {}

    /** The first command of a new claim. */
    record Create(
            ClaimEvent.Requested event, ClassAd slotAd, ActorRef<StatusReply<ApiReply>> replyTo)
            implements Command {}

    /** A user's request. */
    public record Serve(
            ApiRequest.OnClaim request, Identity caller, ActorRef<StatusReply<ApiReply>> replyTo)
            implements Command {}

    /** The lease may be over. */
    enum LeaseDue implements Command {
        INSTANCE
    }

    /** The node is going down: end the job, keep the claim. */
    record NodeStops(boolean fast) implements Command {}

    /** Leave memory; the parent saw to it that nothing else comes. */
    enum Leave implements Command {
        INSTANCE
    }

    private record FromSlot(JobNews news) implements Command {}

    private enum ActiveTooLong implements Command {
        INSTANCE
    }

    /** What all claims of a node share. */
    record Surroundings(
            ClaimDirectory directory,
            Function<SlotName, ActorRef<SlotActor.Command>> slots,
            Applications applications,
            Authority authority,
            Moment.Source clock,
            JournalGate journal,
            Settings settings,
            ActorRef<ClaimsActor.Command> parent) {}

    /**
     * Limits of claims.
     *
     * @param vacateTime how long a job may take to end when asked
     * @param activeTime how long one activation may last; zero for no limit
     */
    public record Settings(Duration vacateTime, Duration activeTime, int waitersMax) {}

    /** Whether the journal would take a write now, and forgetting what it holds of a claim. */
    public interface JournalGate {
        /** Why it would not; empty if it would. */
        Optional<String> refusal();

        /** Deletes everything that the journal holds of an id. */
        void forget(String persistenceId);
    }

    /** Somebody who waits for an answer. */
    private record Waiter(Waiting what, String stateBefore, Serve serve) {
        void tell(ClaimReply reply) {
            serve.replyTo().tell(StatusReply.success(reply));
        }
    }

    private enum Waiting {
        START,
        STOP,
        CONTINUE,
        END
    }

    /** Where the job is, as far as the slot has told. */
    private enum Physical {
        NONE,
        COMING,
        RUNS,
        STOPPED
    }

    /** What all persistence ids of claims begin with. */
    public static final String PERSISTENCE_PREFIX = "claim-";

    private static final int SNAPSHOT_EVERY = 500;

    /** A timer of Akka's takes no more than 248 days. */
    private static final long TIMER_MILLIS_MAX = Duration.ofDays(200).toMillis();

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final Surroundings around;
    private final long sequence;
    private final ActorRef<JobNews> news;
    private final List<Waiter> waiters = new ArrayList<>();
    private Physical physical = Physical.NONE;

    /** Who is to be told if the write that is under way fails. */
    private Optional<ActorRef<StatusReply<ApiReply>>> unsaved = Optional.empty();

    static Behavior<Command> create(long sequence, Surroundings around) {
        return Behaviors.<Command>supervise(
                        Behaviors.setup(
                                context ->
                                        Behaviors.withTimers(
                                                timers ->
                                                        new ClaimActor(
                                                                context, timers, sequence,
                                                                around))))
                .onFailure(EventRejectedException.class, SupervisorStrategy.restart());
    }

    static String persistenceId(long sequence) {
        return PERSISTENCE_PREFIX + sequence;
    }

    /** The claim's number in its persistence id. */
    public static long sequenceOf(String persistenceId) {
        return Long.parseLong(persistenceId.substring(PERSISTENCE_PREFIX.length()));
    }

    private ClaimActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            long sequence,
            Surroundings around) {
        super(
                PersistenceId.ofUniqueId(persistenceId(sequence)),
                SupervisorStrategy.restartWithBackoff(
                        Duration.ofMillis(100), Duration.ofSeconds(5), 0.1));
        this.context = context;
        this.timers = timers;
        this.sequence = sequence;
        this.around = around;
        this.news = context.messageAdapter(JobNews.class, FromSlot::new);
    }

    @Override
    public ClaimState emptyState() {
        return null;
    }

    @Override
    public EventHandler<ClaimState, ClaimEvent> eventHandler() {
        return ClaimState::apply;
    }

    @Override
    public RetentionCriteria retentionCriteria() {
        return RetentionCriteria.snapshotEvery(SNAPSHOT_EVERY, 1).withDeleteEventsOnSnapshot();
    }

    @Override
    public SignalHandler<ClaimState> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(RecoveryCompleted.instance(), this::onRecovered)
                .build();
    }

    @Override
    public CommandHandlerWithReply<Command, ClaimEvent, ClaimState> commandHandler() {
        var builder = newCommandHandlerWithReplyBuilder();
        builder.forNullState()
                .onCommand(Create.class, this::onCreate)
                .onCommand(Serve.class, this::onServeNobody)
                .onCommand(Leave.class, leave -> Effect().stop().thenNoReply())
                .onAnyCommand(command -> Effect().noReply());
        builder.forNonNullState()
                .onCommand(Serve.class, this::onServe)
                .onCommand(FromSlot.class, this::onNews)
                .onCommand(LeaseDue.class, this::onLeaseDue)
                .onCommand(ActiveTooLong.class, this::onActiveTooLong)
                .onCommand(NodeStops.class, this::onNodeStops)
                .onCommand(Leave.class, this::onLeave)
                .onCommand(Create.class, (state, create) -> Effect().noReply());
        return builder.build();
    }

    // --- coming to life

    private ReplyEffect<ClaimEvent, ClaimState> onCreate(Create create) {
        unsaved = Optional.of(create.replyTo());
        return Effect()
                .persist(create.event())
                .thenRun(
                        (ClaimState state) -> {
                            unsaved = Optional.empty();
                            announce(null, state, "user:" + create.event().user());
                        })
                .thenReply(
                        create.replyTo(),
                        state ->
                                StatusReply.success(
                                        around.authority().created(state, create.slotAd())));
    }

    private ReplyEffect<ClaimEvent, ClaimState> onServeNobody(Serve serve) {
        return Effect()
                .reply(
                        serve.replyTo(),
                        StatusReply.success(around.authority().notFound(serve.request().id())));
    }

    /** Does again what the state says is owed, and answers who was waiting for a failed write. */
    private void onRecovered(ClaimState state) {
        boolean writeFailed = unsaved.isPresent();
        unsaved.ifPresent(this::tellUnsaved);
        unsaved = Optional.empty();
        if (state == null) {
            if (writeFailed) {
                leave();
            }
            return;
        }
        state.run()
                .ifPresentOrElse(
                        run -> {
                            physical = Physical.COMING;
                            slot(state)
                                    .tell(
                                            new SlotActor.ReattachCod(
                                                    key(run),
                                                    around.applications().spec(state.claim(), run),
                                                    Path.of(run.directory()),
                                                    want(state),
                                                    grace(state),
                                                    news));
                            armActiveTimer(state);
                        },
                        () -> slot(state).tell(new SlotActor.ExpectNoCod(sequence)));
        around.parent().tell(new ClaimsActor.Recovered(sequence));
    }

    private void tellUnsaved(ActorRef<StatusReply<ApiReply>> replyTo) {
        waiters.removeIf(waiter -> waiter.serve().replyTo().equals(replyTo));
        String why = around.journal().refusal().orElse("the claim's journal could not be written");
        replyTo.tell(
                StatusReply.success(
                        refusal(CaResult.FAILURE, why, "nothing was changed; see the node's log")));
    }

    /** The claim does not exist any more, and nobody can find it: this actor is not needed. */
    private void leave() {
        around.parent().tell(new ClaimsActor.Gone(sequence));
        context.getSelf().tell(Leave.INSTANCE);
    }

    // --- users' requests

    private ReplyEffect<ClaimEvent, ClaimState> onServe(ClaimState state, Serve serve) {
        around.directory().taken(sequence);
        Optional<Decision.Refuse> unlawful =
                around.authority().check(state.claim(), serve.request(), serve.caller());
        if (unlawful.isPresent()) {
            return answer(serve, unlawful.get());
        }
        if (waiters.size() >= around.settings().waitersMax()) {
            return answer(
                    serve,
                    new Decision.Refuse(
                            CaResult.FAILURE,
                            "too many requests wait for this claim already",
                            "wait until some of them are answered"));
        }
        Decision decision = decide(state, serve);
        if (decision instanceof Decision.Refuse refuse) {
            return answer(serve, refuse);
        }
        return perform(state, (Decision.Accept) decision, serve);
    }

    private Decision decide(ClaimState state, Serve serve) {
        ApiRequest.OnClaim request = serve.request();
        String cause = "user:" + serve.caller().user();
        Moment now = around.clock().now();
        if (request instanceof ApiRequest.ActivateClaim activate) {
            return activate(state, activate, serve.caller(), now);
        } else if (request instanceof ApiRequest.SuspendClaim) {
            return state.suspend(now);
        } else if (request instanceof ApiRequest.ResumeClaim) {
            return state.resume(now);
        } else if (request instanceof ApiRequest.RenewClaim) {
            return state.renew(now);
        } else if (request instanceof ApiRequest.DeactivateClaim deactivate) {
            return state.deactivate(deactivate.fast(), cause, now);
        } else if (request instanceof ApiRequest.ReleaseClaim release) {
            return state.release(release.fast(), cause, now);
        } else if (request instanceof ApiRequest.DelegateProxy delegate) {
            return delegate(state, delegate);
        }
        throw new IllegalArgumentException("no such verb: " + request.getClass().getSimpleName());
    }

    /** The state is asked first, as HTCondor does, and the application looked at afterwards. */
    private Decision activate(
            ClaimState state, ApiRequest.ActivateClaim request, Identity caller, Moment now) {
        if (!(state instanceof Idle)) {
            return state.activate(null, now);
        }
        Applications.Result result =
                around.applications().activation(state.claim(), request, caller, now);
        return result instanceof Applications.Refused refused
                ? refused.why()
                : state.activate(((Applications.Ready) result).activation(), now);
    }

    private Decision delegate(ClaimState state, ApiRequest.DelegateProxy request) {
        if (!(state instanceof Idle)) {
            return state.delegate("");
        }
        Applications.Result result =
                around.applications().storeProxy(state.claim(), request.proxy());
        return result instanceof Applications.Refused refused
                ? refused.why()
                : state.delegate(((Applications.Stored) result).path());
    }

    private ReplyEffect<ClaimEvent, ClaimState> perform(
            ClaimState before, Decision.Accept accepted, Serve serve) {
        if (!accepted.events().isEmpty()) {
            Optional<String> full = around.journal().refusal();
            if (full.isPresent()) {
                return answer(
                        serve,
                        new Decision.Refuse(
                                CaResult.FAILURE,
                                full.get(),
                                "nothing was changed; make space and try again"));
            }
        }
        String cause = "user:" + serve.caller().user();
        boolean now = accepted.answer() == Decision.Answer.NOW || whenOrdered(serve.request());
        if (!now) {
            waiters.add(new Waiter(waiting(serve.request()), before.text(), serve));
        }
        if (accepted.events().isEmpty()) {
            return now ? answerNow(before, serve) : Effect().noReply();
        }
        unsaved = Optional.of(serve.replyTo());
        accepted.events().forEach(event -> beginWhatCanBeUndone(before, event));
        var effect =
                Effect()
                        .persist(accepted.events())
                        .thenRun(
                                (ClaimState after) -> {
                                    unsaved = Optional.empty();
                                    follow(before, after, cause);
                                });
        if (now) {
            return effect.thenReply(
                    serve.replyTo(), after -> StatusReply.success(success(before.text(), serve)));
        }
        return effect.thenNoReply();
    }

    /**
     * Stopping a job, or making the directories of one, takes as long as the disk takes to make its
     * reason durable, so both are done at once. Should the write fail, or the node die meanwhile,
     * the recovered claim has the stopped job go on, and the directories are removed: nothing but
     * time was lost.
     */
    private void beginWhatCanBeUndone(ClaimState before, ClaimEvent event) {
        if (event instanceof ClaimEvent.Activated activated) {
            Activation run = activated.activation();
            slot(before)
                    .tell(
                            new SlotActor.PrepareCod(
                                    key(run),
                                    around.applications().spec(before.claim(), run),
                                    Path.of(run.directory()),
                                    news));
        } else if (event instanceof ClaimEvent.JobResumed) {
            slot(before).tell(new SlotActor.ExpectCod(sequence));
        } else if (event instanceof ClaimEvent.JobSuspended) {
            before.run()
                    .ifPresent(
                            run ->
                                    slot(before)
                                            .tell(
                                                    new SlotActor.WantCod(
                                                            key(run), Want.STOP, Duration.ZERO)));
        }
    }

    private ReplyEffect<ClaimEvent, ClaimState> answerNow(ClaimState state, Serve serve) {
        return Effect().reply(serve.replyTo(), StatusReply.success(success(state.text(), serve)));
    }

    private ReplyEffect<ClaimEvent, ClaimState> answer(Serve serve, Decision.Refuse refuse) {
        return Effect()
                .reply(
                        serve.replyTo(),
                        StatusReply.success(
                                refusal(refuse.result(), refuse.error(), refuse.hint())));
    }

    private static boolean whenOrdered(ApiRequest.OnClaim request) {
        return request instanceof ApiRequest.SuspendClaim suspend && suspend.ordered()
                || request instanceof ApiRequest.ResumeClaim resume && resume.ordered();
    }

    private static Waiting waiting(ApiRequest.OnClaim request) {
        if (request instanceof ApiRequest.ActivateClaim) {
            return Waiting.START;
        } else if (request instanceof ApiRequest.SuspendClaim) {
            return Waiting.STOP;
        } else if (request instanceof ApiRequest.ResumeClaim) {
            return Waiting.CONTINUE;
        }
        return Waiting.END;
    }

    // --- what happens by itself

    private ReplyEffect<ClaimEvent, ClaimState> onNews(ClaimState state, FromSlot from) {
        JobNews said = from.news();
        if (said instanceof JobNews.Started || said instanceof JobNews.Found) {
            boolean halted = said instanceof JobNews.Found found && found.stopped();
            physical = halted ? Physical.STOPPED : Physical.RUNS;
            answerWaiters(Waiting.START);
        } else if (said instanceof JobNews.Stopped) {
            physical = Physical.STOPPED;
            answerWaiters(Waiting.STOP);
        } else if (said instanceof JobNews.Continued) {
            physical = Physical.RUNS;
            answerWaiters(Waiting.CONTINUE);
        } else {
            return jobGone(state, said);
        }
        return Effect().noReply();
    }

    private ReplyEffect<ClaimEvent, ClaimState> jobGone(ClaimState state, JobNews said) {
        physical = Physical.NONE;
        boolean failed = said instanceof JobNews.StartFailed;
        String how;
        Runnable answer = () -> {};
        if (said instanceof JobNews.Exited exited) {
            how = "job " + exited.exit().text();
        } else if (said instanceof JobNews.StartFailed failure) {
            how = failure.reason();
            List<Waiter> starting = takeWaiters(Waiting.START);
            answer = () -> failStart(failure, starting);
        } else {
            how = ((JobNews.Lost) said).reason();
        }
        return internally(state, state.jobGone(how, failed, around.clock().now()), how, answer);
    }

    /**
     * Says that a start failed, once the claim is idle again. HTCondor answers Success once there
     * is a starter, whatever comes of the program; only a start that does not get that far fails,
     * without a text.
     */
    private void failStart(JobNews.StartFailed failure, List<Waiter> starting) {
        boolean noStarter = failure.errno() == 0;
        for (Waiter waiter : starting) {
            if (((ApiRequest.ActivateClaim) waiter.serve().request()).waitForStart()) {
                waiter.tell(refusal(CaResult.FAILURE, failure.reason(), "the claim is Idle again"));
            } else if (noStarter) {
                waiter.tell(around.authority().failureWithoutText(failure.reason()));
            } else {
                waiter.tell(around.authority().success(ClassAd.EMPTY));
            }
        }
    }

    private ReplyEffect<ClaimEvent, ClaimState> onLeaseDue(ClaimState state, LeaseDue due) {
        Decision decision = state.leaseDue(around.clock().now());
        if (decision instanceof Decision.Accept accept && !accept.events().isEmpty()) {
            context.getLog()
                    .info(
                            "COD claim {} lease expired (client must not have called 'condor_cod"
                                    + " renew' within {} seconds)",
                            state.claim().id(),
                            state.claim().lease().map(Lease::lengthSeconds).orElse(0L));
        }
        return internally(state, decision, "lease expired");
    }

    private ReplyEffect<ClaimEvent, ClaimState> onActiveTooLong(
            ClaimState state, ActiveTooLong overdue) {
        boolean evicting = !(state instanceof Running) && !(state instanceof Suspended);
        if (evicting) {
            return Effect().noReply();
        }
        boolean early = around.settings().activeTime().toMillis() > TIMER_MILLIS_MAX;
        if (early && activeMillisLeft((Active) state) > 0) {
            armActiveTimer(state);
            return Effect().noReply();
        }
        String cause = "active longer than COD_MAX_ACTIVE_TIME";
        return internally(state, state.deactivate(false, cause, around.clock().now()), cause);
    }

    private ReplyEffect<ClaimEvent, ClaimState> onNodeStops(ClaimState state, NodeStops stops) {
        if (state instanceof Idle || state instanceof Killing) {
            return Effect().noReply();
        }
        if (around.journal().refusal().isPresent()) {
            // The wish cannot be made durable, as on a full disk. The job ends all the same, and
            // its starter's record tells the next life of the node.
            Want want = stops.fast() ? Want.KILL : Want.END;
            state.run()
                    .ifPresent(
                            run ->
                                    slot(state)
                                            .tell(
                                                    new SlotActor.WantCod(
                                                            key(run), want, grace(state))));
            return Effect().noReply();
        }
        String cause = "the node stops";
        return internally(
                state, state.deactivate(stops.fast(), cause, around.clock().now()), cause);
    }

    private ReplyEffect<ClaimEvent, ClaimState> internally(
            ClaimState before, Decision decision, String cause) {
        return internally(before, decision, cause, () -> {});
    }

    /**
     * Makes durable what was decided without a user's request.
     *
     * @param answer what is owed to those who wait for it; run when the new state can be seen
     */
    private ReplyEffect<ClaimEvent, ClaimState> internally(
            ClaimState before, Decision decision, String cause, Runnable answer) {
        if (!(decision instanceof Decision.Accept accept) || accept.events().isEmpty()) {
            answer.run();
            return Effect().noReply();
        }
        return Effect()
                .persist(accept.events())
                .thenRun(
                        (ClaimState after) -> {
                            follow(before, after, cause);
                            answer.run();
                        })
                .thenNoReply();
    }

    private ReplyEffect<ClaimEvent, ClaimState> onLeave(ClaimState state, Leave leave) {
        if (state instanceof Idle && waiters.isEmpty()) {
            return Effect().stop().thenNoReply();
        }
        around.directory().stays(sequence, context.getSelf());
        return Effect().noReply();
    }

    // --- what a durable change brings with it

    /** Carries out what the events mean. Everything here can be done twice without harm. */
    private void follow(ClaimState before, ClaimState after, String cause) {
        Optional<Activation> ran = before.run();
        Optional<Activation> runs = after == null ? Optional.empty() : after.run();
        boolean starts = runs.isPresent() && ran.isEmpty();
        if (starts) {
            start(after, runs.get());
        }
        announce(before, after, cause);
        if (starts) {
            if (!leaseLength(before).equals(leaseLength(after))) {
                around.parent().tell(new ClaimsActor.LeaseChanged(sequence));
            }
        } else if (runs.isPresent()) {
            slot(after).tell(new SlotActor.WantCod(key(runs.get()), want(after), grace(after)));
            answerWhatIsSo(after);
        } else if (ran.isPresent()) {
            timers.cancel(ActiveTooLong.INSTANCE);
            slot(before).tell(new SlotActor.ForgetCod(key(ran.get())));
            answerAll();
        }
        if (after == null) {
            around.journal().forget(persistenceId(sequence));
            leave();
        }
    }

    /** Only an activation changes it: by JobLeaseDuration of its job ad. */
    private static Optional<Long> leaseLength(ClaimState state) {
        return state.claim().lease().map(Lease::lengthSeconds);
    }

    private void start(ClaimState state, Activation run) {
        physical = Physical.COMING;
        slot(state).tell(new SlotActor.StartCod(key(run)));
        armActiveTimer(state);
    }

    private void armActiveTimer(ClaimState state) {
        if (!around.settings().activeTime().isZero() && state instanceof Active active) {
            long millis = Math.min(activeMillisLeft(active), TIMER_MILLIS_MAX);
            timers.startSingleTimer(ActiveTooLong.INSTANCE, Duration.ofMillis(millis));
        }
    }

    private long activeMillisLeft(Active active) {
        long used = Math.max(0, around.clock().now().wallMillis() - active.started());
        return Math.max(0, around.settings().activeTime().toMillis() - used);
    }

    /** The job may already be what the new state wants, and then nobody will say so. */
    private void answerWhatIsSo(ClaimState state) {
        if (state instanceof Suspended && physical == Physical.STOPPED) {
            answerWaiters(Waiting.STOP);
            answerWaiters(Waiting.CONTINUE);
        }
    }

    private void announce(ClaimState before, ClaimState after, String cause) {
        Claim claim = after == null ? before.claim() : after.claim();
        if (after == null) {
            around.applications().forget(claim);
            around.directory()
                    .remove(sequence)
                    .forEach(
                            late -> {
                                if (late instanceof Serve serve) {
                                    serve.replyTo()
                                            .tell(
                                                    StatusReply.success(
                                                            around.authority()
                                                                    .notFound(claim.id())));
                                }
                            });
        } else {
            around.directory().update(after);
        }
        String from = before == null ? "-" : before.text();
        String to = after == null ? "Released" : after.text();
        if (from.equals(to)) {
            return;
        }
        context.getLog()
                .info(
                        "claim={} slot={} from={} to={} cause={}",
                        claim.id().shortId(),
                        claim.slot(),
                        from,
                        to,
                        cause);
        around.slots().apply(claim.slot()).tell(SlotActor.ClaimsChanged.INSTANCE);
        context.getSystem()
                .eventStream()
                .tell(
                        new EventStream.Publish<>(
                                new ApiEvent.ClaimChanged(
                                        around.clock().now().wallMillis(),
                                        claim.id().publicId(),
                                        claim.slot().toString(),
                                        claim.user(),
                                        Optional.ofNullable(before).map(ClaimState::text),
                                        to,
                                        cause)));
    }

    private SlotActor.CodKey key(Activation run) {
        return new SlotActor.CodKey(sequence, run.number());
    }

    private ActorRef<SlotActor.Command> slot(ClaimState state) {
        return around.slots().apply(state.claim().slot());
    }

    private static Want want(ClaimState state) {
        if (state instanceof Running) {
            return Want.RUN;
        } else if (state instanceof Suspended) {
            return Want.STOP;
        }
        return state instanceof Killing ? Want.KILL : Want.END;
    }

    /** What is left of the time a vacating job has. */
    private Duration grace(ClaimState state) {
        Duration all = around.settings().vacateTime();
        long used = around.clock().now().wallMillis() - state.since();
        long left = all.toMillis() - Math.max(0, Math.min(used, all.toMillis()));
        return Duration.ofMillis(left);
    }

    // --- answers that had to wait

    private List<Waiter> takeWaiters(Waiting what) {
        List<Waiter> taken = waiters.stream().filter(w -> w.what() == what).toList();
        waiters.removeAll(taken);
        return taken;
    }

    private void answerWaiters(Waiting what) {
        takeWaiters(what).forEach(this::succeed);
    }

    private void answerAll() {
        List<Waiter> taken = List.copyOf(waiters);
        waiters.clear();
        taken.forEach(this::succeed);
    }

    private void succeed(Waiter waiter) {
        waiter.tell(success(waiter.stateBefore(), waiter.serve()));
    }

    private ClaimReply success(String stateBefore, Serve serve) {
        boolean ends =
                serve.request() instanceof ApiRequest.DeactivateClaim
                        || serve.request() instanceof ApiRequest.ReleaseClaim;
        ClassAd ad =
                ends ? ClassAd.builder().put("LastClaimState", stateBefore).build() : ClassAd.EMPTY;
        return around.authority().success(ad);
    }

    private ClaimReply refusal(CaResult result, String error, String hint) {
        return around.authority().refusal(result, error, hint);
    }
}
