// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import akka.pattern.StatusReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiReply.JobOutcome;
import roost.api.ApiRequest;
import roost.api.ApiRequest.JobAction;
import roost.api.ApiRequest.JobSelection;
import roost.capture.HostFacts;
import roost.classad.ClassAd;
import roost.guest.Hosts;
import roost.history.History;
import roost.id.JobId;
import roost.id.NodeAddress;
import roost.id.SlotName;
import roost.image.ImageRecord;
import roost.image.ImageStore;
import roost.image.Outputs.FileNote;
import roost.job.Checkpointing;
import roost.job.CpuTime;
import roost.job.Initiator;
import roost.job.JobExit;
import roost.job.JobNews;
import roost.job.JobSpecs;
import roost.posix.Signals;
import roost.security.Identity;
import roost.security.Policy;
import roost.slot.BatchEvent;
import roost.slot.SlotActor;
import roost.userlog.OpenAsUser;
import roost.userlog.UserLogFormat;

@Timeout(60)
class QueueActorTest {
    private static final SlotName SLOT = new SlotName(1, "here");
    private static final Identity ANN = user("ann");

    private static final int AD_LENGTH_MAX = 4096;

    @TempDir Path directory;

    private ActorTestKit kit;
    private TestProbe<SlotActor.Command> slot;
    private TestProbe<Done> recovered;
    private ActorRef<SlotActor.SlotUpdate> listener;
    private ActorRef<QueueActor.Command> queue;
    private History history;
    private final List<String> forgotten = new CopyOnWriteArrayList<>();
    private final List<Set<Path>> swept = new CopyOnWriteArrayList<>();
    private JobTally tally;
    private Executor disk = Runnable::run;

    @BeforeEach
    void start() throws IOException {
        kit = QueueTestKit.in(directory);
        history = History.open(directory.resolve("history"), 1 << 20, 2, Clock.systemUTC());
        spawnQueue();
        recovered.expectMessage(Done.getInstance());
    }

    @AfterEach
    void stop() throws IOException {
        kit.shutdownTestKit();
        history.close();
    }

    @Test
    void aJobRunsOnAFreeSlotAndLeavesWithItsStoryInTheLog() throws IOException {
        assertThat(submit(job())).isEqualTo(new ApiReply.Submitted(1, 1));
        offer(true);
        SlotActor.StartBatch start = slot.expectMessageClass(SlotActor.StartBatch.class);
        start.events().tell(new BatchEvent.Started(4711, System.currentTimeMillis()));
        awaitStatus(JobStatus.RUNNING);
        start.events().tell(new BatchEvent.Suspended(2));
        awaitStatus(JobStatus.SUSPENDED);
        start.events().tell(new BatchEvent.Continued());
        awaitStatus(JobStatus.RUNNING);
        start.events().tell(new BatchEvent.Exited(exit(0, 0)));
        slot.expectMessage(new SlotActor.ForgetBatch(new JobId(1, 0)));
        awaitEmpty();
        Awaitility.await().until(() -> forgotten.equals(List.of("job-1.0")));
        assertThat(Files.readString(directory.resolve("job.log")).lines())
                .filteredOn(line -> line.matches("\\d{3} \\(001\\.000\\.000\\).*"))
                .extracting(line -> line.substring(0, 3))
                .containsExactly("000", "001", "010", "011", "005");
        assertThat(History.newest(directory.resolve("history"), job -> true, 10))
                .singleElement()
                .satisfies(job -> assertThat(job.ad()).contains("JobStatus = 4", "ExitCode = 0"));
    }

    @Test
    void theLogIsXmlIfTheJobSaysSo() {
        submit(job().toBuilder().putBool("UserLogUseXML", true).build());
        assertThat(act(JobAction.REMOVE, ANN)).isEqualTo(JobOutcome.SUCCESS);
        awaitEmpty();
        assertThat(directory.resolve("job.log"))
                .content()
                .contains("<s>SubmitEvent</s>", "<s>JobAbortedEvent</s>");
    }

