// SPDX-License-Identifier: Apache-2.0
package roost.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.api.ApiRequest;
import roost.api.ApiRequest.JobAction;
import roost.classad.ClassAd;
import roost.id.ClaimId;
import roost.id.JobId;

/**
 * Jobs that checkpoint themselves, on a whole node: a shell that counts from the number in its file
 * {@code state}, writes a line a step, and exits with 85 after each hundred.
 */
@Timeout(120)
class SelfCheckpointingJobTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JobId JOB = new JobId(1, 0);
    private static final int LAST = 350;

    @TempDir Path directory;
    private TestNode node;

    @BeforeEach
    void startNode() throws Exception {
        node = TestNode.start(directory, "POLLING_INTERVAL", "1");
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
        assertThat(processes()).isEmpty();
    }

    @Test
    void aJobThatEndsThreeTimesToBeCheckpointedIsOneRun() throws Exception {
        gate(LAST);
        submit(counter());
        awaitCounted();
        assertThat(log()).containsOnlyOnce("001 (001.000.000)");
        assertThat(log().split("003 \\(001.000.000\\)", -1)).hasSize(4);
        assertThat(log()).contains("(1) Normal termination (return value 0)");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(directory.resolve("spool/1")).doesNotExist());
    }

    @Test
    void aVacatedJobGoesBackToItsCheckpointAndItsOutputIsCutBack() throws Exception {
        gate(150);
        submit(counter());
        awaitStep(150);
        assertThat(job("CheckpointNumber")).isEqualTo("1");
        assertThat(job("JobLastCheckpointTime")).matches("[0-9]{10}");
        act(JobAction.VACATE_FAST);
        gate(LAST);
        awaitCounted();
    }

    @Test
    void aJobThatIsKilledWithItsNodeGoesOnFromItsCheckpoint() throws Exception {
        gate(250);
        submit(counter());
        awaitStep(250);
        node.crash();
        kill();
        Files.writeString(directory.resolve("state"), "nonsense");
        gate(LAST);
        node.start();
        awaitCounted();
    }

    @Test
    void aJobThatEndsToBeCheckpointedWhileNoNodeIsThereIsStartedAgain() throws Exception {
        gate(50);
        submit(counter());
        awaitStep(50);
        node.crash();
        gate(100);
        await().atMost(PATIENCE).until(() -> processes().isEmpty());
        gate(LAST);
        node.start();
        awaitCounted();
    }

    @Test
    void aDamagedCheckpointGivesWayToTheOneBefore() throws Exception {
        gate(250);
        submit(counter());
        awaitStep(250);
        // The hold has it make a third one, which is the newest.
        act(JobAction.HOLD);
        await().atMost(PATIENCE).until(() -> log().contains("012 (001.000.000)"));
        try (Stream<Path> files = Files.walk(directory.resolve("spool"))) {
            Path newest =
                    files.filter(path -> path.endsWith(Path.of("files.0003", "0")))
                            .findFirst()
                            .orElseThrow();
            Files.writeString(newest, "9");
        }
        gate(LAST);
        act(JobAction.RELEASE);
        awaitCounted();
        assertThat(log()).contains("checkpoint 3: state is damaged in it");
    }

    @Test
    void aJobThatCheckpointsWhenItIsAskedToLeaveLosesNothing() throws Exception {
        gate(50);
        submit(counter());
        awaitStep(50);
        act(JobAction.VACATE);
        await().atMost(PATIENCE).until(() -> job("NumJobStarts").equals("2"));
        assertThat(job("RoostLastEvictionCheckpointed")).isEqualTo("true");
        gate(LAST);
        awaitCounted();
        assertThat(log()).contains("\t(1) Job was checkpointed.");
    }

    @Test
    void theMachineAsksForCheckpointsWithTheJobsSignal() throws Exception {
        gate(50);
        submit(asked("SIGUSR1"));
        awaitStep(50);
        // Only once: a second time could come before the program has said what the signal means.
        node.reconfigure(
                "PERIODIC_CHECKPOINT",
                "LastPeriodicCheckpoint == JobStart && time() > JobStart + 1");
        await().atMost(PATIENCE).until(() -> !job("CheckpointNumber").equals("null"));
        assertThat(job("JobStatus")).isEqualTo("2");
        gate(LAST);
        awaitCounted();
    }

    @Test
    void aJobThatDoesNotKeepItsPromiseIsHeld() throws Exception {
        gate(50);
        submit(asked("SIGINT"));
        awaitStep(50);
        act(JobAction.CHECKPOINT);
        await().atMost(PATIENCE).until(() -> job("JobStatus").equals("5"));
        assertThat(job("HoldReasonCode")).isEqualTo("36");
        assertThat(job("HoldReason"))
                .isEqualTo(
                        "Job did not exit as promised when sent its checkpoint signal.  Promised"
                                + " exit was with exit code 85, actual exit status was on signal"
                                + " 2.");
    }

    @Test
    void aCheckpointThatCannotBeKeptCostsNothingButItsNumber() throws Exception {
        gate(LAST);
        submit(counter().toBuilder().put("TransferCheckpoint", "state, missing").build());
        awaitCounted();
        assertThat(log()).contains("checkpoint 3 was not kept: ");
    }

    @Test
    void aCodJobStopsAJobThatIsStartedAgainAndAgain() throws Exception {
        gate(90);
        submit(counter());
        awaitStep(90);
        ClaimId claim = codRuns();
        gate(LAST);
        assertThat(step()).isLessThanOrEqualTo(90);
        node.call(new ApiRequest.ReleaseClaim(claim, true));
        awaitCounted();
    }

    // --- the program

    private ClassAd counter() {
        return script("trap \"exit 85\" TERM; ");
    }

    /** One that is asked by a signal, and knows what SIGUSR1 means. */
    private ClassAd asked(String signal) {
        return script("trap \"exit 85\" USR1; ").toBuilder()
                .putBool("WantCheckpointSignal", true)
                .put("CheckpointSig", signal)
                .build();
    }

    /** Every step is in the state before it is in the output, as the exit may come in between. */
    private ClassAd script(String traps) {
        String count =
                "i=0; d=0; [ -f state ] && read i d < state; "
                        + traps
                        + "while [ $i -lt "
                        + LAST
                        + " ]; do read g < "
                        + directory
                        + "/gate; if [ $i -lt $g ]; then i=$((i+1)); d=$(((d*31+i)%1000003));"
                        + " echo $i $d; echo $i $d > state;"
                        + " [ $((i%100)) = 0 ] && exit 85; fi; done; exit 0";
        return ClassAd.builder()
                .put("Cmd", "/bin/sh")
                .put("Arguments", "-c '" + count + "'")
                .put("Iwd", directory.toString())
                .put("Out", "out")
                .put("UserLog", directory.resolve("user.log").toString())
                .putInt("JobUniverse", 5)
                .putInt("SuccessCheckpointExitCode", 85)
                .putBool("WantFTOnCheckpoint", true)
                .put("TransferCheckpoint", "state")
                .putExpr("Requirements", "true")
                .build();
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("user.log"));
    }

    private void gate(int step) throws IOException {
        Path next = directory.resolve("gate.next");
        Files.writeString(next, step + "\n");
        Files.move(next, directory.resolve("gate"), StandardCopyOption.ATOMIC_MOVE);
    }

    private int step() throws IOException {
        Path out = directory.resolve("out");
        return Files.exists(out) ? Files.readAllLines(out).size() : 0;
    }

    private void awaitStep(int step) {
        await().atMost(PATIENCE).until(() -> step() >= step);
    }

    private void awaitCounted() throws Exception {
        await().atMost(PATIENCE).until(() -> jobs().isEmpty());
        long digest = 0;
        StringBuilder expected = new StringBuilder();
        for (int i = 1; i <= LAST; i++) {
            digest = (digest * 31 + i) % 1_000_003;
            expected.append(i).append(' ').append(digest).append('\n');
        }
        assertThat(Files.readString(directory.resolve("out"))).isEqualTo(expected.toString());
    }

    // --- the node

    private void submit(ClassAd job) throws Exception {
        node.call(new ApiRequest.SubmitJobs(List.of(job)));
    }

    private void act(JobAction action) throws Exception {
        node.call(
                new ApiRequest.ActOnJobs(
                        action,
                        new ApiRequest.JobSelection(
                                List.of(JOB), List.of(), List.of(), Optional.empty(), false),
                        Optional.empty(),
                        false));
    }

    private ClaimId codRuns() throws Exception {
        return node.runCod(
                ClassAd.builder().put("Cmd", "/bin/sleep").put("Arguments", "5000").build());
    }

    private List<ClassAd> jobs() throws Exception {
        return node.call(new ApiRequest.QueryJobs(Optional.empty(), List.of(), false)).ads();
    }

    private String job(String attribute) throws Exception {
        ClassAd ad = jobs().get(0);
        return ad.getString(attribute).orElseGet(() -> String.valueOf(ad.lookup(attribute)));
    }

    /** Processes that have the gate in their arguments. */
    private List<Long> processes() {
        return Processes.with(directory + "/gate");
    }

    /** The machine goes down: starters first, so that none can note how its job ended. */
    private void kill() {
        List<Long> starters = Processes.with(directory + "/", "roost-starter");
        Stream.concat(starters.stream(), processes().stream())
                .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        await().atMost(PATIENCE).until(() -> processes().isEmpty());
    }
}
