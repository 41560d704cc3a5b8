// SPDX-License-Identifier: Apache-2.0
package roost.node;

import akka.Done;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.DispatcherSelector;
import akka.actor.typed.javadsl.ActorContext;
import akka.pattern.StatusReply;
import com.typesafe.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.capture.HostFacts;
import roost.capture.LibraryEngine;
import roost.claim.Applications;
import roost.claim.Authority;
import roost.claim.ClaimActor;
import roost.claim.ClaimDirectory;
import roost.claim.ClaimState;
import roost.claim.ClaimsActor;
import roost.claim.Credentials;
import roost.claim.Moment;
import roost.classad.Expr;
import roost.config.CondorConfig;
import roost.config.KeywordApplications;
import roost.config.ProcessEnvironment;
import roost.guest.GuestsActor;
import roost.guest.Hosts;
import roost.guest.HostsActor;
import roost.history.History;
import roost.id.NodeAddress;
import roost.id.SlotName;
import roost.image.ImageStore;
import roost.job.CommandWords;
import roost.job.JobActor;
import roost.job.JobFailure;
import roost.job.JobSpecs;
import roost.job.Sandboxes;
import roost.job.StarterProcesses;
import roost.job.StoredImages;
import roost.job.UserLogs;
import roost.journal.JournalException;
import roost.journal.JournalExtension;
import roost.observe.Health;
import roost.observe.Metrics;
import roost.posix.Accounts;
import roost.posix.Clocks;
import roost.posix.DiskTrouble;
import roost.posix.NativeHome;
import roost.posix.Posix;
import roost.queue.AwayRun;
import roost.queue.ImageFiles;
import roost.queue.JobTally;
import roost.queue.QueueActor;
import roost.queue.QueueSettings;
import roost.security.Identity;
import roost.security.Policy;
import roost.slot.MachineAd;
import roost.slot.MachineLoad;
import roost.slot.SlotActor;
import roost.starter.Reattach;
import roost.starter.StarterLauncher;
import roost.starter.StarterPool;
import roost.starter.StarterReactor;
import roost.userlog.OpenAsUser;
import roost.userlog.UserLogFormat;

/** Puts a node together from its configuration: everything that is not an actor itself. */
public final class NodeParts implements AutoCloseable {

    /** Makes the parts once there is an actor system to make them in. */
    @FunctionalInterface
    public interface Maker {
        NodeParts make(ActorSystem<?> system);
    }

    /** The version of this build, for people. */
    public static final String VERSION =
            Optional.ofNullable(NodeParts.class.getPackage().getImplementationVersion())
                    .orElse("0.1.0");

    private final ActorSystem<?> system;
    private final NodeAddress address;
    private final Config config;
    private final ConfigInForce inForce;
    private final String machine;
    private final Health health;
    private final long startedAt = System.currentTimeMillis();

    private final JournalExtension.Opened journal;
    private final Executor blocking;
    private final SlotBoard board;
    private final MachineAd machineAd;
    private final ClaimDirectory directory = new ClaimDirectory();
    private final JobTally tally = new JobTally();
    private final Peers peers;
    private final Subscriptions subscriptions;
    private final JobSpecs specs;
    private final Sandboxes sandboxes;
    private final Authority authority;
    private final UserLogFormat logFormat;
    private final StarterReactor reactor = new StarterReactor();
    private final StarterProcesses starters;
    private final ImageStore imageStore;
    private final JobActor.Surroundings jobs;
    private Optional<ActorRef<QueueActor.Command>> queue = Optional.empty();
    private Optional<History> history = Optional.empty();

    /**
     * Makes the parts.
     *
     * @param inForce the configuration, which may be read again while the node runs
     * @throws JournalException if the journal cannot be opened, saying why and what to do
     */
    public static NodeParts of(
            ActorSystem<?> system, NodeAddress address, ConfigInForce inForce, Health health) {
        return new NodeParts(system, address, inForce, health);
    }