    @Test
    void heldJobsWaitUntilTheyAreReleased() {
        submit(job());
        assertThat(act(JobAction.HOLD, ANN)).isEqualTo(JobOutcome.SUCCESS);
        assertThat(act(JobAction.HOLD, ANN)).isEqualTo(JobOutcome.ALREADY_DONE);
        offer(true);
        assertThat(statuses()).containsExactly((long) JobStatus.HELD);
        assertThat(act(JobAction.RELEASE, ANN)).isEqualTo(JobOutcome.SUCCESS);
        slot.expectMessageClass(SlotActor.StartBatch.class);
    }

    @Test
    void aRunningJobThatIsRemovedLeavesWhenItsProcessesAreGone() {
        submit(job());
        offer(true);
        SlotActor.StartBatch start = slot.expectMessageClass(SlotActor.StartBatch.class);
        start.events().tell(new BatchEvent.Started(4711, System.currentTimeMillis()));
        awaitStatus(JobStatus.RUNNING);
        assertThat(act(JobAction.REMOVE, ANN)).isEqualTo(JobOutcome.SUCCESS);
        slot.expectMessage(
                new SlotActor.EndBatch(
                        new JobId(1, 0), SlotActor.How.SOFT, "via condor_rm (by user ann)"));
        assertThat(statuses()).containsExactly((long) JobStatus.REMOVED);
        assertThat(act(JobAction.REMOVE, ANN)).isEqualTo(JobOutcome.ALREADY_DONE);
        start.events().tell(new BatchEvent.Exited(exit(0, 15)));
        awaitEmpty();
        assertThat(directory.resolve("job.log"))
                .content()
                .contains("009 (001.000.000)", "via condor_rm (by user ann)");
    }

    @Test
    void onlyTheOwnerAndAdministratorsMayActOnAJob() {
        submit(job());
        assertThat(act(JobAction.REMOVE, user("bob"))).isEqualTo(JobOutcome.PERMISSION_DENIED);
        assertThat(act(JobAction.HOLD, user("root"))).isEqualTo(JobOutcome.SUCCESS);
    }

    @Test
    void aJobThatCannotBeStartedIsHeldWithTheReason() {
        submit(job());
        offer(true);
        SlotActor.StartBatch start = slot.expectMessageClass(SlotActor.StartBatch.class);
        start.events().tell(new BatchEvent.StartFailed("Failed to execute", 2));
        awaitStatus(JobStatus.HELD);
        assertThat(jobs().get(0).getString("HoldReason")).contains("Failed to execute");
        assertThat(jobs().get(0).getInteger("HoldReasonCode")).hasValue(6);
        assertThat(jobs().get(0).getInteger("HoldReasonSubCode")).hasValue(2);
        slot.expectMessage(new SlotActor.ForgetBatch(start.id()));
    }

    @Test
    void aFinishedJobWhosePolicySaysSoGoesBackIntoTheQueue() {
        submit(job().toBuilder().putExpr("OnExitRemove", "ExitCode == 0").build());
        offer(true);
        SlotActor.StartBatch start = slot.expectMessageClass(SlotActor.StartBatch.class);
        start.events().tell(new BatchEvent.Started(1, System.currentTimeMillis()));
        start.events().tell(new BatchEvent.Exited(exit(3, 0)));
        slot.expectMessage(new SlotActor.ForgetBatch(new JobId(1, 0)));
        offer(true);
        assertThat(slot.expectMessageClass(SlotActor.StartBatch.class).jobDir())
                .isNotEqualTo(start.jobDir());
    }

    @Test
    void afterARestartARunningJobIsTakenUpAgainAndNewClustersGetNewNumbers() {
        submit(job());
        offer(true);
        SlotActor.StartBatch start = slot.expectMessageClass(SlotActor.StartBatch.class);
        start.events().tell(new BatchEvent.Started(4711, System.currentTimeMillis()));
        awaitStatus(JobStatus.RUNNING);
        kit.stop(queue);
        spawnQueue();
        SlotActor.ReattachBatch again = slot.expectMessageClass(SlotActor.ReattachBatch.class);
        assertThat(again.jobDir()).isEqualTo(start.jobDir());
        recovered.expectMessage(Done.getInstance());
        assertThat(swept).containsExactly(Set.of(), Set.of(start.jobDir()));
        assertThat(statuses()).containsExactly((long) JobStatus.RUNNING);
        assertThat(submit(job())).isEqualTo(new ApiReply.Submitted(2, 1));
        again.events().tell(new BatchEvent.Lost("the machine went down"));
        awaitStatus(JobStatus.IDLE);
    }

