// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import akka.persistence.testkit.javadsl.EventSourcedBehaviorTestKit;
import akka.persistence.testkit.javadsl.PersistenceTestKit;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CaResult;
import roost.api.ClaimReply;
import roost.classad.ClassAd;
import roost.id.ClaimId;
import roost.id.NodeAddress;
import roost.id.SlotName;
import roost.job.JobExit;
import roost.job.JobNews;
import roost.job.JobSpecs;
import roost.security.Identity;
import roost.security.Policy;
import roost.slot.SlotActor;
import roost.slot.SlotArbiter.Want;

/** The claim's actor on the persistence test kit, which also round-trips every event and state. */
@Timeout(60)
class ClaimActorTest {
    private static final NodeAddress ADDRESS = new NodeAddress("127.0.0.1", 9618);
    private static final SlotName SLOT = new SlotName(1, "here");
    private static final long SEQUENCE = 4;
    private static final ClaimId ID = new ClaimId(ADDRESS, 1_700_000_000L, SEQUENCE, "c0ffee");
    private static final Identity ANN = user("ann");

    private static ActorTestKit kit;

    private final ClaimDirectory directory = new ClaimDirectory();
    private TestProbe<SlotActor.Command> slot;
    private TestProbe<StatusReply<ApiReply>> caller;
    private Optional<String> diskFull = Optional.empty();
    private EventSourcedBehaviorTestKit<ClaimActor.Command, ClaimEvent, ClaimState> claim;

    @BeforeAll
    static void startSystem() {
        kit =
                ActorTestKit.create(
                        EventSourcedBehaviorTestKit.config()
                                .withFallback(
                                        ConfigFactory.parseString("akka.actor.provider = local"))
                                .withFallback(ConfigFactory.load()));
    }

    @AfterAll
    static void stopSystem() {
        kit.shutdownTestKit();
    }

    @BeforeEach
    void makeAnIdleClaim() {
        slot = kit.createTestProbe(SlotActor.Command.class);
        caller = kit.createTestProbe();
        claim =
                EventSourcedBehaviorTestKit.create(
                        kit.system(),
                        ClaimActor.create(SEQUENCE, surroundings()),
                        // Commands never leave the node; what the journal holds must come back.
                        EventSourcedBehaviorTestKit.enabledSerializationSettings()
                                .withVerifyCommands(false)
                                .withVerifyEquality(true));
        ClaimEvent.Requested event =
                new ClaimEvent.Requested(1, ID, SLOT, "ann", "here", "127.0.0.1", Optional.empty());
        directory.add(ClaimState.apply(null, event));
        claim.runCommand(new ClaimActor.Create(event, ClassAd.EMPTY, caller.getRef()));
        assertThat(reply().id()).contains(ID);
        slot.expectMessage(SlotActor.ClaimsChanged.INSTANCE);
    }

    @AfterEach
    void clear() {
        claim.clear();
    }

    @Test
    void anActivationHasRoomMadeForItAndIsStartedOnceItIsDurable() {
        var result = claim.runCommand(serve(ANN, activate()));
        assertThat(result.eventOfType(ClaimEvent.Activated.class).activation().number()).isOne();
        assertThat(result.stateOfType(Running.class).claim().activations()).isOne();
        SlotActor.PrepareCod coming = slot.expectMessageClass(SlotActor.PrepareCod.class);
        slot.expectMessage(new SlotActor.StartCod(coming.key()));
        slot.expectMessage(SlotActor.ClaimsChanged.INSTANCE);
        caller.expectNoMessage(Duration.ofMillis(50));
        coming.events().tell(new JobNews.Started(77, 1));
        assertThat(reply().result()).isEqualTo(CaResult.SUCCESS);
    }

