// SPDX-License-Identifier: Apache-2.0
package roost.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.api.ApiReply;
import roost.api.ApiReply.JobOutcome;
import roost.api.ApiRequest;
import roost.api.ApiRequest.JobAction;
import roost.classad.ClassAd;
import roost.id.ClaimId;
import roost.id.JobId;

/**
 * Jobs of the standard universe on a whole node: a shell that counts as far as the file {@code
 * gate} says and prints a running digest of its counting, so that a step that was left out or done
 * twice shows in every line after it.
 */
@Timeout(120)
class CheckpointedJobTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LAST = 900;

    @TempDir Path directory;
    private TestNode node;
    private JobId job = new JobId(1, 0);

    @BeforeEach
    void startNode() throws Exception {
        node = TestNode.start(directory);
        gate(100);
        node.call(new ApiRequest.SubmitJobs(List.of(job("/bin/sh"))));
        awaitStep(100);
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
        assertThat(jobProcesses()).isEmpty();
    }

    @Test
    void aVacatedJobGoesOnWhereItWas() throws Exception {
        act(JobAction.VACATE);
        await().atMost(PATIENCE).until(() -> attribute("NumJobStarts").equals("2"));
        gate(200);
        awaitStep(200);
        finish();
    }

    @Test
    void aHeldJobGoesOnWhereItWasWhenItIsReleased() throws Exception {
        act(JobAction.HOLD);
        awaitStatus(5);
        await().atMost(PATIENCE).until(() -> jobProcesses().isEmpty());
        gate(200);
        act(JobAction.RELEASE);
        awaitStep(200);
        finish();
    }

    @Test
    void aJobThatIsKilledGoesOnFromItsImageAndItsOutputIsCutBack() throws Exception {
        checkpoint();
        gate(200);
        awaitStep(200);
        kill(jobProcesses());
        await().atMost(PATIENCE).until(() -> attribute("NumJobStarts").equals("2"));
        gate(300);
        awaitStep(300);
        finish();
    }

    @Test
    void aJobRunsOnWhileItsNodeIsReplacedWhichSweepsTheStore() throws Exception {
        checkpoint();
        List<Long> before = jobProcesses();
        node.crash();
        Path orphan = directory.resolve("spool/1/7/cluster1.proc7.subproc0");
        Files.createDirectories(orphan);
        node.start();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(orphan).doesNotExist());
        gate(200);
        awaitStep(200);
        assertThat(jobProcesses()).isEqualTo(before);
        act(JobAction.VACATE);
        gate(300);
        awaitStep(300);
        finish();
    }

    @Test
    void afterTheMachineWentDownTheJobGoesOnFromItsNewestImage() throws Exception {
        checkpoint();
        gate(200);
        awaitStep(200);
        checkpoint();
        gate(300);
        awaitStep(300);
        node.crash();
        List<Long> all = new ArrayList<>(starters());
        all.addAll(jobProcesses());
        kill(all);
        node.start();
        gate(400);
        awaitStep(400);
        finish();
    }

    @Test
    void aJobThatIsSuspendedForACodJobCanBeVacated() throws Exception {
        ClaimId claim =
                node.runCod(
                        ClassAd.builder()
                                .put("Cmd", "/bin/sleep")
                                .put("Arguments", "5000")
                                .build());
        awaitStatus(7);
        gate(200);
        act(JobAction.VACATE);
        awaitStatus(1);
        assertThat(jobProcesses()).isEmpty();
        node.call(new ApiRequest.ReleaseClaim(claim, true));
        awaitStep(200);
        finish();
    }

    @Test
    void aDamagedImageIsPassedOverForTheOneBefore() throws Exception {
        checkpoint();
        gate(200);
        awaitStep(200);
        act(JobAction.HOLD);
        await().atMost(PATIENCE).until(() -> attribute("NumCkpts").equals("2"));
        await().atMost(PATIENCE).until(() -> jobProcesses().isEmpty());
        damageNewestImage();
        gate(0);
        act(JobAction.RELEASE);
        await().atMost(PATIENCE).until(() -> attribute("NumJobStarts").equals("2"));
        assertThat(step()).isEqualTo(100);
        finish();
    }

    @Test
    void aJobNoneOfWhoseImagesIsWholeIsHeldAndDoesNotBeginAgain() throws Exception {
        act(JobAction.HOLD);
        await().atMost(PATIENCE).until(() -> attribute("NumCkpts").equals("1"));
        await().atMost(PATIENCE).until(() -> jobProcesses().isEmpty());
        damageNewestImage();
        act(JobAction.RELEASE);
        await().atMost(PATIENCE).until(() -> attribute("HoldReasonCode").equals("1001"));
        assertThat(attribute("HoldReason")).contains("image 1: ", "put a whole one back");
        assertThat(step()).isEqualTo(100);
        act(JobAction.REMOVE);
    }

    @Test
    void rubbishInTheStoreKeepsNoImageFromBeingUsedOnceItIsGone() throws Exception {
        Path rubbish = Files.createDirectories(images().resolve("next.tmp/rubbish"));
        act(JobAction.CHECKPOINT);
        await().atMost(PATIENCE)
                .until(() -> attribute("RoostImageProblem").contains(rubbish.getParent() + ""));
        gate(200);
        awaitStep(200);
        act(JobAction.VACATE);
        await().atMost(PATIENCE).until(() -> attribute("HoldReasonCode").equals("1001"));
        assertThat(attribute("HoldReason")).contains("next.tmp", "release the job");
        Files.delete(rubbish);
        gate(0);
        act(JobAction.RELEASE);
        await().atMost(PATIENCE).until(() -> attribute("NumJobStarts").equals("2"));
        assertThat(step()).isEqualTo(200);
        finish();
    }

    @Test
    void whatAnEarlierQueueLeftInTheJobsPlaceIsNotItsImage() throws Exception {
        act(JobAction.HOLD);
        await().atMost(PATIENCE).until(() -> jobProcesses().isEmpty());
        Path place = directory.resolve("spool/2/0/cluster2.proc0.subproc0");
        Files.createDirectories(place);
        Files.copy(images().resolve("live"), place.resolve("live"));
        act(JobAction.REMOVE);
        await().atMost(PATIENCE).until(() -> ads().isEmpty());
        gate(50);
        node.call(new ApiRequest.SubmitJobs(List.of(job("/bin/sh"))));
        job = new JobId(2, 0);
        awaitStatus(2);
        await().atMost(PATIENCE).until(() -> step() == 50);
        assertThat(attribute("NumCkpts")).isEqualTo("0");
        finish();
    }

    @Test
    void aJobThatWantsNoCheckpointsIsKilledAndBeginsAgain() throws Exception {
        act(JobAction.REMOVE);
        await().atMost(PATIENCE).until(() -> ads().isEmpty());
        gate(100);
        ClassAd without = job("/bin/sh").toBuilder().putBool("WantCheckpoint", false).build();
        node.call(new ApiRequest.SubmitJobs(List.of(without)));
        job = new JobId(2, 0);
        awaitStep(100);
        assertThat(outcome(JobAction.CHECKPOINT)).isEqualTo(JobOutcome.BAD_STATUS);
        gate(50);
        act(JobAction.VACATE);
        await().atMost(PATIENCE).until(() -> attribute("NumJobStarts").equals("2"));
        await().atMost(PATIENCE).until(() -> step() == 50);
        assertThat(attribute("RoostLastEvictionCheckpointed")).isEqualTo("false");
        assertThat(attribute("NumCkpts")).isEqualTo("0");
        finish();
    }

    @Test
    void aJobWhoseOutputSomebodyElseChangedIsHeld() throws Exception {
        act(JobAction.HOLD);
        await().atMost(PATIENCE).until(() -> jobProcesses().isEmpty());
        Path out = directory.resolve("out");
        String was = Files.readString(out);
        Files.writeString(out, "mine now\n");
        act(JobAction.RELEASE);
        await().atMost(PATIENCE).until(() -> attribute("HoldReasonCode").equals("1002"));
        assertThat(attribute("HoldReason")).contains(out.toString());
        assertThat(Files.readString(out)).isEqualTo("mine now\n");
        Files.writeString(out, was);
        act(JobAction.REMOVE);
    }

    @Test
    void aProgramThatWasReplacedKeepsTheJobIdleUntilItIsBack() throws Exception {
        act(JobAction.REMOVE);
        await().atMost(PATIENCE).until(() -> ads().isEmpty());
        Path own = directory.resolve("sh");
        Files.copy(Path.of("/bin/sh"), own, StandardCopyOption.COPY_ATTRIBUTES);
        gate(100);
        node.call(new ApiRequest.SubmitJobs(List.of(job(own.toString()))));
        job = new JobId(2, 0);
        awaitStep(100);
        act(JobAction.HOLD);
        await().atMost(PATIENCE).until(() -> jobProcesses().isEmpty());
        Path aside = directory.resolve("sh.aside");
        Files.move(own, aside);
        Files.copy(Path.of("/bin/cat"), own);
        act(JobAction.RELEASE);
        await().atMost(PATIENCE).until(() -> analysis().contains("cannot go on from"));
        assertThat(analysis()).contains(own.toString());
        Files.move(aside, own, StandardCopyOption.REPLACE_EXISTING);
        gate(200);
        awaitStep(200);
        finish();
    }

    private String analysis() throws Exception {
        return node.call(new ApiRequest.QueryJobs(Optional.empty(), List.of(), true))
                .ads()
                .get(0)
                .getString("RoostAnalysis")
                .orElse("");
    }

    /** Turns a byte in the middle of the newest image over. */
    private void damageNewestImage() throws IOException {
        Path image = images().resolve("image." + newestImage());
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(file.length() / 2);
            int before = file.read();
            file.seek(file.length() / 2);
            file.write(~before);
        }
    }

    private void finish() throws Exception {
        gate(LAST);
        await().atMost(PATIENCE).until(() -> ads().isEmpty());
        long digest = 0;
        StringBuilder expected = new StringBuilder();
        for (int i = 1; i <= LAST; i++) {
            digest = (digest * 31 + i) % 1_000_003;
            expected.append(i).append(' ').append(digest).append('\n');
        }
        assertThat(Files.readString(directory.resolve("out"))).isEqualTo(expected.toString());
        await().atMost(PATIENCE)
                .untilAsserted(
                        () ->
                                assertThat(directory.resolve("spool/" + job.cluster()))
                                        .doesNotExist());
    }

    private ClassAd job(String shell) {
        String gate = directory.resolve("gate").toString();
        String script =
                "i=0; d=0; while [ $i -lt "
                        + LAST
                        + " ]; do read g < "
                        + gate
                        + "; if [ $i -lt $g ]; then i=$((i+1)); d=$(((d*31+i)%1000003));"
                        + " echo $i $d; fi; done";
        return ClassAd.builder()
                .put("Cmd", shell)
                .put("Arguments", "-c '" + script + "'")
                .put("Out", "out")
                .put("Err", "err")
                .put("Iwd", directory.toString())
                .putInt("JobUniverse", 1)
                .putExpr("Requirements", "true")
                .build();
    }

    private void gate(int step) throws IOException {
        Path next = directory.resolve("gate.next");
        Files.writeString(next, step + "\n");
        Files.move(next, directory.resolve("gate"), StandardCopyOption.ATOMIC_MOVE);
    }

    private int step() throws IOException {
        Path out = directory.resolve("out");
        return Files.exists(out) ? (int) Files.lines(out).count() : 0;
    }

    private void awaitStep(int step) {
        await().atMost(PATIENCE).until(() -> step() >= step);
    }

    private void checkpoint() throws Exception {
        int before = newestImage();
        act(JobAction.CHECKPOINT);
        await().atMost(PATIENCE).until(() -> newestImage() > before);
    }

    /** The newest generation that there is a file of; 0 if there is none. */
    private int newestImage() {
        String[] names = images().toFile().list();
        return names == null
                ? 0
                : Arrays.stream(names)
                        .filter(name -> name.matches("image\\.[0-9]+"))
                        .mapToInt(name -> Integer.parseInt(name.substring("image.".length())))
                        .max()
                        .orElse(0);
    }

    private Path images() {
        int cluster = job.cluster();
        return directory.resolve("spool/" + cluster + "/0/cluster" + cluster + ".proc0.subproc0");
    }

    private void act(JobAction action) throws Exception {
        assertThat(outcome(action)).isEqualTo(JobOutcome.SUCCESS);
    }

    private JobOutcome outcome(JobAction action) throws Exception {
        ApiReply.JobResults results =
                node.call(
                        new ApiRequest.ActOnJobs(
                                action,
                                new ApiRequest.JobSelection(
                                        List.of(job),
                                        List.of(),
                                        List.of(),
                                        Optional.empty(),
                                        false),
                                Optional.empty(),
                                false));
        assertThat(results.results()).hasSize(1);
        return results.results().get(0).outcome();
    }

    private List<ClassAd> ads() throws Exception {
        return node.call(new ApiRequest.QueryJobs(Optional.empty(), List.of(), false)).ads();
    }

    private String attribute(String name) throws Exception {
        return String.valueOf(ads().get(0).lookup(name));
    }

    private void awaitStatus(int status) {
        await().atMost(PATIENCE)
                .until(() -> attribute("JobStatus").equals(Integer.toString(status)));
    }

    /** Processes that have the gate's name in their arguments. */
    private List<Long> jobProcesses() {
        return Processes.with(directory + "/", "gate");
    }

    private List<Long> starters() {
        return Processes.with(directory + "/", "starter");
    }

    private static void kill(List<Long> processes) {
        assertThat(processes).isNotEmpty();
        for (long pid : processes) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        await().atMost(PATIENCE)
                .until(
                        () ->
                                processes.stream()
                                        .noneMatch(
                                                pid ->
                                                        ProcessHandle.of(pid)
                                                                .filter(ProcessHandle::isAlive)
                                                                .isPresent()));
    }
}