    @Test
    void anImageIsJournaledAndTheNextRunGoesOnFromIt() {
        submit(standardJob());
        offer(true);
        SlotActor.StartBatch start = slot.expectMessageClass(SlotActor.StartBatch.class);
        start.events().tell(new BatchEvent.Started(4711, System.currentTimeMillis() - 2000));
        start.events().tell(new BatchEvent.Captured(image(1), CpuTime.NONE));
        start.events().tell(new BatchEvent.Captured(image(1), CpuTime.NONE));
        awaitStatus(JobStatus.RUNNING);
        assertThat(act(JobAction.VACATE, ANN)).isEqualTo(JobOutcome.SUCCESS);
        slot.expectMessage(
                new SlotActor.EndBatch(
                        new JobId(1, 0),
                        SlotActor.How.GRACEFUL,
                        "via condor_vacate_job (by user ann)"));
        assertThat(act(JobAction.CHECKPOINT, ANN)).isEqualTo(JobOutcome.ALREADY_DONE);
        start.events().tell(new BatchEvent.Captured(image(2), CpuTime.NONE));
        FileNote note = new FileNote("/out", 1, 2, 3);
        start.events()
                .tell(
                        new BatchEvent.Exited(
                                exit(0, Signals.USR2), new JobNews.Traces(true, List.of(note))));
        slot.expectMessage(new SlotActor.ForgetBatch(new JobId(1, 0)));
        kit.stop(queue);
        spawnQueue();
        offer(true);
        Checkpointing next =
                slot.expectMessageClass(SlotActor.StartBatch.class)
                        .spec()
                        .checkpointing()
                        .orElseThrow();
        assertThat(next.images()).containsExactly(image(1), image(2));
        assertThat(next.highest()).isEqualTo(2);
        assertThat(next.outputs()).containsExactly(note);
    }

    @Test
    void aJobWhoseImageNeedsAnotherMachineWaitsAndTheAnalysisSaysWhy() {
        HostFacts newer = new HostFacts("new", "999.1", 62, "cpu", 0, 0);
        submit(standardJob());
        offer(true);
        SlotActor.StartBatch start = slot.expectMessageClass(SlotActor.StartBatch.class);
        start.events().tell(new BatchEvent.Started(4711, System.currentTimeMillis()));
        start.events().tell(new BatchEvent.Captured(image(1, newer), CpuTime.NONE));
        start.events().tell(new BatchEvent.Exited(exit(0, Signals.KILL)));
        slot.expectMessage(new SlotActor.ForgetBatch(new JobId(1, 0)));
        offer(true);
        Awaitility.await()
                .untilAsserted(
                        () ->
                                assertThat(analysis())
                                        .containsPattern(
                                                "This machine cannot go on from the job's image:"
                                                        + " Linux .* is older than the 999.1"));
        assertThat(statuses()).containsExactly((long) JobStatus.IDLE);
        slot.expectNoMessage(Duration.ZERO);
    }

    @Test
    void aJobWhoseImagesWereLookedAtWhenTheNodeStoppedIsEndedWhenItIsToldAgain() throws Exception {
        BlockingQueue<Runnable> looks = new LinkedBlockingQueue<>();
        disk = looks::add;
        submit(standardJob());
        offer(true);
        Runnable look = looks.poll(10, TimeUnit.SECONDS);
        queue.tell(new QueueActor.Stop(false));
        assertThat(statuses()).containsExactly((long) JobStatus.IDLE);
        look.run();
        SlotActor.StartBatch start = slot.expectMessageClass(SlotActor.StartBatch.class);
        start.events().tell(new BatchEvent.Started(4711, System.currentTimeMillis()));
        awaitStatus(JobStatus.RUNNING);
        queue.tell(new QueueActor.Stop(false));
        slot.expectMessage(
                new SlotActor.EndBatch(
                        new JobId(1, 0), SlotActor.How.GRACEFUL, "the node stopped"));
    }

    private String analysis() {
        ApiReply reply = ask(new ApiRequest.QueryJobs(Optional.empty(), List.of(), true), ANN);
        return ((ApiReply.Ads) reply).ads().get(0).getString("RoostAnalysis").orElse("");
    }