    @Test
    void theRoomThatWasMadeIsGivenBackWhenTheActivationCannotBeMadeDurable() {
        PersistenceTestKit journal = PersistenceTestKit.create(kit.system());
        journal.failNextPersisted(ClaimActor.persistenceId(SEQUENCE));
        ActorRef<ClaimActor.Command> actor =
                kit.spawn(ClaimActor.create(SEQUENCE, surroundings()), "once-more");
        actor.tell(serve(ANN, activate()));
        slot.expectMessage(new SlotActor.ExpectNoCod(SEQUENCE)); // it has recovered
        slot.expectMessageClass(SlotActor.PrepareCod.class);
        slot.expectMessage(new SlotActor.ExpectNoCod(SEQUENCE));
        assertThat(reply().result()).isEqualTo(CaResult.FAILURE);
        kit.stop(actor);
    }

    @Test
    void suspendWhenIdleIsRefusedAndPersistsNothing() {
        var result = claim.runCommand(serve(ANN, new ApiRequest.SuspendClaim(ID)));
        assertThat(result.hasNoEvents()).isTrue();
        assertThat(reply().error()).contains("Cannot suspend an inactive claim");
    }

    @Test
    void everyVerbOfAStrangerIsRefusedIdleOrActive() {
        refuseEveryVerbOfBob();
        run();
        refuseEveryVerbOfBob();
    }

    private void refuseEveryVerbOfBob() {
        for (ApiRequest.OnClaim verb : verbs()) {
            var result = claim.runCommand(serve(user("bob"), verb));
            assertThat(result.hasNoEvents()).as("%s", verb).isTrue();
            assertThat(reply().result()).isEqualTo(CaResult.NOT_AUTHORIZED);
        }
    }

    @Test
    void everyVerbIsKnown() {
        Set<Class<?>> known = new HashSet<>();
        verbs().forEach(verb -> known.add(verb.getClass()));
        assertThat(known).isEqualTo(Set.of(ApiRequest.OnClaim.class.getPermittedSubclasses()));
    }

    @Test
    void whoeverDeactivatesIsAnsweredWhenTheJobIsGone() {
        ActorRef<JobNews> news = run();
        claim.runCommand(serve(ANN, new ApiRequest.DeactivateClaim(ID, false)));
        slot.expectMessage(SlotActor.ClaimsChanged.INSTANCE);
        SlotActor.WantCod want = slot.expectMessageClass(SlotActor.WantCod.class);
        assertThat(want.want()).isEqualTo(Want.END);
        caller.expectNoMessage(Duration.ofMillis(50));
        news.tell(exited());
        assertThat(reply().ad().getString("LastClaimState")).contains("Running");
        assertThat(claim.getState()).isInstanceOf(Idle.class);
        slot.expectMessage(SlotActor.ClaimsChanged.INSTANCE);
        slot.expectMessageClass(SlotActor.ForgetCod.class);
    }

    @Test
    void aSuspendThatNeedsOnlyBeOrderedIsAnsweredOnceItIsDurableAndTheSlotKnows() {
        run();
        var result = claim.runCommand(serve(ANN, new ApiRequest.SuspendClaim(ID, true)));
        assertThat(result.hasNoEvents()).isFalse();
        // Once while the journal writes, and once because it is durable.
        assertThat(slot.expectMessageClass(SlotActor.WantCod.class).want()).isEqualTo(Want.STOP);
        slot.expectMessage(SlotActor.ClaimsChanged.INSTANCE);
        assertThat(slot.expectMessageClass(SlotActor.WantCod.class).want()).isEqualTo(Want.STOP);
        assertThat(reply().succeeded()).isTrue();
    }

    @Test
    void afterARestartTheSlotIsToldAgainWhatTheStateWants() {
        run();
        claim.runCommand(serve(ANN, new ApiRequest.SuspendClaim(ID)));
        slot.expectMessageClass(SlotActor.WantCod.class);
        slot.expectMessage(SlotActor.ClaimsChanged.INSTANCE);
        slot.expectMessageClass(SlotActor.WantCod.class);
        claim.restart();
        SlotActor.ReattachCod again = slot.expectMessageClass(SlotActor.ReattachCod.class);
        assertThat(again.want()).isEqualTo(Want.STOP);
        assertThat(claim.getState()).isInstanceOf(Suspended.class);
    }

