// SPDX-License-Identifier: Apache-2.0
package roost.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.api.CaResult;
import roost.api.ClaimReply;
import roost.classad.ClassAd;
import roost.id.ClaimId;

/** COD on a whole node, with real programs. */
@Timeout(120)
class CodNodeTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @TempDir Path directory;
    private TestNode node;

    @BeforeEach
    void start() throws Exception {
        node = TestNode.start(directory);
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    @Test
    void aClaimGoesThroughAllItsStates() throws Exception {
        ClaimId id = request();
        assertThat(state(id)).isEqualTo("Idle");

        assertThat(activate(id, "/bin/sh", sleeper("job")).result()).isEqualTo(CaResult.SUCCESS);
        assertThat(state(id)).isEqualTo("Running");
        long pid = pidOf("job");
        assertThat(processState(pid)).isIn("S", "R");

        assertThat(node.call(new ApiRequest.SuspendClaim(id)).succeeded()).isTrue();
        assertThat(state(id)).isEqualTo("Suspended");
        assertThat(processState(pid)).isEqualTo("T");

        assertThat(node.call(new ApiRequest.ResumeClaim(id)).succeeded()).isTrue();
        assertThat(state(id)).isEqualTo("Running");
        assertThat(processState(pid)).isIn("S", "R");

        ClaimReply deactivated = node.call(new ApiRequest.DeactivateClaim(id, false));
        assertThat(deactivated.ad().getString("LastClaimState")).contains("Running");
        assertThat(state(id)).isEqualTo("Idle");
        assertThat(ProcessHandle.of(pid)).isEmpty();

        ClaimReply released = node.call(new ApiRequest.ReleaseClaim(id, false));
        assertThat(released.ad().getString("LastClaimState")).contains("Idle");
        ClaimReply late = node.call(new ApiRequest.RenewClaim(id));
        assertThat(late.result()).isEqualTo(CaResult.FAILURE);
        assertThat(late.error()).contains("ClaimID (" + id.secret() + ") not found");
    }

    @Test
    void aCrashLosesNothing() throws Exception {
        ClaimId idle = request();
        ClaimId running = request();
        ClaimId suspended = request();
        activate(running, "/bin/sh", sleeper("running"));
        activate(suspended, "/bin/sh", sleeper("suspended"));
        long runningPid = pidOf("running");
        long suspendedPid = pidOf("suspended");
        node.call(new ApiRequest.SuspendClaim(suspended));

        node.crash();
        node.start();

        assertThat(state(idle)).isEqualTo("Idle");
        assertThat(state(running)).isEqualTo("Running");
        assertThat(state(suspended)).isEqualTo("Suspended");
        assertThat(processState(runningPid)).isIn("S", "R");
        assertThat(processState(suspendedPid)).isEqualTo("T");
        ClaimReply resumed = node.call(new ApiRequest.ResumeClaim(suspended));
        assertThat(resumed.result()).as("%s", resumed).isEqualTo(CaResult.SUCCESS);
        assertThat(processState(suspendedPid)).isIn("S", "R");
        node.call(new ApiRequest.ReleaseClaim(running, true));
        node.call(new ApiRequest.ReleaseClaim(suspended, true));
        assertThat(ProcessHandle.of(runningPid)).isEmpty();
        assertThat(ProcessHandle.of(suspendedPid)).isEmpty();
    }

    @Test
    void aJobThatEndsWhileTheNodeIsDownIsFoundEnded() throws Exception {
        ClaimId id = request();
        Path go = directory.resolve("go");
        activate(
                id,
                "/bin/sh",
                "-c '" + writePid("job") + "while ! test -e " + go + "; do sleep 0.02; done'");
        long pid = pidOf("job");
        node.crash();
        Files.createFile(go);
        await().atMost(PATIENCE).until(() -> ProcessHandle.of(pid).isEmpty());
        node.start();
        await().atMost(PATIENCE).until(() -> state(id).equals("Idle"));
    }

    @Test
    void aProgramThatCannotBeStartedLeavesTheReasonBehind() throws Exception {
        ClaimId id = request();
        assertThat(activate(id, "/no/such/program", "").result()).isEqualTo(CaResult.SUCCESS);
        await().atMost(PATIENCE).until(() -> state(id).equals("Idle"));
        assertThat(attribute(id, "LastStartFailure")).contains("No such file");
    }

    @Test
    void whoeverWaitsForTheStartIsToldWhyItFailed() throws Exception {
        ClaimId id = request();
        ClaimReply reply =
                node.call(
                        new ApiRequest.ActivateClaim(
                                id,
                                Optional.empty(),
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                Optional.of(job("/no/such/program", "")),
                                Optional.empty(),
                                true));
        assertThat(reply.result()).isEqualTo(CaResult.FAILURE);
        assertThat(reply.error().orElse("")).contains("No such file");
    }

    @Test
    void aStrangerMayNotUseTheClaimAndMayNotClaim() throws Exception {
        ClaimId id = requestAs("ann");
        ClaimReply refused = node.call("bob", new ApiRequest.SuspendClaim(id));
        assertThat(refused.result()).isEqualTo(CaResult.NOT_AUTHORIZED);
        assertThat(refused.error()).contains("User 'bob' does not match the owner of this claim");
        ClaimReply stranger =
                node.call(
                        "eve",
                        new ApiRequest.RequestClaim(
                                ApiRequest.Target.HERE, Optional.empty(), OptionalLong.empty()));
        assertThat(stranger.result()).isEqualTo(CaResult.NOT_AUTHORIZED);
        assertThat(stranger.error())
                .contains("User 'eve' is not authorized for using COD at this machine");
        assertThat(stranger.hint().orElse("")).contains("VALID_COD_USERS");
    }

    @Test
    void aLeaseThatIsNotRenewedKillsTheJobAndEndsTheClaim() throws Exception {
        ClaimReply reply =
                node.call(
                        new ApiRequest.RequestClaim(
                                ApiRequest.Target.HERE, Optional.empty(), OptionalLong.of(1)));
        ClaimId id = reply.id().orElseThrow();
        activate(id, "/bin/sh", sleeper("job"));
        long pid = pidOf("job");
        await().atMost(PATIENCE).until(() -> state(id).equals("(none)"));
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    private ClaimId request() throws Exception {
        return requestAs(TestNode.USER);
    }

    private ClaimId requestAs(String user) throws Exception {
        ClaimReply reply =
                node.call(
                        user,
                        new ApiRequest.RequestClaim(
                                ApiRequest.Target.HERE, Optional.empty(), OptionalLong.empty()));
        assertThat(reply.result()).as("%s", reply).isEqualTo(CaResult.SUCCESS);
        return reply.id().orElseThrow();
    }

    private ClaimReply activate(ClaimId id, String program, String arguments) throws Exception {
        return node.call(
                new ApiRequest.ActivateClaim(
                        id,
                        Optional.empty(),
                        OptionalInt.empty(),
                        OptionalInt.empty(),
                        Optional.of(job(program, arguments)),
                        Optional.of("TARGET.HasJICLocalStdin==TRUE"),
                        false));
    }

    private static ClassAd job(String program, String arguments) {
        return ClassAd.builder().put("Cmd", program).put("Arguments", arguments).build();
    }

    private String state(ClaimId id) throws Exception {
        return attribute(id, "ClaimState");
    }

    private String attribute(ClaimId id, String name) throws Exception {
        ApiReply.Ads ads =
                node.call(
                        new ApiRequest.QueryAds(
                                ApiRequest.AdType.SLOT, Optional.empty(), List.of(), true));
        return ads.ads().get(0).getString(id.shortId() + "_" + name).orElse("(none)");
    }

    /** Arguments of a shell that becomes a program which runs for ever. */
    private String sleeper(String name) {
        return "-c '" + writePid(name) + "exec sleep 5000'";
    }

    private String writePid(String name) {
        Path file = directory.resolve(name + ".pid");
        return "echo $$ > " + file + ".tmp; mv " + file + ".tmp " + file + "; ";
    }

    private long pidOf(String name) throws Exception {
        Path file = directory.resolve(name + ".pid");
        await().atMost(PATIENCE).until(() -> Files.exists(file));
        return Long.parseLong(Files.readString(file).strip());
    }

    private static String processState(long pid) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    }
}
