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
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.classad.ClassAd;
import roost.id.ClaimId;

/**
 * The owner's policy on a whole node, with real programs. The owner is the configuration: what it
 * says changes while the node runs.
 */
@Timeout(120)
class OwnerComesBackTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LAST = 400;

    @TempDir Path directory;
    private TestNode node;

    @BeforeEach
    void startNode() throws Exception {
        node = TestNode.start(directory, "POLLING_INTERVAL", "1");
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
        assertThat(processes("job-")).isEmpty();
    }

    @Test
    void theOwnersJobIsStoppedAndNoCodJobsEndLetsItGoOn() throws Exception {
        submit(sleeper());
        awaitSlot("Claimed", "Busy");
        long pid = awaitProcess("job-sleeper");
        node.reconfigure("WANT_SUSPEND", "True", "SUSPEND", "True", "CONTINUE", "False");
        awaitSlot("Claimed", "Suspended");
        assertThat(state(pid)).isEqualTo("T");
        awaitStatus("7");

        ClaimId claim = codRuns();
        node.call(new ApiRequest.ReleaseClaim(claim, true));
        await().atMost(PATIENCE).until(() -> slot("RunningCODJob").equals("null"));
        assertThat(slot("Activity")).isEqualTo("Suspended");
        assertThat(state(pid)).isEqualTo("T");

        node.crash();
        node.start();
        awaitSlot("Claimed", "Suspended");
        assertThat(state(pid)).isEqualTo("T");

        node.reconfigure("SUSPEND", "False", "CONTINUE", "True");
        awaitSlot("Claimed", "Busy");
        await().atMost(PATIENCE).until(() -> !state(pid).equals("T"));
    }

    @Test
    void aJobOfTheStandardUniverseLeavesWithAnImageAndGoesOnWhenTheOwnerHasGone() throws Exception {
        gate(100);
        submit(counter());
        awaitStep(100);
        node.reconfigure("PREEMPT", "True", "START", "False", "IS_OWNER", "True");
        awaitSlot("Owner", "Idle");
        awaitStatus("1");
        assertThat(processes("job-counter")).isEmpty();
        gate(LAST);
        node.reconfigure("PREEMPT", "False", "START", "True", "IS_OWNER", "False");
        awaitCounted();
    }

    @Test
    void anImpatientOwnerHasTheJobKilledAndItGoesBackToItsPeriodicImage() throws Exception {
        gate(100);
        submit(counter());
        awaitStep(100);
        node.reconfigure("PERIODIC_CHECKPOINT", "True");
        await().atMost(PATIENCE).until(() -> images() > 0);
        node.reconfigure(
                "PERIODIC_CHECKPOINT",
                "False",
                "WANT_VACATE",
                "False",
                "PREEMPT",
                "True",
                "START",
                "False");
        awaitSlot("Unclaimed", "Idle");
        awaitStatus("1");
        gate(LAST);
        node.reconfigure("PREEMPT", "False", "START", "True");
        awaitCounted();
    }

    @Test
    void aJobThatDoesNotWantToGoIsKilledWhenItsTimeIsOver() throws Exception {
        node.reconfigure("MachineMaxVacateTime", "1");
        submit(stubborn());
        long pid = awaitProcess("job-stubborn");
        await().atMost(PATIENCE).until(() -> Files.exists(directory.resolve("deaf")));
        node.reconfigure("PREEMPT", "True", "START", "False");
        awaitSlot("Unclaimed", "Idle");
        assertThat(ProcessHandle.of(pid)).isEmpty();
        awaitStatus("1");
    }

    @Test
    void aJobWhoseImageIsNotMadeInTimeIsKilledAndGoesBackToTheOneBefore() throws Exception {
        node.reconfigure("MachineMaxVacateTime", "1", "PERIODIC_CHECKPOINT", "True");
        gate(100);
        submit(waiter());
        awaitStep(100);
        await().atMost(PATIENCE).until(() -> images() > 0);
        node.reconfigure("PERIODIC_CHECKPOINT", "False");
        gate(101); // where it waits for a child, with which it cannot be checkpointed
        awaitProcess("tail");
        node.reconfigure("PREEMPT", "True", "START", "False");
        awaitSlot("Unclaimed", "Idle");
        awaitStatus("1");
        assertThat(processes("job-counter")).isEmpty();
        assertThat(job("RoostLastEvictionReason")).contains("no image was complete in time");
        assertThat(job("RoostLastEvictionBy")).isEqualTo("POLICY");
        assertThat(Double.parseDouble(job("RoostWorkLost"))).isPositive();
        Files.createFile(directory.resolve("enough"));
        gate(LAST);
        node.reconfigure("PREEMPT", "False", "START", "True");
        awaitCounted();
    }

    @Test
    void killEndsAJobThatVacatesTooSlowly() throws Exception {
        submit(stubborn());
        long pid = awaitProcess("job-stubborn");
        await().atMost(PATIENCE).until(() -> Files.exists(directory.resolve("deaf")));
        node.reconfigure("PREEMPT", "True", "START", "False");
        awaitSlot("Preempting", "Vacating");
        assertThat(state(pid)).isNotEqualTo("T");
        node.reconfigure("KILL", "True");
        awaitSlot("Unclaimed", "Idle");
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void aRetiringJobMayRunToItsEnd() throws Exception {
        node.reconfigure("MAXJOBRETIREMENTTIME", "3600", "MachineMaxVacateTime", "1");
        gate(0);
        submit(counter().toBuilder().putInt("JobUniverse", 5).build());
        awaitSlot("Claimed", "Busy");
        node.reconfigure("PREEMPT", "True", "START", "False");
        awaitSlot("Claimed", "Retiring");
        gate(LAST);
        awaitCounted();
    }

    @Test
    void startSaysWhetherAJobMayComeAtAll() throws Exception {
        node.reconfigure("START", "TARGET.Welcome =?= True");
        submit(sleeper());
        submit(sleeper().toBuilder().putBool("Welcome", true).build());
        awaitSlot("Claimed", "Busy");
        assertThat(slot("JobId")).isEqualTo("2.0");
        awaitStatus("1");
    }

    @Test
    void aJobSuspendedForCodForTooLongGivesItsMemoryBackAndTheCodJobRunsOn() throws Exception {
        node.reconfigure("COD_SUSPENDED_JOB_MAX_TIME", "0");
        gate(100);
        submit(counter());
        awaitStep(100);
        ClaimId claim = codRuns();
        await().atMost(PATIENCE).until(() -> processes("job-counter").isEmpty());
        await().atMost(PATIENCE).until(() -> job("JobStatus").equals("1"));
        assertThat(images()).isPositive();
        assertThat(processes("job-cod")).hasSize(1);
        assertThat(slot("RunningCODJob")).isEqualTo("true");
        gate(LAST);
        node.call(new ApiRequest.ReleaseClaim(claim, true));
        awaitCounted();
    }

    // --- programs; each has its name and the test's directory in its arguments

    private ClassAd sleeper() {
        return shell("job-sleeper", "while :; do sleep 5000; done");
    }

    private ClassAd stubborn() {
        return shell(
                "job-stubborn",
                "trap : TERM; : > " + directory + "/deaf; while :; do sleep 1; done");
    }

    /** Counts as far as the gate says, with a running digest of its counting. */
    private ClassAd counter() {
        return counter("");
    }

    /** The same; with 101 it waits for a child until there is a file named {@code enough}. */
    private ClassAd waiter() {
        return counter(
                "[ $i -ne 101 ] || [ -e "
                        + directory
                        + "/enough ] || tail -f "
                        + directory
                        + "/gate;");
    }

    private ClassAd counter(String afterEachStep) {
        String count =
                "i=0; d=0; while [ $i -lt "
                        + LAST
                        + " ]; do read g < "
                        + directory
                        + "/gate; if [ $i -lt $g ]; then i=$((i+1)); d=$(((d*31+i)%1000003));"
                        + " echo $i $d; "
                        + afterEachStep
                        + " fi; done";
        return shell("job-counter", count).toBuilder().putInt("JobUniverse", 1).build();
    }

    private ClassAd shell(String name, String script) {
        return ClassAd.builder()
                .put("Cmd", "/bin/sh")
                .put("Arguments", "-c '" + script + "' " + name + " " + directory + "/")
                .put("Iwd", directory.toString())
                .put("Out", "out")
                .putInt("JobUniverse", 5)
                .putExpr("Requirements", "true")
                .build();
    }

    private void gate(int step) throws IOException {
        Path next = directory.resolve("gate.next");
        Files.writeString(next, step + "\n");
        Files.move(next, directory.resolve("gate"), StandardCopyOption.ATOMIC_MOVE);
    }

    private void awaitStep(int step) {
        Path out = directory.resolve("out");
        await().atMost(PATIENCE)
                .until(() -> Files.exists(out) && Files.readAllLines(out).size() >= step);
    }

    /** The counter has come to its end, and what it wrote is what one run would have written. */
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

    private long images() throws IOException {
        try (Stream<Path> files = Files.walk(directory.resolve("spool"))) {
            return files.filter(path -> path.getFileName().toString().startsWith("image.")).count();
        }
    }

    // --- the node

    private void submit(ClassAd job) throws Exception {
        node.call(new ApiRequest.SubmitJobs(List.of(job)));
    }

    private ClaimId codRuns() throws Exception {
        return node.runCod(shell("job-cod", "while :; do sleep 5000; done").without("Out"));
    }

    private String slot(String attribute) throws Exception {
        ApiReply.Ads ads =
                node.call(
                        new ApiRequest.QueryAds(
                                ApiRequest.AdType.SLOT, Optional.empty(), List.of(), false));
        return text(ads.ads().get(0), attribute);
    }

    private List<ClassAd> jobs() throws Exception {
        return node.call(new ApiRequest.QueryJobs(Optional.empty(), List.of(), false)).ads();
    }

    private String job(String attribute) throws Exception {
        return text(jobs().get(0), attribute);
    }

    private static String text(ClassAd ad, String attribute) {
        return ad.getString(attribute).orElseGet(() -> String.valueOf(ad.lookup(attribute)));
    }

    private void awaitSlot(String state, String activity) {
        await().atMost(PATIENCE)
                .until(() -> slot("State").equals(state) && slot("Activity").equals(activity));
    }

    /** The queue hears of it after the slot has. */
    private void awaitStatus(String status) {
        await().atMost(PATIENCE).until(() -> job("JobStatus").equals(status));
    }

    private long awaitProcess(String name) {
        await().atMost(PATIENCE).until(() -> !processes(name).isEmpty());
        return processes(name).get(0);
    }

    private List<Long> processes(String name) {
        return Processes.with(directory + "/", name);
    }

    private static String state(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    }
}