    @Test
    void aFullDiskRefusesWithTheReasonAndChangesNothing() {
        diskFull = Optional.of("the disk is full");
        var result = claim.runCommand(serve(ANN, activate()));
        assertThat(result.hasNoEvents()).isTrue();
        ClaimReply refused = reply();
        assertThat(refused.result()).isEqualTo(CaResult.FAILURE);
        assertThat(refused.error()).contains("the disk is full");
        slot.expectNoMessage(Duration.ofMillis(50));
    }

    @Test
    void anOwnerInTheAdThatIsNotTheCallerIsRefused() {
        ClassAd job = ClassAd.builder().put("Cmd", "/bin/true").put("Owner", "bob").build();
        claim.runCommand(serve(ANN, activate(job)));
        assertThat(reply().error().orElse("")).contains("possible security attack");
    }

    /** Activates and has the job run; what the slot and the caller got is consumed. */
    private ActorRef<JobNews> run() {
        claim.runCommand(serve(ANN, activate()));
        ActorRef<JobNews> news = slot.expectMessageClass(SlotActor.PrepareCod.class).events();
        slot.expectMessageClass(SlotActor.StartCod.class);
        slot.expectMessage(SlotActor.ClaimsChanged.INSTANCE);
        news.tell(new JobNews.Started(77, 1));
        assertThat(reply().succeeded()).isTrue();
        return news;
    }

    private ClaimReply reply() {
        return (ClaimReply) caller.receiveMessage().getValue();
    }

    private ClaimActor.Serve serve(Identity who, ApiRequest.OnClaim request) {
        return new ClaimActor.Serve(request, who, caller.getRef());
    }

    private static List<ApiRequest.OnClaim> verbs() {
        return List.of(
                activate(),
                new ApiRequest.SuspendClaim(ID),
                new ApiRequest.ResumeClaim(ID),
                new ApiRequest.RenewClaim(ID),
                new ApiRequest.DeactivateClaim(ID, false),
                new ApiRequest.ReleaseClaim(ID, true),
                new ApiRequest.DelegateProxy(ID, new byte[] {1}));
    }

    private static ApiRequest.ActivateClaim activate() {
        return activate(ClassAd.builder().put("Cmd", "/bin/true").build());
    }

    private static ApiRequest.ActivateClaim activate(ClassAd job) {
        return new ApiRequest.ActivateClaim(
                ID,
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.of(job),
                Optional.empty(),
                false);
    }

    private static JobNews exited() {
        return new JobNews.Exited(new JobExit(0, 0, false, false, 0, 0, 0, 0, 0));
    }

    private static Identity user(String name) {
        return new Identity(name, "here", "127.0.0.1", Identity.Method.PEER_CREDENTIALS);
    }

    private ClaimActor.Surroundings surroundings() {
        JobSpecs specs = new JobSpecs(new JobSpecs.Settings("", List.of(), Optional.empty()));
        Applications applications =
                new Applications(
                        keyword -> Map.of(),
                        specs,
                        name -> ClassAd.EMPTY,
                        new Applications.Settings(
                                Path.of("/execute"), new Credentials(Path.of("/spool")), 1000));
        Policy policy = new Policy("", Set.of("ann", "bob"), Set.of());
        ClaimActor.JournalGate journal =
                new ClaimActor.JournalGate() {
                    @Override
                    public Optional<String> refusal() {
                        return diskFull;
                    }

                    @Override
                    public void forget(String persistenceId) {}
                };
        return new ClaimActor.Surroundings(
                directory,
                name -> slot.getRef(),
                applications,
                new Authority(() -> policy, ADDRESS),
                () -> new Moment(1_700_000_000_000L, "boot", 5_000),
                journal,
                new ClaimActor.Settings(Duration.ofMinutes(10), Duration.ZERO, 4),
                kit.createTestProbe(ClaimsActor.Command.class).getRef());
    }
}
