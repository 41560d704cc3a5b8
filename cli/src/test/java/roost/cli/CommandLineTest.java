// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.classad.ClassAd;

/** Which command runs, and what is said when none can. */
@Timeout(60)
class CommandLineTest {
    private final FakeHost host = new FakeHost();

    @Test
    void aCommandIsFoundByTheLastPartOfItsPath() {
        host.api.answer(
                ApiRequest.QueryAds.class, request -> new ApiReply.Ads(List.of(), List.of()));
        assertThat(host.run("/usr/local/bin/condor_status", "-af", "Name")).isZero();
        assertThat(host.run("roost", "status", "-af", "Name")).isZero();
        assertThat(host.run("./roost", "condor_status", "-af", "Name")).isZero();
        assertThat(host.api.requests).hasSize(3);
    }

    @Test
    void withoutAWordRoostListsItsCommandsAndFails() {
        assertThat(host.run("roost")).isEqualTo(1);
        assertThat(host.stderr()).startsWith("Usage: roost <command>").contains("condor_q ");
        assertThat(host.run("roost", "help")).isZero();
        assertThat(host.stdout()).contains("roost claims ");
    }

    @Test
    void aMisspeltCommandGetsASuggestion() {
        assertThat(host.run("roost", "stauts")).isEqualTo(1);
        assertThat(host.stderr())
                .isEqualTo(
                        """
                        roost: there is no command 'stauts'
                        hint: did you mean 'roost status'?
                        hint: 'roost help' lists the commands
                        """);
    }

    @Test
    void helpTellsHowACommandIsUsed() {
        assertThat(host.run("roost", "help", "q")).isZero();
        assertThat(host.stdout()).startsWith("Usage: condor_q [options]");
        assertThat(host.run("roost", "help", "nothing")).isEqualTo(1);
    }

    @Test
    void theVersionIsTwoLines() {
        assertThat(host.run("roost", "-version")).isZero();
        assertThat(host.stdout())
                .matches("\\$CondorVersion: \\S+ Roost \\$\n\\$CondorPlatform: \\S+ \\$\n");
    }

    @Test
    void withoutANodeTheReasonAndTheRemedyArePrinted() {
        host.api.answer(
                ApiRequest.QueryJobs.class,
                request -> {
                    throw new ApiException(
                            ApiException.Code.UNAVAILABLE, "no node answers", "start one");
                });
        assertThat(host.run("condor_q", "-json")).isEqualTo(1);
        assertThat(host.stderr()).isEqualTo("ERROR: no node answers\nhint: start one\n");
        assertThat(host.stdout()).isEmpty();
    }

    @Test
    void claimsAreListedWithTheirIdsAndTheirTroubles() {
        String id = "<127.0.0.1:35035>#1795231085#";
        ClassAd running = claim(id + "12#abc", "Running").put("JobId", "1.0").build();
        ClassAd failed =
                claim(id + "7#def", "Idle").put("LastStartFailure", "no such program").build();
        host.api.answer(
                ApiRequest.ListClaims.class,
                request -> new ApiReply.Ads(List.of(running, failed), List.of()));
        assertThat(host.run("roost", "claims")).isZero();
        assertThat(host.stdout())
                .isEqualTo(
                        """
                        ID     Slot            State    TimeInState  JobId  ClaimId
                        COD7   slot1@vm.local  Idle     0+00:00:10          <127.0.0.1:35035>#1795231085#7#def
                        COD12  slot1@vm.local  Running  0+00:00:10   1.0    <127.0.0.1:35035>#1795231085#12#abc
                        COD7: the last start failed: no such program
                        """);
        assertThat(host.run("roost", "claims", "-ids")).isZero();
        assertThat(host.stdout()).isEqualTo(id + "7#def\n" + id + "12#abc\n");
        assertThat(host.run("roost", "claims", "-json")).isZero();
        assertThat(host.stdout()).contains("\"ClaimId\": \"" + id + "7#def\"");
    }

    private ClassAd.Builder claim(String id, String state) {
        return ClassAd.builder()
                .put("ClaimId", id)
                .put("Name", "slot1@vm.local")
                .put("ClaimState", state)
                .putInt("EnteredCurrentState", host.now.getEpochSecond() - 10);
    }
}
