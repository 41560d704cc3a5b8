// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every verb of condor_cod: what it prints, and what becomes of the processes. */
@Timeout(120)
class ClaimsIT {
    @TempDir static Path directory;

    private static TestNode node;

    @BeforeAll
    static void start() throws IOException {
        node = TestNode.in(directory, "NUM_SLOTS = 1").start();
    }

    @AfterAll
    static void stop() throws IOException {
        node.close();
    }

    @AfterEach
    void leaveNothing() throws IOException {
        for (String claim : node.must("roost", "claims", "-ids").lines().toList()) {
            node.must("condor_cod", "release", "-id", claim, "-fast");
        }
        node.run("condor_rm", "-all");
    }

    private static String sinful(String claim) {
        return claim.substring(0, claim.indexOf('>') + 1);
    }

    private static String sent(String command, String claim) {
        return "Successfully sent " + command + " to startd at " + sinful(claim) + "\n";
    }

    @Test
    void requestPrintsOnlyTheAdToStandardOutput() throws IOException {
        TestNode.Outcome request = node.run("condor_cod", "request");
        assertThat(request.status()).isZero();
        assertThat(request.out().lines())
                .allMatch(line -> line.matches("[A-Za-z0-9_]+ = .*"))
                .contains("Result = \"Success\"", "MyType = \"Reply\"", "SlotID = 1")
                .noneMatch(line -> line.startsWith("ClaimId "));
        List<String> err = request.err().lines().toList();
        assertThat(err).hasSize(3);
        assertThat(err.get(0))
                .matches("Successfully sent CA_REQUEST_CLAIM to startd at <127\\.0\\.0\\.1:\\d+>");
        assertThat(err.get(1))
                .isEqualTo("WARNING: You did not specify -classad, printing to STDOUT");
        assertThat(err.get(2))
                .matches(
                        "ID of new claim is: "
                                + "\"<127\\.0\\.0\\.1:\\d+>#\\d+#\\d+#[0-9a-f]{32,}\"");
    }

