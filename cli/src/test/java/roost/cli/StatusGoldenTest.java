// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.classad.ClassAd;
import roost.classad.EvalContext;
import roost.classad.Evaluator;
import roost.classad.Expr;

/** What condor_status prints, to the byte. */
@Timeout(60)
class StatusGoldenTest {
    private static final long NOW = 1795231252;

    @TestFactory
    Stream<DynamicTest> tablesAreThoseOfHTCondor() throws IOException {
        return Golden.tests("status.txt", () -> host(slots()));
    }

    @TestFactory
    Stream<DynamicTest> anEmptyPoolPrintsLittle() throws IOException {
        return Golden.tests("status-empty.txt", () -> host(List.of()));
    }

    @Test
    void onATerminalNamesAreCutSoThatARowFits() {
        FakeHost host =
                host(List.of(slot(1, "a-machine-with-a-long-name.example.org", "").build()));
        host.run("condor_status");
        assertThat(host.stdout()).contains("slot1@a-machine-with-a-long-name.example.org LINUX");
        host.terminalColumns = 80;
        host.run("condor_status");
        assertThat(host.stdout().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void theConstraintJoinsEverythingThatNarrowsTheListDown() {
        FakeHost host = host(List.of());
        host.run("condor_status", "-cod", "-constraint", "Cpus > 1", "slot1@x", "y");
        assertThat(host.api.last(ApiRequest.QueryAds.class).constraint())
                .contains(
                        "(Cpus > 1) && (NumCODClaims > 0) && (Name == \"slot1@x\" || Machine =="
                                + " \"y\" || Name == \"y\")");
    }

    @Test
    void columnsMayBeExpressionsOverWhatNoColumnNames() {
        FakeHost host = host(slots());
        host.run("condor_status", "-af", "Name", "Memory/1024");
        assertThat(host.api.last(ApiRequest.QueryAds.class).projection()).isEmpty();
        assertThat(host.stdout()).isEqualTo("slot1@vm.local 11\nslot2@vm.local 11\n");
    }

    @Test
    void savedAdsAreShownWithoutANode() {
        FakeHost host = host(slots());
        host.run("condor_status", "-long");
        host.file("s.ads", host.stdout());
        host.api.requests.clear();
        host.run("condor_status", "-cod", "-ads", "s.ads", "slot1@vm.local");
        assertThat(host.stdout()).contains("slot1@vm.loca COD4 ").doesNotContain("slot2@");
        assertThat(host.api.requests).isEmpty();
        assertThat(host.run("condor_status", "-ads", "none")).isEqualTo(1);
        assertThat(host.stderr())
                .isEqualTo("ERROR: failed to open 'none': errno 2 (No such file or directory)\n");
    }

    @Test
    void whatCouldNotBeAskedIsSaidOnStandardError() {
        FakeHost host = new FakeHost();
        host.api.answer(
                ApiRequest.QueryAds.class,
                request -> new ApiReply.Ads(slots(), List.of("other (no answer in 2 s)")));
        assertThat(host.run("condor_status", "-total")).isZero();
        assertThat(host.stderr())
                .isEqualTo("WARNING: the list lacks what is at other (no answer in 2 s)\n");
    }

    private static FakeHost host(List<ClassAd> slots) {
        FakeHost host = new FakeHost();
        host.now = java.time.Instant.ofEpochSecond(NOW);
        host.api.answer(
                ApiRequest.QueryAds.class,
                request -> new ApiReply.Ads(satisfying(slots, request), List.of()));
        return host;
    }

    private static List<ClassAd> satisfying(List<ClassAd> ads, ApiRequest.QueryAds request) {
        if (request.constraint().isEmpty()) {
            return ads;
        }
        Expr constraint = Expr.parse(request.constraint().get());
        List<ClassAd> found = new ArrayList<>(ads);
        found.removeIf(
                ad -> !Evaluator.evaluate(constraint, ad, null, EvalContext.DEFAULT).isTrue());
        return found;
    }

    private static List<ClassAd> slots() {
        ClassAd.Builder first =
                slot(1, "vm.local", "COD4").put("State", "Claimed").put("Activity", "Busy");
        first.put("RemoteUser", "batchuser@local").put("ClientMachine", "vm.local");
        claim(first, "COD4", "Idle", 4, null, null);
        ClassAd.Builder second = slot(2, "vm.local", "COD5, COD6");
        claim(second, "COD5", "Running", 125, "3.0", "fractgen");
        claim(second, "COD6", "Suspended", 621, "1.0", null);
        return List.of(second.build(), first.build());
    }

    private static ClassAd.Builder slot(int id, String machine, String claims) {
        ClassAd.Builder slot =
                ClassAd.builder()
                        .put("Name", "slot" + id + "@" + machine)
                        .put("Machine", machine)
                        .putInt("SlotID", id)
                        .put("OpSys", "LINUX")
                        .put("Arch", "X86_64")
                        .put("State", "Unclaimed")
                        .put("Activity", "Idle")
                        .putReal("LoadAvg", 0.25)
                        .putInt("Memory", 12052)
                        .putInt("LastHeardFrom", NOW)
                        .putInt("EnteredCurrentState", NOW - 90_061)
                        .putInt("EnteredCurrentActivity", NOW - 143);
        if (!claims.isEmpty()) {
            slot.put("CODClaims", claims).putInt("NumCODClaims", claims.split(",").length);
        }
        return slot;
    }

    private static void claim(
            ClassAd.Builder slot, String id, String state, int age, String job, String keyword) {
        slot.put(id + "_ClaimState", state)
                .putInt(id + "_EnteredCurrentState", NOW - age)
                .put(id + "_RemoteUser", "alice");
        if (job != null) {
            slot.put(id + "_JobId", job);
        }
        if (keyword != null) {
            slot.put(id + "_JobKeyword", keyword);
        }
    }

    /**
     * Source: HTCondor 8.8 condor_status, whose cells say how wide they are when nothing is known.
     */
    @Test
    void whatAnAdDoesNotTellOfAClaimIsMarkedInTheTable() {
        FakeHost host = new FakeHost();
        host.file(
                "odd.ads",
                """
                MyType = "Machine"
                CODClaims = "COD2"
                NumCODClaims = 1
                COD2_EnteredCurrentState = 2000000000
                LastHeardFrom = 1999999990
                """);

        assertThat(host.run("condor_status", "-cod", "-ads", "odd.ads")).isZero();
        assertThat(host.stdout())
                .contains(
                        "\n[???????????] COD2  [????????] [?????]       [?????????] "
                                + "                      \n")
                .contains(
                        "\n           ?/?       1     0        0          0         0        0\n");
    }
}
