// SPDX-License-Identifier: Apache-2.0
package roost.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.ClaimReply;
import roost.classad.ClassAd;
import roost.id.ClaimId;

/** Batch jobs that give way to COD jobs on a whole node, with real programs. */
@Timeout(120)
class BatchAndCodTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @TempDir Path directory;
    private TestNode node;
    private long batchPid;

    @BeforeEach
    void startWithABatchJob() throws Exception {
        node = TestNode.start(directory);
        node.call(new ApiRequest.SubmitJobs(List.of(batchJob())));
        await().atMost(PATIENCE).until(() -> slot("State").equals("Claimed"));
        batchPid = pidIn(directory.resolve("batch.pid"));
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
        assertThat(ProcessHandle.of(batchPid)).isEmpty();
    }

    @Test
    void theBatchJobIsStoppedWhileACodJobRunsAndGoesOnWhenItEnds() throws Exception {
        ClaimId id = request();
        activate(id, "one");
        assertThat(processState(batchPid)).isEqualTo("T");
        assertThat(slot("RunningCODJob")).isEqualTo("true");

        node.call(new ApiRequest.SuspendClaim(id));
        awaitRuns(batchPid);

        node.call(new ApiRequest.ResumeClaim(id));
        assertThat(processState(batchPid)).isEqualTo("T");

        node.call(new ApiRequest.ReleaseClaim(id, false));
        awaitRuns(batchPid);
    }

    @Test
    void whoeverWasToldOfAChangeFindsItInTheSlotsAd() throws Exception {
        for (int i = 0; i < 20; i++) {
            ClaimId id = request();
            activate(id, "one");
            assertThat(slot("Activity")).as("activated").isEqualTo("Suspended");
            node.call(new ApiRequest.SuspendClaim(id));
            assertThat(slot("Activity")).as("suspended").isEqualTo("Busy");
            node.call(new ApiRequest.ResumeClaim(id));
            assertThat(slot("Activity")).as("resumed").isEqualTo("Suspended");
            node.call(new ApiRequest.ReleaseClaim(id, true));
            assertThat(slot("Activity")).as("released").isEqualTo("Busy");
            assertThat(slot("NumCODClaims")).isIn("0", "undefined");
        }
    }

    @Test
    void theBatchJobWaitsForTheLastCodJob() throws Exception {
        ClaimId first = request();
        ClaimId second = request();
        activate(first, "one");
        activate(second, "two");
        node.call(new ApiRequest.DeactivateClaim(first, true));
        assertThat(processState(batchPid)).isEqualTo("T");
        node.call(new ApiRequest.DeactivateClaim(second, true));
        awaitRuns(batchPid);
    }

    @Test
    void aSuspendedCodJobThatEndsDoesNotRunBesideTheBatchJob() throws Exception {
        ClaimId id = request();
        activate(id, "one");
        node.call(new ApiRequest.SuspendClaim(id));
        awaitRuns(batchPid);
        node.call(new ApiRequest.DeactivateClaim(id, false));
        awaitRuns(batchPid);
    }

    @Test
    void afterACrashEverybodyIsFoundAsHeWas() throws Exception {
        ClaimId id = request();
        activate(id, "one");
        long codPid = pidIn(directory.resolve("one.pid"));
        node.crash();
        node.start();
        assertThat(processState(batchPid)).isEqualTo("T");
        assertThat(processState(codPid)).isIn("S", "R");
        node.call(new ApiRequest.ReleaseClaim(id, true));
        awaitRuns(batchPid);
    }

    private ClassAd batchJob() {
        return ClassAd.builder()
                .put("Cmd", "/bin/sh")
                .put("Arguments", script("batch"))
                .put("Iwd", directory.toString())
                .putInt("JobUniverse", 5)
                .putExpr("Requirements", "true")
                .build();
    }

    private String script(String name) {
        return "-c 'echo $$ > "
                + directory
                + "/"
                + name
                + ".tmp; mv "
                + directory
                + "/"
                + name
                + ".tmp "
                + directory
                + "/"
                + name
                + ".pid; exec sleep 5000'";
    }

    private ClaimId request() throws Exception {
        ClaimReply reply =
                node.call(
                        new ApiRequest.RequestClaim(
                                ApiRequest.Target.HERE, Optional.empty(), OptionalLong.empty()));
        return reply.id().orElseThrow();
    }

    private void activate(ClaimId id, String name) throws Exception {
        ClassAd job =
                ClassAd.builder().put("Cmd", "/bin/sh").put("Arguments", script(name)).build();
        ClaimReply reply = node.activate(id, job);
        assertThat(reply.succeeded()).as("%s", reply).isTrue();
    }

    private String slot(String attribute) throws Exception {
        ApiReply.Ads ads =
                node.call(
                        new ApiRequest.QueryAds(
                                ApiRequest.AdType.SLOT, Optional.empty(), List.of(), false));
        ClassAd ad = ads.ads().get(0);
        return ad.getString(attribute).orElseGet(() -> String.valueOf(ad.lookup(attribute)));
    }

    private static long pidIn(Path file) throws Exception {
        await().atMost(PATIENCE).until(() -> Files.exists(file));
        return Long.parseLong(Files.readString(file).strip());
    }

    private static void awaitRuns(long pid) {
        await().atMost(PATIENCE).until(() -> !processState(pid).equals("T"));
    }

    private static String processState(long pid) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    }
}