    private NodeParts(
            ActorSystem<?> system, NodeAddress address, ConfigInForce inForce, Health health) {
        this.system = system;
        this.address = address;
        this.inForce = inForce;
        this.health = health;
        this.config = system.settings().config().getConfig("roost");
        this.machine = config.getString("node.name");
        this.blocking =
                system.dispatchers()
                        .lookup(DispatcherSelector.fromConfig("roost.job.blocking-dispatcher"));
        this.journal = JournalExtension.of(system);
        this.peers = new Peers(address);
        this.subscriptions =
                new Subscriptions(
                        config.getInt("node.subscribers-max"),
                        config.getInt("node.undelivered-events-max"),
                        blocking);
        Map<SlotName, MachineAd.Share> shares = shares();
        this.board = new SlotBoard(shares.keySet());
        this.machineAd = machineAd(shares);
        this.specs = new JobSpecs(specSettings());
        this.sandboxes = new Sandboxes(sandboxSettings());
        this.authority = new Authority(inForce::policy, address);
        this.logFormat =
                UserLogFormat.of(
                        String.join(" ", config.getStringList("jobs.userlog-format")),
                        ZoneId.systemDefault());
        this.starters = new StarterProcesses(starterPool(), new Reattach(reactor), starterLimits());
        this.imageStore = new ImageStore(imageDirectory());
        this.jobs = jobSurroundings();
    }

    // --- slots

    private Map<SlotName, MachineAd.Share> shares() {
        return config.getStringList("node.roles").contains("execute")
                ? SlotPlan.of(config.getConfig("slots"), machine)
                : Map.of();
    }

    private MachineAd machineAd(Map<SlotName, MachineAd.Share> shares) {
        Map<String, String> more = new HashMap<>();
        if (config.hasPath("slots.attributes")) {
            config.getConfig("slots.attributes")
                    .root()
                    .forEach((name, text) -> more.put(name, String.valueOf(text.unwrapped())));
        }
        return new MachineAd(
                new MachineAd.Settings(
                        address,
                        machine,
                        shares.size() == 1,
                        MachineFacts.ad(config, inForce.config(), javaCommand()),
                        shares,
                        config.getString("policy.rank"),
                        more),
                new MachineLoad(
                        MachineLoad.Places.ofMachine(
                                execute(), config.getStringList("slots.console-devices")),
                        Clock.systemDefaultZone()),
                inForce::ownerPolicy,
                directory::countOf);
    }

    SlotActor.Settings slotSettings() {
        return new SlotActor.Settings(
                config.getDuration("slot.quiet"),
                config.getDuration("slots.polling-interval"),
                inForce::ownerPolicy);
    }

    // --- jobs

    private Path execute() {
        return Path.of(config.getString("dir.execute"));
    }

    private String javaCommand() {
        return MachineFacts.onPath(
                config.hasPath("jobs.java") ? config.getString("jobs.java") : "");
    }

    private JobSpecs.Settings specSettings() {
        String words = config.hasPath("jobs.java-arguments") ? text("jobs.java-arguments") : "";
        return new JobSpecs.Settings(
                javaCommand(), CommandWords.argumentsV1(words), optional("jobs.wrapper"));
    }

    private Sandboxes.Settings sandboxSettings() {
        String permissions =
                switch (config.getString("jobs.sandbox-permissions")) {
                    case "group" -> "rwxr-x---";
                    case "world" -> "rwxr-xr-x";
                    default -> "rwx------";
                };
        Map<String, String> inherited =
                config.getBoolean("jobs.inherits-environment")
                        ? ProcessEnvironment.get()
                        : Map.of();
        return new Sandboxes.Settings(
                PosixFilePermissions.fromString(permissions),
                inherited,
                jobEnvironment(),
                Optional.ofNullable(System.getProperty("roost.home"))
                        .map(home -> home + "/bin")
                        .orElse(""),
                Posix.isSuperuser());
    }