    @Test
    void requestWithAFileSaysEverythingOnStandardOutput() throws IOException {
        TestNode.Outcome request = node.run("condor_cod_request", "-classad", "reply.ad");
        assertThat(request.err()).isEmpty();
        assertThat(request.out().lines().toList())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("Successfully sent CA_REQUEST_CLAIM"),
                        line -> assertThat(line).isEqualTo("Result ClassAd written to reply.ad"),
                        line -> assertThat(line).startsWith("ID of new claim is: \"<"));
        assertThat(Files.readString(node.work().resolve("reply.ad")))
                .contains("Result = \"Success\"\n")
                .doesNotEndWith("\n\n");
    }

    @Test
    void everyOtherVerbPrintsItsOneLine() throws IOException {
        String claim = node.claim();
        String marker = Jobs.marker();
        Path ad = Jobs.sleeper(node, marker);
        assertThat(node.must("condor_cod", "activate", "-id", claim, "-jobad", ad.toString()))
                .isEqualTo(sent("CA_ACTIVATE_CLAIM", claim));
        long pid = node.awaitProcess(marker);
        assertThat(node.must("condor_cod_suspend", "-id", claim))
                .isEqualTo(sent("CA_SUSPEND_CLAIM", claim));
        Await.until("stopped", () -> Kernel.stopped(pid));
        assertThat(node.must("condor_cod", "resume", "-i", claim))
                .isEqualTo(sent("CA_RESUME_CLAIM", claim));
        Await.until("running", () -> Kernel.runs(pid));
        assertThat(node.must("condor_cod", "renew", "-id", claim))
                .isEqualTo(sent("CA_RENEW_LEASE_FOR_CLAIM", claim));
        assertThat(node.must("condor_cod", "deactivate", "-f", "-id", claim))
                .isEqualTo(sent("CA_DEACTIVATE_CLAIM", claim));
        assertThat(Kernel.gone(pid)).as("deactivate answers when the job is gone").isTrue();
        assertThat(node.must("condor_cod", "release", "-id", claim))
                .isEqualTo(
                        sent("CA_RELEASE_CLAIM", claim)
                                + "State of claim when it was released: \"Idle\"\n");
        assertThat(node.stateOf(claim)).isEmpty();
    }

    @Test
    void releaseOfARunningClaimEndsItsJobAndSaysWhatItWas() throws IOException {
        String claim = node.claim();
        long pid = Jobs.activate(node, claim);
        assertThat(node.must("condor_cod", "release", "-id", claim, "-classad", "last.ad"))
                .endsWith("State of claim when it was released: \"Running\"\n");
        assertThat(Kernel.gone(pid)).isTrue();
        assertThat(Files.readString(node.work().resolve("last.ad")))
                .contains("LastClaimState = \"Running\"");
    }

    @Test
    void everyVerbInTheWrongStateIsRefusedInItsOwnWords() throws IOException {
        String claim = node.claim();
        refused(claim, "suspend", "CA_SUSPEND_CLAIM", "Cannot suspend an inactive claim");
        refused(claim, "resume", "CA_RESUME_CLAIM", "Cannot resume an inactive claim");
        refused(
                claim,
                "deactivate",
                "CA_DEACTIVATE_CLAIM",
                "Cannot deactivate a claim that is not active (Idle)");
        Jobs.activate(node, claim);
        refused(claim, "resume", "CA_RESUME_CLAIM", "Claim is already running");
        TestNode.Outcome again =
                node.run("condor_cod", "activate", "-id", claim, "-keyword", "nothing");
        assertThat(again.status()).isEqualTo(1);
        assertThat(again.err()).contains("Cannot activate claim: already active (Running)\n");
        node.must("condor_cod", "suspend", "-id", claim);
        refused(claim, "suspend", "CA_SUSPEND_CLAIM", "Claim is already suspended");
        assertThat(node.stateOf(claim)).isEqualTo("Suspended");
    }

    private static void refused(String claim, String verb, String command, String error)
            throws IOException {
        TestNode.Outcome outcome = node.run("condor_cod", verb, "-id", claim);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err())
                .startsWith(
                        "Attempt to send "
                                + command
                                + " to startd "
                                + sinful(claim)
                                + " failed\n"
                                + error
                                + "\n");
    }

    @Test
    void wordsOfTheToolAreCheckedBeforeAnythingIsSent() throws IOException {
        assertThat(node.run("condor_cod", "suspend").err())
                .startsWith("ERROR: You must specify a ClaimID with -id for condor_cod suspend\n");
        assertThat(node.run("condor_cod_activate", "-id", "x").err())
                .startsWith("ERROR: You must specify -keyword or -jobad for condor_cod_activate\n");
        assertThat(node.run("condor_cod", "activate", "-c", "f").err())
                .startsWith("condor_cod activate: '-c' is ambiguous\n");
        assertThat(node.run("condor_cod", "suspend", "-name", "x").err())
                .startsWith("condor_cod suspend: '-name' is invalid\n");
        assertThat(node.run("condor_cod", "request", "-l").err())
                .startsWith("condor_cod request: '-lease' requires another argument\n");
        assertThat(node.run("condor_cod", "leave").err())
                .startsWith("ERROR: unknown command \"condor_cod leave\"\n");
        assertThat(node.run("condor_cod", "-v").status()).isZero();
        assertThat(node.run("condor_cod", "request", "-h").status()).isZero();
        assertThat(node.run("condor_cod", "activate", "-id", "x", "-jobad", "missing").err())
                .isEqualTo(
                        "ERROR: failed to open 'missing': errno 2 (No such file or directory)\n");
    }

    @Test
    void aBatchJobWithItsWholeFamilyGivesWayAndComesBack() throws IOException {
        String inner = Jobs.marker();
        Path script =
                Jobs.script(
                        node,
                        "family.sh",
                        "(setsid sleep " + inner + "1 & ) &", // double-forked, session of its own
                        "sleep " + inner + "2 &",
                        "wait",
                        "exec sleep " + inner + "3");
        Files.writeString(
                node.work().resolve("family.sub"), "executable = " + script + "\nqueue\n");
        node.must("condor_submit", "family.sub");
        Await.until("the family runs", () -> Kernel.withArgument("sleep " + inner).size() == 2);
        List<Long> family = Kernel.withArgument("sleep " + inner);
        String claim = node.claim();
        assertThat(family).allMatch(Kernel::runs);

        long job = Jobs.activate(node, claim);
        assertThat(family).as("stopped before the COD job starts").allMatch(Kernel::stopped);
        assertThat(node.must("condor_status", "-af", "State", "Activity"))
                .isEqualTo("Claimed Suspended\n");
        node.must("condor_cod", "suspend", "-id", claim);
        Await.until("it continues", () -> family.stream().allMatch(Kernel::runs));
        Await.until("the COD job is stopped", () -> Kernel.stopped(job));
        node.must("condor_cod", "resume", "-id", claim);
        Await.until("it is stopped", () -> family.stream().allMatch(Kernel::stopped));
        node.must("condor_cod", "deactivate", "-id", claim);
        Await.until("it continues", () -> family.stream().allMatch(Kernel::runs));
        assertThat(Kernel.withArgument("sleep " + inner)).isEqualTo(family);
        node.must("condor_rm", "-all");
        Await.until("none is left", () -> Kernel.withArgument("sleep " + inner).isEmpty());
    }

    @Test
    void theBatchJobWaitsForTheLastOfSeveralClaims() throws Exception {
        long batch = node.submitSleeper();
        String a = node.claim();
        String b = node.claim();
        long first = Jobs.activate(node, a);
        long second = Jobs.activate(node, b);
        assertThat(Kernel.runs(first) && Kernel.runs(second)).isTrue();
        assertThat(Kernel.stopped(batch)).isTrue();
        assertThat(ProcessHandle.of(first).orElseThrow().destroyForcibly()).isTrue();
        node.awaitState(a, "Idle");
        assertThat(Kernel.stopped(batch)).isTrue();
        assertThat(Kernel.runs(second)).isTrue();
        node.must("condor_cod", "deactivate", "-id", b, "-fast");
        Await.until("the batch job continues", () -> Kernel.runs(batch));
    }

    @Test
    void aJobThatIgnoresItsSignalGoesWhenAskedFast() throws Exception {
        String claim = node.claim();
        Path script =
                Jobs.script(
                        node, "deaf.sh", "trap '' TERM", "touch deaf.ready", "exec sleep 86399");
        node.must(
                "condor_cod",
                "activate",
                "-id",
                claim,
                "-jobad",
                Jobs.ad(node, "Cmd = \"" + script + "\"", "Iwd = \"" + node.work() + "\"")
                        .toString());
        Await.until("it is deaf", () -> Files.exists(node.work().resolve("deaf.ready")));
        Path nothing = Path.of("/dev/null");
        Process patient =
                node.begin(
                        nothing,
                        directory.resolve("patient.err"),
                        nothing,
                        "condor_cod",
                        "deactivate",
                        "-id",
                        claim);
        node.awaitState(claim, "Vacating");
        assertThat(node.run("condor_cod", "suspend", "-id", claim).err())
                .contains("Cannot suspend a claim that is being evicted (Vacating)");
        assertThat(patient.isAlive()).isTrue();
        node.must("condor_cod", "deactivate", "-id", claim, "-fast");
        assertThat(patient.waitFor()).as("the first caller is answered too").isZero();
        assertThat(node.stateOf(claim)).isEqualTo("Idle");
    }

    @Test
    void whatListsIsJsonOnRequest() throws IOException {
        String claim = node.claim();
        assertThat(Json.read(node.must("condor_cod", "renew", "-id", claim, "-json")))
                .containsEntry("command", "CA_RENEW_LEASE_FOR_CLAIM")
                .containsEntry("result", "Success");
        assertThat(Json.list(node.must("roost", "claims", "-json")))
                .singleElement()
                .satisfies(ad -> assertThat(ad).containsEntry("ClaimId", claim));
        assertThat(Json.list(node.must("condor_status", "-cod", "-json"))).hasSize(1);
        assertThat(Json.list(node.must("condor_status", "-json"))).hasSize(1);
        assertThat(Json.list(node.must("condor_q", "-json"))).isEmpty();
        assertThat(Json.list(node.must("condor_config_val", "-json", "NUM_SLOTS")))
                .singleElement()
                .satisfies(knob -> assertThat(knob).containsEntry("value", "1"));
    }
}