    @Test
    void aJobThatItsSlotWantsToBeRidOfIsEvictedForThatReason() {
        submit(standardJob());
        offer(true);
        SlotActor.StartBatch start = slot.expectMessageClass(SlotActor.StartBatch.class);
        start.events().tell(new BatchEvent.Started(4711, System.currentTimeMillis()));
        start.events().tell(new BatchEvent.MustLeave(Initiator.POLICY, false, "PREEMPT is true"));
        slot.expectMessage(
                new SlotActor.EndBatch(new JobId(1, 0), SlotActor.How.GRACEFUL, "PREEMPT is true"));
        start.events().tell(new BatchEvent.MustLeave(Initiator.POLICY, true, "KILL is true"));
        slot.expectMessage(
                new SlotActor.EndBatch(new JobId(1, 0), SlotActor.How.FAST, "KILL is true"));
        start.events().tell(new BatchEvent.Exited(exit(0, Signals.KILL)));
        awaitStatus(JobStatus.IDLE);
        assertThat(jobs().get(0).getString("RoostLastEvictionBy")).contains("POLICY");
    }

    @Test
    void aJobAnEarlierRunOfWhichStillLivesWaitsAndIsNotHeld() {
        submit(standardJob());
        offer(true);
        SlotActor.StartBatch start = slot.expectMessageClass(SlotActor.StartBatch.class);
        start.events().tell(new BatchEvent.StartFailed("locked", 11, JobNews.Obstacle.STILL_RUNS));
        slot.expectMessage(new SlotActor.ForgetBatch(start.id()));
        awaitStatus(JobStatus.IDLE);
        offer(true);
        slot.expectMessageClass(SlotActor.StartBatch.class);
    }

    @Test
    void aJobWithoutAUsableImageIsHeldWithACodeOfItsOwn() {
        submit(standardJob());
        offer(true);
        SlotActor.StartBatch start = slot.expectMessageClass(SlotActor.StartBatch.class);
        start.events()
                .tell(new BatchEvent.StartFailed("none is whole", 0, JobNews.Obstacle.IMAGES));
        awaitStatus(JobStatus.HELD);
        assertThat(jobs().get(0).getInteger("HoldReasonCode")).hasValue(1001);
    }

    @Test
    void theJobsOfAClusterRunInTheirOrder() {
        offer(true);
        ClassAd job = job().toBuilder().putInt("QDate", 1).build();
        ask(new ApiRequest.SubmitJobs(Collections.nCopies(50, job)), ANN);
        assertThat(slot.expectMessageClass(SlotActor.StartBatch.class).id())
                .isEqualTo(new JobId(1, 0));
    }

    @Test
    void aClusterNumberInTheSubmittedTextIsFilledIn() {
        submit(job().toBuilder().put("Out", "out.$(Cluster).$(ClusterId)").build());
        assertThat(jobs().get(0).getString("Out")).contains("out.1.1");
    }