    private Map<String, String> jobEnvironment() {
        String text = optional("jobs.environment").orElse("");
        try {
            return text.contains(";")
                    ? CommandWords.environmentV1(text)
                    : CommandWords.environmentV2(text);
        } catch (JobFailure e) {
            throw new IllegalArgumentException("STARTER_JOB_ENVIRONMENT: " + e.getMessage(), e);
        }
    }

    private StarterPool starterPool() {
        Path sockets = Path.of(config.getString("dir.run")).resolve("starters");
        try {
            Files.createDirectories(sockets);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + DiskTrouble.text(e), e);
        }
        return new StarterPool(
                new StarterLauncher(reactor, NativeHome.program("roost-starter"), sockets),
                config.getInt("job.spare-starters"));
    }

    private StarterProcesses.Limits starterLimits() {
        return new StarterProcesses.Limits(
                Optional.empty(),
                !optional("jobs.base-cgroup").orElse("").isEmpty(),
                Expr.parse(optional("jobs.address-space-limit").orElse("0")),
                config.getBoolean("jobs.core-files"),
                Expr.parse(config.getString("jobs.renice-increment")));
    }

    /** In a directory that several nodes may share, a part that is this one's alone. */
    private Path imageDirectory() {
        Path directory = Path.of(text("checkpoint.dir"));
        boolean own = directory.equals(Path.of(text("dir.spool")));
        return own ? directory : directory.resolve(machine);
    }

    private JobActor.Surroundings jobSurroundings() {
        return new JobActor.Surroundings(
                starters,
                sandboxes,
                new StoredImages(new LibraryEngine(), imageStore, sandboxes),
                new UserLogs(
                        address.sinful(),
                        logFormat,
                        spec -> opener(spec.owner().orElse(Accounts.own().name()))),
                blocking,
                config.getDuration("slot.stop-timeout"),
                config.getDuration("slots.killing-timeout"));
    }

    /** Opens files with an account's rights, which only a node that is root can and must do. */
    private OpenAsUser opener(String account) {
        return Posix.isSuperuser() ? new OpenAsAccount(account) : OpenAsUser.SELF;
    }

    // --- claims

    ClaimsActor.Surroundings claims(Map<SlotName, ActorRef<SlotActor.Command>> slots) {
        Applications applications =
                new Applications(
                        keyword ->
                                KeywordApplications.resolve(inForce.config(), keyword).attributes(),
                        specs,
                        board::of,
                        new Applications.Settings(execute(), credentials(), adLengthMax()));
        return new ClaimsActor.Surroundings(
                directory,
                slots,
                board,
                applications,
                authority,
                NodeParts::now,
                journalGate(),
                address,
                startedAt / 1000,
                claimSettings());
    }

    private int adLengthMax() {
        return Math.toIntExact(config.getBytes("job.ad-max"));
    }

    private ClaimsActor.Settings claimSettings() {
        long lease = config.getDuration("cod.default-lease").getSeconds();
        return new ClaimsActor.Settings(
                config.getInt("claim.resident-idle-max"),
                config.getInt("cod.max-claims"),
                config.getInt("cod.max-claims-per-slot"),
                config.getInt("cod.max-claims-per-user"),
                lease < 0 ? OptionalLong.empty() : OptionalLong.of(lease),
                config.getInt("claim.listed-in-ad"),
                new ClaimActor.Settings(
                        config.getDuration("cod.max-vacate-time"),
                        config.getDuration("cod.max-active-time"),
                        config.getInt("claim.waiters-max")));
    }

    private static Moment now() {
        return new Moment(
                System.currentTimeMillis(), Clocks.bootId(), Clocks.sinceBoot().toMillis());
    }

    private ClaimActor.JournalGate journalGate() {
        return new ClaimActor.JournalGate() {
            @Override
            public Optional<String> refusal() {
                return journal.refusal().map(JournalException::getMessage);
            }

            @Override
            public void forget(String persistenceId) {
                journal.forget(persistenceId);
            }
        };
    }

    // --- jobs of other nodes' queues

    /** Starts what runs jobs of other nodes; it says when it has taken up those that are here. */
    ActorRef<GuestsActor.Command> startGuests(
            ActorContext<NodeActor.Command> context,
            Map<SlotName, ActorRef<SlotActor.Command>> slots,
            ActorRef<GuestsActor.Recovered> recovered) {
        String own = Accounts.own().name();
        GuestsActor.Settings settings =
                new GuestsActor.Settings(
                        address,
                        machine,
                        hostFacts(),
                        execute(),
                        owner -> Posix.isSuperuser() || owner.filter(own::equals).isPresent(),
                        config.getDuration("guest.stop-patience"),
                        config.getDuration("queue.job-lease"));
        return context.spawn(GuestsActor.create(settings, Map.copyOf(slots), recovered), "guests");
    }

    private static HostFacts hostFacts() {
        try {
            return HostFacts.current();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read the facts of this machine: " + DiskTrouble.text(e), e);
        }
    }

    /** Removes sandboxes of guests that are no more. */
    void sweepGuests(Set<Path> inUse) {
        sweep(GuestsActor.SANDBOX_PREFIX, inUse);
    }

    /** By their names: the directory above them may be called something else by now. */
    private void sweep(String prefix, Set<Path> inUse) {
        Set<Path> here = new HashSet<>();
        inUse.forEach(directory -> here.add(execute().resolve(directory.getFileName())));
        sandboxes.sweep(execute(), prefix, here, blocking);
    }

    private Optional<HostsActor.Settings> pool() {
        return config.getBoolean("queue.use-other-nodes")
                ? Optional.of(
                        new HostsActor.Settings(
                                machine,
                                config.getString("node.filesystem-domain"),
                                config.getString("node.uid-domain")))
                : Optional.empty();
    }

    private AwayRun.Settings away() {
        return new AwayRun.Settings(
                new Hosts(),
                config.getDuration("guest.ask-again"),
                config.getDuration("guest.patience"));
    }

    // --- the queue

    /** Starts the queue if the node is to have one; it says when it has taken up its jobs. */
    boolean startQueue(
            ActorContext<NodeActor.Command> context,
            Map<SlotName, ActorRef<SlotActor.Command>> slots,
            NodeApi api) {
        if (!config.getStringList("node.roles").contains("submit")) {
            return false;
        }
        ActorRef<Done> recovered =
                context.messageAdapter(Done.class, done -> NodeActor.QueueBack.INSTANCE);
        ActorRef<QueueActor.Command> actor =
                context.spawn(QueueActor.create(queueSettings(), slots, recovered), "queue");
        queue = Optional.of(actor);
        api.open(
                (request, caller, patience) -> {
                    CompletionStage<StatusReply<ApiReply>> reply =
                            Asking.ask(
                                    actor,
                                    replyTo -> new QueueActor.Ask(request, caller, replyTo),
                                    patience,
                                    system.scheduler());
                    return reply.thenApply(NodeParts::unwrapped);
                });
        return true;
    }

    private static ApiReply unwrapped(StatusReply<ApiReply> reply) {
        if (reply.isSuccess()) {
            return reply.getValue();
        }
        throw reply.getError() instanceof ApiException known
                ? known
                : new CompletionException(reply.getError());
    }

    private QueueSettings queueSettings() {
        History finished;
        try {
            finished =
                    History.open(
                            Path.of(config.getString("history.file")),
                            config.getBytes("history.max-bytes"),
                            config.getInt("history.rotations"),
                            Clock.systemDefaultZone());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the history " + DiskTrouble.text(e), e);
        }
        history = Optional.of(finished);
        return new QueueSettings(
                machine,
                address,
                config.getString("node.uid-domain"),
                execute(),
                config.getInt("queue.max-jobs"),
                adLengthMax(),
                tally,
                config.getDuration("slots.polling-interval"),
                specs,
                new ImageFiles(imageStore, imagesKept(), blocking),
                pool(),
                away(),
                inForce.queuePolicy(),
                finished,
                this::opener,
                logFormat,
                persistenceId -> journal().forget(persistenceId),
                inUse -> sweep(QueueActor.SANDBOX_PREFIX, inUse),
                Clock.systemDefaultZone());
    }

    private int imagesKept() {
        return config.getInt("checkpoint.images-kept");
    }

    void stopQueue(boolean fast) {
        queue.ifPresent(actor -> actor.tell(new QueueActor.Stop(fast)));
    }

    // --- the node

    NodeApi api(ActorRef<NodeActor.Command> node, ActorRef<ClaimsActor.Command> claims) {
        return new NodeApi(
                system,
                node,
                directory,
                claims,
                authority,
                peers,
                new Ads(system, board, directory, address, machine),
                subscriptions,
                address,
                machine,
                new NodeApi.Timeouts(
                        config.getDuration("node.request-timeout"),
                        config.getDuration("node.peer-timeout")),
                new SlotOrders(inForce::policy, this::nodeItself));
    }

    private Identity nodeItself() {
        return new Identity(
                Accounts.own().name(),
                config.getString("node.uid-domain"),
                address.host(),
                Identity.Method.CLUSTER_MEMBER);
    }

    void measure(Metrics metrics) {
        NodeMetrics.register(metrics, directory, tally, journal);
    }

    boolean jobsLeft() {
        return directory.all().anyMatch(claim -> claim.run().isPresent())
                || board.names().stream().anyMatch(slot -> board.of(slot).has("JobId"));
    }

    ApiReply.Node describe(int slots, List<String> members) {
        return new ApiReply.Node(
                machine,
                address,
                VERSION,
                ProcessHandle.current().pid(),
                startedAt,
                config.getStringList("node.roles"),
                slots,
                directory.size(),
                tally.total(),
                members,
                health.problems(),
                Optional.of(config.getString("dir.local")));
    }

    private Credentials credentials() {
        return new Credentials(Path.of(config.getString("dir.spool")).resolve("credentials"));
    }

    /** Removes sandboxes of COD jobs that no claim runs any more, and credentials of no claim. */
    void sweepClaims(List<ClaimState> claims) {
        credentials().sweep(claims);
        Set<Path> inUse = new HashSet<>();
        claims.forEach(claim -> claim.run().ifPresent(run -> inUse.add(Path.of(run.directory()))));
        sweep(Applications.SANDBOX_PREFIX, inUse);
    }

    /** Notes the other nodes, so that this one finds the pool again when it restarts. */
    void rememberPeers() {
        List<String> lines = new ArrayList<>();
        peers.all().forEach(peer -> lines.add(peer.address().sinful()));
        blocking.execute(() -> Membership.remember(config.getString("dir.spool"), lines));
    }

    /** Reads the configuration again; what can change while the node runs, changes. */
    String reconfigure() {
        return inForce.reload();
    }

    private Optional<String> optional(String key) {
        return config.hasPath(key)
                ? Optional.of(config.getString(key)).filter(text -> !text.isBlank())
                : Optional.empty();
    }

    private String text(String key) {
        return config.getString(key);
    }

    JournalExtension.Opened journal() {
        return journal;
    }

    Executor blocking() {
        return blocking;
    }

    SlotBoard board() {
        return board;
    }

    MachineAd machineAd() {
        return machineAd;
    }

    JobActor.Surroundings jobs() {
        return jobs;
    }

    Peers peers() {
        return peers;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    NodeAddress address() {
        return address;
    }

    String machine() {
        return machine;
    }

    Policy policy() {
        return inForce.policy();
    }

    CondorConfig condorConfig() {
        return inForce.config();
    }

    @Override
    public void close() {
        starters.close();
        reactor.close();
        history.ifPresent(
                file -> {
                    try {
                        file.close();
                    } catch (IOException e) {
                        system.log().warn("closing the history: {}", e.getMessage());
                    }
                });
    }
}
