// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.javadsl.TimerScheduler;
import akka.pattern.StatusReply;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiReply.JobOutcome;
import roost.api.ApiReply.JobResult;
import roost.api.ApiRequest;
import roost.classad.ClassAd;
import roost.guest.GuestsActor;
import roost.guest.HostsActor;
import roost.guest.RunKey;
import roost.history.FinishedJob;
import roost.id.JobId;
import roost.id.SlotName;
import roost.job.Initiator;
import roost.journal.JournalException;
import roost.journal.JournalExtension;
import roost.match.Constraint;
import roost.match.Matchmaker;
import roost.node.Asking;
import roost.security.Identity;
import roost.slot.SlotActor;

/**
 * The batch queue of this node: what was submitted here and has not left.
 *
 * <p>Parent: the node's guardian. Users' requests come as {@link Ask}; slots send {@link
 * SlotActor.SlotUpdate}s; each job is a child {@link BatchJobActor} and reports every move.
 * Durable: the clusters as submitted ({@link QueueEvent}); where each job stands is durable in its
 * own journal. Matching is done at once whenever a job becomes idle or a slot free.
 */
public final class QueueActor extends AbstractBehavior<QueueActor.Command> {
    /** What the names of runs' directories begin with; as a glob, to tell them from COD jobs'. */
    public static final String SANDBOX_PREFIX = "dir_[0-9]";

    /** What can be said to the queue. */
    public sealed interface Command {}

    /** A user's request: SubmitJobs, QueryJobs or ActOnJobs. */
    public record Ask(
            ApiRequest<?> request, Identity caller, ActorRef<StatusReply<ApiReply>> replyTo)
            implements Command {}

    /** The node stops: what it runs goes back into the queue, and nothing starts any more. */
    public record Stop(boolean fast) implements Command {}

    private record Loaded(QueueState state) implements Command {}

    /** A cluster is durable, or could not be made so. */
    private record Saved(Ask ask, ClusterJournal.Submitted cluster, Throwable failure)
            implements Command {}

    /** A job's removal is durable. */
    private record Gone(JobId id) implements Command {}

    private record Stopped(JobId id) implements Command {}

    /** Whoever waits for the end of an action has his answer by another way. */
    private record GiveUp(JobId id, JobWaits.Wait awaited) implements Command {}

    private record SlotNews(SlotActor.SlotUpdate update) implements Command {}

    private record HostNews(HostsActor.Report report) implements Command {}

    private record JobNews(JobReport report) implements Command {}

    private enum PolicyTick implements Command {
        INSTANCE
    }

    private static final int JOBS_PER_CLUSTER_MAX = 10_000;
    private static final Duration JOURNAL_ANSWER = Duration.ofSeconds(30);
    private static final Duration JOB_ANSWER = Duration.ofSeconds(20);

    /** A job that is in the queue now; not durable here. */
    private static final class Live {
        private final ClassAd submitted;
        private final ActorRef<BatchJobActor.Command> actor;
        private JobState state = new JobState.New();
        private final JobWaits waits = new JobWaits();

        /** The image that is being written now. */
        private Optional<JobReport.ImageNews> writing = Optional.empty();

        /** Why machines that were tried cannot go on from the job's image, by their names. */
        private final Map<String, String> obstacles = new TreeMap<>();

        /** Those of them that are not to be tried again yet. */
        private final Set<String> shutOut = new HashSet<>();

        private Live(ClassAd submitted, ActorRef<BatchJobActor.Command> actor) {
            this.submitted = submitted;
            this.actor = actor;
        }
    }

    private final ActorContext<Command> context;
    private final QueueSettings settings;
    private final BatchJobActor.Surroundings surroundings;
    private final ImageAds imageAds;
    private final ActorRef<Done> recovered;
    private final ActorRef<ClusterJournal.Command> journal;
    private final TreeMap<JobId, Live> jobs = new TreeMap<>();
    private final TreeSet<Matchmaker.Waiting> waiting = new TreeSet<>(Matchmaker.ORDER);
    private final KnownSlots slots;