    @Test
    void anAdThatIsTooLongIsRefusedAndNothingOfItsClusterIsKept() {
        ClassAd large = job().toBuilder().put("Data", "x".repeat(AD_LENGTH_MAX)).build();
        TestProbe<StatusReply<ApiReply>> probe = kit.createTestProbe();
        ApiRequest.SubmitJobs submit = new ApiRequest.SubmitJobs(List.of(job(), large));
        queue.tell(new QueueActor.Ask(submit, ANN, probe.getRef()));
        assertThat(probe.receiveMessage().getError())
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> assertThat(e.code()).isEqualTo(ApiException.Code.TOO_LARGE));
        assertThat(jobs()).isEmpty();
        assertThat(submit(job())).isEqualTo(new ApiReply.Submitted(1, 1));
    }

    @Test
    void theTallyFollowsTheJobs() {
        submit(job());
        submit(job());
        assertThat(tally.in("Idle")).isEqualTo(2);
        offer(true);
        SlotActor.StartBatch start = slot.expectMessageClass(SlotActor.StartBatch.class);
        start.events().tell(new BatchEvent.Started(4711, System.currentTimeMillis()));
        awaitStatus(JobStatus.RUNNING);
        assertThat(tally.in("Running")).isEqualTo(1);
        assertThat(tally.total()).isEqualTo(2);
        start.events().tell(new BatchEvent.Exited(exit(0, 0)));
        Awaitility.await().until(() -> tally.total() == 1);
        assertThat(tally.in("Idle")).isEqualTo(1);
    }

    // --- the small world of a test

    private void spawnQueue() {
        slot = kit.createTestProbe();
        recovered = kit.createTestProbe();
        tally = new JobTally();
        QueueSettings settings =
                new QueueSettings(
                        "here",
                        new NodeAddress("127.0.0.1", 9618),
                        "here",
                        directory,
                        1000,
                        AD_LENGTH_MAX,
                        tally,
                        Duration.ofMinutes(1),
                        new JobSpecs(new JobSpecs.Settings("", List.of(), Optional.empty())),
                        new ImageFiles(
                                new ImageStore(directory.resolve("images")),
                                2,
                                work -> disk.execute(work)),
                        Optional.empty(),
                        new AwayRun.Settings(
                                new Hosts(), Duration.ofSeconds(1), Duration.ofSeconds(15)),
                        new Policy("root", Set.of(), Set.of()),
                        history,
                        owner -> OpenAsUser.SELF,
                        UserLogFormat.TEXT,
                        forgotten::add,
                        swept::add,
                        Clock.systemUTC());
        queue =
                kit.spawn(
                        QueueActor.create(
                                settings, Map.of(SLOT, slot.getRef()), recovered.getRef()));
        listener = slot.expectMessageClass(SlotActor.Listen.class).listener();
    }

    private static Identity user(String name) {
        return new Identity(name, "here", "127.0.0.1", Identity.Method.PEER_CREDENTIALS);
    }

    private ClassAd job() {
        return ClassAd.builder()
                .put("Cmd", "/bin/true")
                .put("Iwd", directory.toString())
                .put("UserLog", "job.log")
                .build();
    }

    private ClassAd standardJob() {
        return job().toBuilder().putInt("JobUniverse", JobSpecs.STANDARD).build();
    }

    private static ImageRecord image(int generation) {
        return image(generation, new HostFacts("here", "6.1", 62, "cpu", 0, 0));
    }

    private static ImageRecord image(int generation, HostFacts host) {
        return new ImageRecord(
                generation, 1, 4096, "d" + generation, host, "/bin/p", "x", 1, 2, "why", "library");
    }

    private static JobExit exit(int status, int signal) {
        long now = System.currentTimeMillis();
        return new JobExit(status, signal, false, false, 1.0, 0.5, 1024, now - 1000, now);
    }

    private void offer(boolean accepts) {
        ClassAd ad =
                ClassAd.builder()
                        .put("Name", SLOT.toString())
                        .putBool("Requirements", true)
                        .build();
        listener.tell(new SlotActor.SlotUpdate(SLOT, ad, accepts, slot.getRef()));
    }

    private ApiReply ask(ApiRequest<?> request, Identity caller) {
        TestProbe<StatusReply<ApiReply>> probe = kit.createTestProbe();
        queue.tell(new QueueActor.Ask(request, caller, probe.getRef()));
        return probe.receiveMessage().getValue();
    }

    private ApiReply submit(ClassAd ad) {
        return ask(new ApiRequest.SubmitJobs(List.of(ad)), ANN);
    }

    private JobOutcome act(JobAction action, Identity caller) {
        JobSelection selection =
                new JobSelection(
                        List.of(new JobId(1, 0)), List.of(), List.of(), Optional.empty(), false);
        ApiReply reply =
                ask(new ApiRequest.ActOnJobs(action, selection, Optional.empty(), false), caller);
        return ((ApiReply.JobResults) reply).results().get(0).outcome();
    }

    private List<ClassAd> jobs() {
        ApiReply reply = ask(new ApiRequest.QueryJobs(Optional.empty(), List.of(), false), ANN);
        return ((ApiReply.Ads) reply).ads();
    }

    private List<Long> statuses() {
        return jobs().stream().map(ad -> ad.getInteger("JobStatus").orElseThrow()).toList();
    }

    private void awaitStatus(int status) {
        Awaitility.await().until(() -> statuses().contains((long) status));
    }

    private void awaitEmpty() {
        Awaitility.await().until(() -> jobs().isEmpty());
    }
}
