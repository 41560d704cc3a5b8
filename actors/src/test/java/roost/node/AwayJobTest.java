// SPDX-License-Identifier: Apache-2.0
package roost.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.api.ApiReply;
import roost.api.ApiReply.JobOutcome;
import roost.api.ApiRequest;
import roost.api.ApiRequest.JobAction;
import roost.classad.ClassAd;
import roost.id.JobId;

/** Two nodes with one slot each; jobs are in the queue of the first and run on the second. */
@Timeout(180)
class AwayJobTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String HOST_PATIENCE = "roost.guest.patience";
    private static final String HOST_GONE = "host-gone";
    private static final String LEASE = "roost.queue.job-lease";
    private static final String SHORT_LEASE = "short-lease";
    private static final JobId FILLER = new JobId(1, 0);
    private static final JobId JOB = new JobId(2, 0);
    private static final int STANDARD = 1;
    private static final int VANILLA = 5;

    @TempDir Path directory;
    private TestNode one;
    private TestNode two;
    private CountingJob job;

    /** A host counts as gone soon only where that is the test: restarting one takes a while. */
    @BeforeEach
    void startBoth(TestInfo test) throws Exception {
        if (test.getTags().contains(HOST_GONE)) {
            System.setProperty(HOST_PATIENCE, "2s");
        }
        if (test.getTags().contains(SHORT_LEASE)) {
            System.setProperty(LEASE, "10s");
        }
        ConfigFactory.invalidateCaches();
        one = TestNode.start(made("one"), "STARTD_NAME", "one");
        two =
                TestNode.start(
                        made("two"),
                        "STARTD_NAME",
                        "two",
                        "NETWORK_INTERFACE",
                        "127.0.0.2",
                        "CONDOR_HOST",
                        one.address().host() + ":" + one.address().port());
        job = new CountingJob(directory);
    }

    private Path made(String name) throws Exception {
        return Files.createDirectory(directory.resolve(name));
    }

    @AfterEach
    void stopBoth() throws Exception {
        try {
            one.close();
        } finally {
            two.close();
            System.clearProperty(HOST_PATIENCE);
            System.clearProperty(LEASE);
            ConfigFactory.invalidateCaches();
        }
        await().atMost(PATIENCE).until(() -> job.processes().isEmpty());
    }

    /** The first slot is taken by a job that stays, so the next one goes to the second node. */
    private void runAway(int universe) throws Exception {
        runAway(job.ad(universe));
    }

    private void runAway(ClassAd ad) throws Exception {
        one.call(new ApiRequest.SubmitJobs(List.of(sleeping("one"))));
        await().atMost(PATIENCE).until(() -> attribute(FILLER, "JobStatus").equals("2"));
        one.call(new ApiRequest.SubmitJobs(List.of(ad)));
        job.goOnTo(100);
        await().atMost(PATIENCE).until(() -> attribute(JOB, "JobStatus").equals("2"));
        assertThat(attribute(JOB, "RemoteHost")).isEqualTo("\"slot1@two\"");
    }

    @Test
    void aJobThatFindsItsOwnNodeTakenRunsOnTheOtherToItsEnd() throws Exception {
        runAway(VANILLA);
        finish();
        assertThat(two.call(new ApiRequest.QueryJobs(Optional.empty(), List.of(), false)).ads())
                .isEmpty();
    }

    @Test
    void aJobThatIsVacatedThereGoesOnHere() throws Exception {
        runAway(STANDARD);
        act(FILLER, JobAction.REMOVE);
        await().atMost(PATIENCE).until(() -> ads(FILLER).isEmpty());
        act(JOB, JobAction.VACATE);
        awaitHost("one");
        job.goOnTo(200);
        assertThat(attribute(JOB, "NumRestarts")).isEqualTo("1");
        finish();
    }

    @Test
    void aJobThatCheckpointsItselfGoesOnFromItsFilesOnEitherNode() throws Exception {
        runAway(job.checkpointingItself());
        job.goOnTo(150);
        await().atMost(PATIENCE).until(() -> attribute(JOB, "CheckpointNumber").equals("1"));
        act(FILLER, JobAction.REMOVE);
        await().atMost(PATIENCE).until(() -> ads(FILLER).isEmpty());
        act(JOB, JobAction.VACATE_FAST);
        awaitHost("one");
        job.goOnTo(250);
        await().atMost(PATIENCE).until(() -> attribute(JOB, "CheckpointNumber").equals("2"));
        // Asked to leave it checkpoints at once, and with its slot taken goes to the other node.
        act(JOB, JobAction.HOLD);
        await().atMost(PATIENCE).until(() -> attribute(JOB, "CheckpointNumber").equals("3"));
        one.call(new ApiRequest.SubmitJobs(List.of(sleeping("one"))));
        await().atMost(PATIENCE).until(() -> attribute(new JobId(3, 0), "JobStatus").equals("2"));
        act(JOB, JobAction.RELEASE);
        awaitHost("two");
        assertThat(job.step()).isGreaterThanOrEqualTo(250);
        finish();
    }

    @Test
    void aRemovedJobIsGoneFromTheOtherNode() throws Exception {
        runAway(VANILLA);
        act(JOB, JobAction.REMOVE);
        await().atMost(PATIENCE).until(() -> ads(JOB).isEmpty() && job.processes().isEmpty());
    }

    @Test
    void aJobRunsOnWhileItsQueuesNodeIsReplaced() throws Exception {
        runAway(STANDARD);
        List<Long> before = job.processes();
        one.crash();
        job.goOnTo(200);
        one.start();
        job.goOnTo(300);
        assertThat(job.processes()).isEqualTo(before);
        finish();
    }

    @Test
    void aJobRunsOnAndEndsWhileItsQueuesNodeIsStopped() throws Exception {
        runAway(STANDARD);
        List<Long> before = job.processes();
        one.stop();
        job.goOnTo(200);
        assertThat(job.processes()).isEqualTo(before);
        one.start();
        await().atMost(PATIENCE).until(() -> attribute(JOB, "JobStatus").equals("2"));
        one.stop();
        job.gate(CountingJob.LAST);
        await().atMost(PATIENCE).until(() -> job.processes().isEmpty());
        one.start();
        finish();
        assertThat(job.log()).containsOnlyOnce("Job executing on host").contains("return value 0");
    }

    @Test
    @Tag(SHORT_LEASE)
    void aJobWhoseQueuesNodeStaysAwayLeavesWithAnImage() throws Exception {
        runAway(STANDARD);
        one.crash();
        await().atMost(PATIENCE).until(() -> job.processes().isEmpty());
        one.start();
        job.goOnTo(200);
        assertThat(attribute(JOB, "NumRestarts")).isEqualTo("1");
        finish();
    }

    @Test
    void aJobRunsOnWhileItsHostIsReplacedAndKeepsItsSlot() throws Exception {
        runAway(VANILLA);
        List<Long> before = job.processes();
        two.crash();
        job.goOnTo(200);
        two.start();
        two.call(new ApiRequest.SubmitJobs(List.of(sleeping("two"))));
        job.goOnTo(300);
        assertThat(job.processes()).isEqualTo(before);
        assertThat(attribute(JOB, "RemoteHost")).isEqualTo("\"slot1@two\"");
        finish();
    }

    /** A job that runs on one node only, and there at once if the slot is free. */
    private ClassAd sleeping(String machine) {
        return ClassAd.builder()
                .put("Cmd", "/bin/sleep")
                .put("Arguments", "5000")
                .put("Iwd", directory.toString())
                .putInt("JobUniverse", VANILLA)
                .putExpr("Requirements", "TARGET.Machine == \"" + machine + "\"")
                .build();
    }

    @Test
    @Tag(HOST_GONE)
    void aJobWhoseHostIsGoneGoesOnHereAsSoonAsNothingOfItLivesAndNotBefore() throws Exception {
        runAway(STANDARD);
        act(JOB, JobAction.CHECKPOINT);
        await().atMost(PATIENCE).until(() -> attribute(JOB, "NumCkpts").equals("1"));
        act(FILLER, JobAction.REMOVE);
        List<Long> starters = CountingJob.starters(directory.resolve("two"));
        List<Long> before = job.processes();
        two.crash();
        await().atMost(PATIENCE).until(this::oneIsAlone);
        job.goOnTo(200);
        // The other node counts as dead by now, but its starter holds the lock.
        assertThat(attribute(JOB, "JobStatus")).isEqualTo("2");
        assertThat(job.processes()).isEqualTo(before);

        List<Long> all = new ArrayList<>(starters);
        all.addAll(before);
        CountingJob.kill(all);

        await().atMost(PATIENCE).until(() -> attribute(JOB, "RemoteHost").equals("\"slot1@one\""));
        assertThat(attribute(JOB, "NumRestarts")).isEqualTo("1");
        job.goOnTo(300);
        two.start();
        finish();
    }

    @Test
    @Tag(HOST_GONE)
    void aJobThatEndsWhileItsHostIsGoneIsFinishedAndNotRunAgain() throws Exception {
        runAway(VANILLA);
        act(FILLER, JobAction.REMOVE);
        two.crash();
        await().atMost(PATIENCE).until(this::oneIsAlone);

        job.gate(CountingJob.LAST);

        await().atMost(PATIENCE).until(() -> ads(JOB).isEmpty());
        job.assertOutputIsWhole();
        assertThat(job.log()).containsOnlyOnce("Job executing on host").contains("return value 0");
        two.start();
        finish();
    }

    private boolean oneIsAlone() throws Exception {
        return one.call(new ApiRequest.GetNode(ApiRequest.Target.HERE)).cluster().size() == 1;
    }

    @Test
    void aHostThatStopsSendsItsGuestsBackWithAnImage() throws Exception {
        runAway(STANDARD);
        act(FILLER, JobAction.REMOVE);
        two.stop();
        awaitHost("one");
        job.goOnTo(200);
        assertThat(attribute(JOB, "NumRestarts")).isEqualTo("1");
        two.start();
        finish();
    }

    private void awaitHost(String machine) {
        await().atMost(PATIENCE)
                .until(() -> attribute(JOB, "RemoteHost").equals("\"slot1@" + machine + "\""));
    }

    private void finish() throws Exception {
        job.gate(CountingJob.LAST);
        await().atMost(PATIENCE).until(() -> ads(JOB).isEmpty());
        job.assertOutputIsWhole();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            assertThat(directory.resolve("one/spool/2")).doesNotExist();
                            assertThat(guests()).isEmpty();
                        });
    }

    private List<Path> guests() throws Exception {
        try (var files = Files.list(directory.resolve("two/execute"))) {
            return files.filter(file -> file.getFileName().toString().contains("guest_")).toList();
        }
    }

    private void act(JobId id, JobAction action) throws Exception {
        ApiReply.JobResults results =
                one.call(
                        new ApiRequest.ActOnJobs(
                                action,
                                new ApiRequest.JobSelection(
                                        List.of(id), List.of(), List.of(), Optional.empty(), false),
                                Optional.empty(),
                                false));
        assertThat(results.results())
                .singleElement()
                .satisfies(result -> assertThat(result.outcome()).isEqualTo(JobOutcome.SUCCESS));
    }

    private List<ClassAd> ads(JobId id) throws Exception {
        return one.call(
                        new ApiRequest.QueryJobs(
                                Optional.of("ClusterId == " + id.cluster()), List.of(), false))
                .ads();
    }

    private String attribute(JobId id, String name) throws Exception {
        List<ClassAd> ads = ads(id);
        return ads.isEmpty() ? "gone" : String.valueOf(ads.get(0).lookup(name));
    }
}