    /** The other nodes that jobs may be given to. */
    private final Map<String, ActorRef<GuestsActor.Command>> hosts = new HashMap<>();

    private boolean stopping;

    /** Jobs that have not said where they stand since the node started. */
    private final Set<JobId> unheard = new HashSet<>();

    /** Just submitted, and not heard of yet: those behind them wait, so that all run in order. */
    private final TreeSet<Matchmaker.Waiting> fresh = new TreeSet<>(Matchmaker.ORDER);

    /**
     * @param slots every slot of this node
     * @param recovered told once every job of an earlier life has been taken up again
     */
    public static Behavior<Command> create(
            QueueSettings settings,
            Map<SlotName, ActorRef<SlotActor.Command>> slots,
            ActorRef<Done> recovered) {
        return Behaviors.setup(
                context ->
                        Behaviors.withTimers(
                                timers ->
                                        new QueueActor(
                                                context, timers, settings, slots, recovered)));
    }

    private QueueActor(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            QueueSettings settings,
            Map<SlotName, ActorRef<SlotActor.Command>> slotRefs,
            ActorRef<Done> recovered) {
        super(context);
        this.context = context;
        this.settings = settings;
        this.recovered = recovered;
        this.slots = new KnownSlots(settings.node());
        this.imageAds = new ImageAds(settings.images().store());
        this.journal =
                context.spawn(
                        ClusterJournal.create(
                                () ->
                                        JournalExtension.of(context.getSystem())
                                                .refusal()
                                                .map(JournalException::getMessage),
                                context.messageAdapter(QueueState.class, Loaded::new)),
                        "journal");
        ActorRef<JobLogActor.Append> log =
                context.spawn(
                        JobLogActor.create(settings.logOpener(), settings.logFormat()), "user-log");
        this.surroundings =
                new BatchJobActor.Surroundings(
                        context.messageAdapter(JobReport.class, JobNews::new),
                        Map.copyOf(slotRefs),
                        log,
                        settings.specs(),
                        settings.images(),
                        settings.away(),
                        settings.execute(),
                        settings.host(),
                        settings.clock());
        ActorRef<SlotActor.SlotUpdate> slotNews =
                context.messageAdapter(SlotActor.SlotUpdate.class, SlotNews::new);
        slotRefs.values().forEach(slot -> slot.tell(new SlotActor.Listen(slotNews)));
        settings.pool().ifPresent(this::useOtherNodes);
        timers.startTimerWithFixedDelay(PolicyTick.INSTANCE, settings.policyInterval());
    }

    private void useOtherNodes(HostsActor.Settings pool) {
        ActorRef<HostsActor.Report> news =
                context.messageAdapter(HostsActor.Report.class, HostNews::new);
        context.spawn(HostsActor.create(pool, settings.away().hosts(), news), "hosts");
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Loaded.class, this::onLoaded)
                .onMessage(Ask.class, this::onAsk)
                .onMessage(Saved.class, this::onSaved)
                .onMessage(Gone.class, this::onGone)
                .onMessage(Stopped.class, this::onStopped)
                .onMessage(Stop.class, this::onStop)
                .onMessage(GiveUp.class, this::onGiveUp)
                .onMessage(SlotNews.class, this::onSlotNews)
                .onMessage(HostNews.class, this::onHostNews)
                .onMessage(JobNews.class, this::onJobNews)
                .onMessage(PolicyTick.class, this::onPolicyTick)
                .build();
    }

    private Behavior<Command> onLoaded(Loaded loaded) {
        loaded.state().jobs().forEach(job -> spawn(job.id(), ClassAd.parse(job.ad()), false));
        Set<JobId> exist = Set.copyOf(jobs.keySet());
        // Those that are submitted from here on have higher numbers.
        int next = loaded.state().nextCluster();
        settings.images().sweep(id -> id.cluster() >= next || exist.contains(id));
        unheard.addAll(exist);
        if (unheard.isEmpty()) {
            allAreHeard();
        }
        return this;
    }

    /** Every job has said what it is about; nothing new has begun. */
    private void allAreHeard() {
        settings.sweep()
                .accept(
                        jobs.values().stream()
                                .flatMap(job -> job.state.runDirectory().stream())
                                .collect(Collectors.toUnmodifiableSet()));
        recovered.tell(Done.getInstance());
        hosts.forEach(this::takeCensus);
    }

    private void spawn(JobId id, ClassAd ad, boolean announced) {
        Live job =
                new Live(
                        ad,
                        context.spawn(
                                BatchJobActor.create(id, ad, announced, surroundings),
                                "job-" + id));
        jobs.put(id, job);
        settings.tally().enter(job.state);
    }

    // --- requests

    private Behavior<Command> onAsk(Ask ask) {
        ApiRequest<?> request = ask.request();
        if (request instanceof ApiRequest.SubmitJobs submit) {
            return submit(submit, ask);
        }
        if (request instanceof ApiRequest.QueryJobs query) {
            reply(ask, () -> query(query));
        } else if (request instanceof ApiRequest.QueryImages query) {
            reply(ask, () -> images(query));
        } else if (request instanceof ApiRequest.ActOnJobs act) {
            act(act, ask);
        } else {
            ask.replyTo()
                    .tell(StatusReply.error("the queue does not answer " + request.getClass()));
        }
        return this;
    }

    private Behavior<Command> submit(ApiRequest.SubmitJobs submit, Ask ask) {
        int count = submit.jobs().size();
        if (count < 1 || count > JOBS_PER_CLUSTER_MAX) {
            return refuse(
                    ask,
                    ApiException.Code.INVALID,
                    "a cluster has 1 to " + JOBS_PER_CLUSTER_MAX + " jobs, not " + count);
        }
        if (jobs.size() + count > settings.jobsMax()) {
            return refuse(
                    ask,
                    ApiException.Code.BUSY,
                    "the queue holds " + jobs.size() + " jobs of at most " + settings.jobsMax());
        }
        long at = settings.clock().millis();
        for (ClassAd ad : submit.jobs()) {
            if (ad.getString("Cmd").filter(cmd -> !cmd.isEmpty()).isEmpty()) {
                return refuse(ask, ApiException.Code.INVALID, "a job does not say its Cmd");
            }
            if (ad.toString().length() > settings.adLengthMax()) {
                return refuse(
                        ask,
                        ApiException.Code.TOO_LARGE,
                        "a job ad has more than " + settings.adLengthMax() + " characters");
            }
        }
        context.askWithStatus(
                ClusterJournal.Submitted.class,
                journal,
                JOURNAL_ANSWER,
                replyTo ->
                        new ClusterJournal.Submit(
                                cluster -> complete(submit.jobs(), ask.caller(), cluster, at),
                                replyTo),
                (submitted, failure) -> new Saved(ask, submitted, failure));
        return this;
    }

    private List<String> complete(List<ClassAd> jobs, Identity caller, int cluster, long at) {
        List<String> ads = new ArrayList<>();
        for (ClassAd ad : jobs) {
            JobId id = new JobId(cluster, ads.size());
            ads.add(
                    JobAds.submitted(
                                    ad,
                                    id,
                                    settings.node(),
                                    caller.user(),
                                    settings.uidDomain(),
                                    at)
                            .toString());
        }
        return ads;
    }

    private Behavior<Command> onSaved(Saved saved) {
        if (saved.failure() != null) {
            saved.ask().replyTo().tell(StatusReply.error(saved.failure()));
            return this;
        }
        int cluster = saved.cluster().cluster();
        List<String> ads = saved.cluster().ads();
        for (int proc = 0; proc < ads.size(); proc++) {
            JobId id = new JobId(cluster, proc);
            ClassAd ad = ClassAd.parse(ads.get(proc));
            // Here and not by the jobs, so that a cluster stands in the log in its order.
            announce(id, ad);
            spawn(id, ad, true);
            fresh.add(waiting(id, jobs.get(id)));
        }
        saved.ask()
                .replyTo()
                .tell(StatusReply.success(new ApiReply.Submitted(cluster, ads.size())));
        return this;
    }

    private void announce(JobId id, ClassAd ad) {
        JobState idle = new JobState.Idle(0, JobState.Totals.ZERO);
        JobChange submitted = JobChange.Submitted.of(ad);
        JobLogActor.Append.of(
                        id,
                        ad,
                        JobLogEntries.of(id, submitted, idle, settings.host()),
                        false,
                        () -> {})
                .ifPresent(surroundings.log()::tell);
    }

    private ApiReply query(ApiRequest.QueryJobs query) {
        Optional<Constraint> constraint = query.constraint().map(Constraint::parse);
        List<ClassAd> ads = new ArrayList<>();
        for (Map.Entry<JobId, Live> job : jobs.entrySet()) {
            ClassAd ad = adOf(job.getValue());
            if (constraint.isPresent() && !constraint.get().accepts(ad)) {
                continue;
            }
            if (query.analyze()) {
                ad = ad.toBuilder().put("RoostAnalysis", analysis(job.getValue(), ad)).build();
            }
            ads.add(Constraint.project(ad, query.projection()));
        }
        return new ApiReply.Ads(ads, List.of());
    }

    private ApiReply images(ApiRequest.QueryImages query) {
        Optional<Constraint> constraint = query.constraint().map(Constraint::parse);
        List<ClassAd> ads = new ArrayList<>();
        jobs.forEach(
                (id, job) -> {
                    if (constraint.isEmpty() || constraint.get().accepts(adOf(job))) {
                        ads.addAll(imageAds.of(id, owner(job), job.state, job.writing));
                    }
                });
        return new ApiReply.Ads(ads, List.of());
    }

    private String analysis(Live job, ClassAd ad) {
        if (job.state.status() != JobStatus.IDLE) {
            return "The job is " + JobStatus.name(job.state.status()) + ".";
        }
        StringBuilder text = new StringBuilder();
        job.obstacles.forEach(
                (machine, why) ->
                        text.append(machine.equals(settings.node()) ? "This machine" : machine)
                                .append(" cannot go on from the job's image: ")
                                .append(why)
                                .append(".\n"));
        return text + slots.explainUnfit() + JobAnalysis.explain(ad, slots.all());
    }

    private void act(ApiRequest.ActOnJobs act, Ask ask) {
        List<JobResult> refused = new ArrayList<>();
        List<CompletableFuture<JobResult>> asked = new ArrayList<>();
        List<JobId> selected;
        try {
            selected = JobSelector.select(act.selection(), jobs.keySet(), this::adOf);
        } catch (ApiException e) {
            ask.replyTo().tell(StatusReply.error(e));
            return;
        }
        for (JobId id : selected) {
            Live job = jobs.get(id);
            if (job == null) {
                refused.add(new JobResult(id, JobOutcome.NOT_FOUND));
            } else if (!settings.policy().mayActFor(ask.caller(), owner(job))) {
                refused.add(new JobResult(id, JobOutcome.PERMISSION_DENIED));
            } else {
                asked.add(askJob(id, job, act, ask.caller()));
            }
        }
        CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenRun(
                        () -> {
                            List<JobResult> all = new ArrayList<>(refused);
                            asked.forEach(result -> all.add(result.join()));
                            all.sort(java.util.Comparator.comparing(JobResult::id));
                            ask.replyTo().tell(StatusReply.success(new ApiReply.JobResults(all)));
                        });
    }

    private CompletableFuture<JobResult> askJob(
            JobId id, Live job, ApiRequest.ActOnJobs act, Identity caller) {
        BatchJobActor.Wish wish =
                switch (act.action()) {
                    case REMOVE -> BatchJobActor.Wish.REMOVE;
                    case REMOVE_FORCED -> BatchJobActor.Wish.REMOVE_AT_ONCE;
                    case HOLD -> BatchJobActor.Wish.HOLD;
                    case RELEASE -> BatchJobActor.Wish.RELEASE;
                    case VACATE -> BatchJobActor.Wish.VACATE;
                    case VACATE_FAST -> BatchJobActor.Wish.VACATE_FAST;
                    case CHECKPOINT -> BatchJobActor.Wish.CHECKPOINT;
                };
        String reason =
                act.reason().orElse("via " + commandOf(wish) + " (by user " + caller.user() + ")");
        if (!act.waitForEnd() || !JobWaits.canBeAwaited(wish)) {
            return ask(id, job, wish, reason).thenApply(outcome -> new JobResult(id, outcome));
        }
        // Before the wish is told: its end may come sooner than the answer.
        JobWaits.Wait wait = job.waits.begin(id, wish);
        ActorRef<Command> self = context.getSelf();
        return ask(id, job, wish, reason)
                .thenCompose(
                        outcome -> {
                            if (outcome != JobOutcome.SUCCESS) {
                                self.tell(new GiveUp(id, wait));
                                return CompletableFuture.completedFuture(
                                        new JobResult(id, outcome));
                            }
                            return wait.result();
                        });
    }

    private Behavior<Command> onGiveUp(GiveUp message) {
        Live job = jobs.get(message.id());
        if (job != null) {
            job.waits.giveUp(message.awaited());
        }
        return this;
    }

    private CompletableFuture<JobOutcome> ask(
            JobId id, Live job, BatchJobActor.Wish wish, String reason) {
        return Asking.<BatchJobActor.Command, JobOutcome>ask(
                        job.actor,
                        replyTo -> new BatchJobActor.Act(wish, Initiator.USER, reason, replyTo),
                        JOB_ANSWER,
                        context.getSystem().scheduler())
                .exceptionally(failure -> JobOutcome.ERROR);
    }

    private static String commandOf(BatchJobActor.Wish wish) {
        return switch (wish) {
            case REMOVE, REMOVE_AT_ONCE -> "condor_rm";
            case HOLD -> "condor_hold";
            case RELEASE -> "condor_release";
            case VACATE, VACATE_FAST -> "condor_vacate_job";
            case CHECKPOINT -> "condor_checkpoint";
            case REQUEUE, REQUEUE_AT_ONCE -> "roost stop";
        };
    }

    // --- jobs and slots

    private void imageNews(Live job, JobReport.ImageNews news) {
        boolean writing = news.kind() == JobReport.ImageNews.Kind.WRITING;
        job.writing = writing ? Optional.of(news) : Optional.empty();
        if (!writing) {
            job.waits.imaged(news, imageAds.newest(news.id(), owner(job), job.state));
        }
    }

    private Behavior<Command> onJobNews(JobNews message) {
        JobReport report = message.report();
        if (report instanceof JobReport.Left left) {
            return left(left);
        }
        Live job = jobs.get(report.id());
        if (job == null) {
            return this;
        }
        if (report instanceof JobReport.SlotRefused refused) {
            // Not to be tried again before the slot says that something changed there.
            slots.promise(refused.slot());
        } else if (report instanceof JobReport.SlotUnused unused) {
            slots.release(unused.slot());
            unused.obstacle().ifPresent(why -> shutOut(job, unused, why));
        } else if (report instanceof JobReport.ImageNews news) {
            imageNews(job, news);
            return this;
        } else if (report instanceof JobReport.Moved moved) {
            waiting.remove(waiting(report.id(), job));
            fresh.remove(waiting(report.id(), job));
            if (job.state instanceof JobState.Matched matched
                    && moved.state() instanceof JobState.Held) {
                // It never got as far as the slot, which therefore has nothing to say.
                SlotName.parse(matched.slot()).ifPresent(slots::release);
            }
            settings.tally().leave(job.state);
            if (!unheard.contains(report.id())) {
                settings.tally().worked(job.state.totals().saved(), moved.state().totals().saved());
            }
            job.state = moved.state();
            settings.tally().enter(job.state);
            job.obstacles.clear();
            job.shutOut.clear();
            if (!(job.state instanceof JobState.Running)) {
                job.writing = Optional.empty();
                job.waits.left(job.state, imageAds.newest(report.id(), owner(job), job.state));
            }
            if (job.state instanceof JobState.Idle) {
                waiting.add(waiting(report.id(), job));
            }
            if (unheard.remove(report.id()) && unheard.isEmpty()) {
                allAreHeard();
            }
        }
        match();
        return this;
    }

    private void shutOut(Live job, JobReport.SlotUnused unused, String why) {
        job.obstacles.put(unused.slot().machine(), why);
        job.shutOut.add(unused.slot().machine());
        if (job.state instanceof JobState.Idle) {
            waiting.add(waiting(unused.id(), job)); // for other machines
        }
    }

    private Behavior<Command> left(JobReport.Left left) {
        Live job = jobs.get(left.id());
        if (job == null) {
            return this;
        }
        remember(left, job);
        ActorRef<Command> self = context.getSelf();
        journal.tell(
                new ClusterJournal.Remove(
                        new QueueEvent.JobLeft(settings.clock().millis(), left.id()),
                        () -> self.tell(new Gone(left.id()))));
        return this;
    }

    /**
     * What runs on other nodes goes on there; the next start finds it again, or its end. Told
     * again, it is for jobs that had not come so far that they could be ended.
     */
    private Behavior<Command> onStop(Stop stop) {
        stopping = true;
        BatchJobActor.Wish wish =
                stop.fast() ? BatchJobActor.Wish.REQUEUE_AT_ONCE : BatchJobActor.Wish.REQUEUE;
        ActorRef<JobOutcome> nobody = context.getSystem().ignoreRef();
        jobs.values().stream()
                .filter(job -> job.state.runOn(settings.node()).isPresent())
                .filter(job -> !job.state.ends(stop.fast()))
                .forEach(
                        job ->
                                job.actor.tell(
                                        new BatchJobActor.Act(
                                                wish, Initiator.NODE, "the node stopped", nobody)));
        return this;
    }

    private Behavior<Command> onGone(Gone gone) {
        Live job = jobs.remove(gone.id());
        if (job != null) {
            fresh.remove(waiting(gone.id(), job));
            settings.tally().leave(job.state);
            context.watchWith(job.actor, new Stopped(gone.id()));
            context.stop(job.actor);
        }
        return this;
    }

    /** Nobody writes for the job any more: what the journal holds of it may go. */
    private Behavior<Command> onStopped(Stopped stopped) {
        settings.forget().accept(BatchJobActor.persistenceId(stopped.id()).id());
        return this;
    }

    private void remember(JobReport.Left left, Live job) {
        JobId id = left.id();
        ClassAd ad = JobAds.now(job.submitted, left.state());
        Instant completed = Instant.ofEpochMilli(left.state().since());
        try {
            settings.history()
                    .append(
                            new FinishedJob(
                                    id.cluster(), id.proc(), owner(job), completed, ad.toString()));
        } catch (IOException e) {
            context.getLog().warn("job={} is not in the history: {}", id, e.toString());
        }
    }

    private Behavior<Command> onSlotNews(SlotNews news) {
        slots.put(news.update());
        match();
        return this;
    }

    private Behavior<Command> onHostNews(HostNews news) {
        HostsActor.Report report = news.report();
        if (report instanceof HostsActor.Slot slot) {
            slots.put(slot.update());
            match();
        } else if (report instanceof HostsActor.Unfit unfit) {
            slots.unfit(unfit.machine(), unfit.why());
        } else if (report instanceof HostsActor.Away away) {
            hosts.remove(away.machine());
            slots.away(away.machine());
        } else if (report instanceof HostsActor.Appeared appeared) {
            hosts.put(appeared.machine(), appeared.host());
            if (unheard.isEmpty()) {
                takeCensus(appeared.machine(), appeared.host());
            }
        }
        return this;
    }

    /** Tells another node which of this queue's runs it should have. */
    private void takeCensus(String machine, ActorRef<GuestsActor.Command> host) {
        List<RunKey> live = new ArrayList<>();
        jobs.forEach(
                (id, job) ->
                        job.state
                                .runOn(machine)
                                .ifPresent(run -> live.add(new RunKey(settings.host(), id, run))));
        host.tell(new GuestsActor.Census(settings.host(), live));
    }

    private void match() {
        if (waiting.isEmpty() || !unheard.isEmpty() || stopping) {
            return;
        }
        SortedSet<Matchmaker.Waiting> next =
                fresh.isEmpty() ? waiting : waiting.headSet(fresh.first());
        List<Matchmaker.Pair> pairs =
                slots.pair(next, (job, slot) -> !jobs.get(job).shutOut.contains(slot.machine()));
        for (Matchmaker.Pair pair : pairs) {
            Live job = jobs.get(pair.job());
            waiting.remove(waiting(pair.job(), job));
            job.actor.tell(new BatchJobActor.Run(pair.slot()));
        }
    }

    private Matchmaker.Waiting waiting(JobId id, Live job) {
        return new Matchmaker.Waiting(
                id,
                (int) job.submitted.getInteger("JobPrio").orElse(0),
                job.submitted.getInteger("QDate").orElse(0),
                job.submitted);
    }

    private Behavior<Command> onPolicyTick(PolicyTick tick) {
        jobs.forEach(
                (id, job) ->
                        JobPolicy.periodically(adOf(job), job.state.status())
                                .ifPresent(action -> job.actor.tell(wish(action))));
        lookAgain();
        return this;
    }

    /** What keeps a job from going on may be gone: a program that was replaced is back. */
    private void lookAgain() {
        jobs.forEach(
                (id, job) -> {
                    if (!job.shutOut.isEmpty() && job.state instanceof JobState.Idle) {
                        job.shutOut.clear();
                        waiting.add(waiting(id, job));
                    }
                });
        match();
    }

    private BatchJobActor.Act wish(JobPolicy.Action action) {
        BatchJobActor.Wish wish =
                switch (action.kind()) {
                    case HOLD -> BatchJobActor.Wish.HOLD;
                    case RELEASE -> BatchJobActor.Wish.RELEASE;
                    case REMOVE -> BatchJobActor.Wish.REMOVE;
                };
        return new BatchJobActor.Act(
                wish, Initiator.JOB, action.reason(), context.getSystem().<JobOutcome>ignoreRef());
    }

    // --- what several need

    private ClassAd adOf(Live job) {
        return JobAds.now(job.submitted, job.state);
    }

    private ClassAd adOf(JobId id) {
        return adOf(jobs.get(id));
    }

    private static String owner(Live job) {
        return job.submitted.getString("Owner").orElse("");
    }

    private static void reply(Ask ask, java.util.function.Supplier<ApiReply> answer) {
        try {
            ask.replyTo().tell(StatusReply.success(answer.get()));
        } catch (ApiException e) {
            ask.replyTo().tell(StatusReply.error(e));
        }
    }

    private Behavior<Command> refuse(Ask ask, ApiException.Code code, String why) {
        ask.replyTo().tell(StatusReply.error(new ApiException(code, why)));
        return this;
    }
}
