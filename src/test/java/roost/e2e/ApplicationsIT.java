// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What runs: applications by keyword and by job ad, batch jobs, and the logs of both. */
@Timeout(120)
class ApplicationsIT {
    @TempDir static Path directory;

    private static TestNode node;

    @BeforeAll
    static void start() throws IOException {
        node =
                TestNode.in(
                                directory,
                                "NUM_SLOTS = 1",
                                "JOB_RENICE_INCREMENT = ifThenElse(NiceUser =?= True, 7, 0)",
                                "Greet_Cmd = /bin/sh",
                                "Greet_Arguments = -c 'echo $GREETING; pwd'",
                                "Greet_Environment = GREETING=hello",
                                "Greet_Iwd = " + directory.resolve("work"),
                                "Greet_Out = greet.out",
                                "Greet_Log = greet.log")
                        .start();
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
        Await.until(
                "no batch job is left", () -> Json.list(node.must("condor_q", "-json")).isEmpty());
    }

    private static String text(String file) throws IOException {
        return Files.readString(node.work().resolve(file));
    }

    /** The events of a user log, by number, in order. */
    private static List<String> events(String file) throws IOException {
        return text(file)
                .lines()
                .filter(line -> line.matches("\\d{3} \\(\\d+\\.\\d{3}\\.\\d{3}\\) .*"))
                .map(line -> line.substring(0, 3))
                .toList();
    }

    @Test
    void anApplicationIsKnownByItsKeyword() throws IOException {
        String claim = node.claim();
        node.must("condor_cod", "activate", "-id", claim, "-keyword", "greet", "-cluster", "7");
        Await.until("it has ended", () -> node.stateOf(claim).equals("Idle"));
        assertThat(text("greet.out")).isEqualTo("hello\n" + node.work().toRealPath() + "\n");
        assertThat(events("greet.log")).containsExactly("001", "005");
        assertThat(text("greet.log"))
                .startsWith("001 (007.000.000) ")
                .contains(" Job executing on host: <127.0.0.1:")
                .contains("Job terminated.\n\t(1) Normal termination (return value 0)\n")
                .endsWith("...\n");
    }

    @Test
    void theJobAdWinsOverTheKeyword() throws IOException {
        String claim = node.claim();
        Path ad = Jobs.ad(node, "# a comment", "", "Out = \"other.out\"");
        node.must(
                "condor_cod",
                "activate",
                "-id",
                claim,
                "-keyword",
                "Greet",
                "-jobad",
                ad.toString());
        Await.until("it has ended", () -> node.stateOf(claim).equals("Idle"));
        assertThat(text("other.out")).startsWith("hello\n");
    }

    @Test
    void theSlotTellsWhomARunningCodJobIsAccountedTo() throws IOException {
        String claim = node.claim();
        Jobs.activate(node, claim, "AccountingGroup = \"physics.ann\"");
        String[] status = {"condor_status", "-cod", "-long"};
        assertThat(node.must(status))
                .containsPattern("COD\\d+_AccountingGroup = \"physics.ann\"\n");
        node.must("condor_cod", "deactivate", "-id", claim, "-fast");
        assertThat(node.must(status)).contains("_ClaimState").doesNotContain("AccountingGroup");
    }

    @Test
    void theSlotTellsWhichBatchJobItRunsAndForWhom() throws IOException {
        Files.writeString(
                node.work().resolve("whose.sub"),
                """
                executable = /bin/sleep
                arguments = 86400
                accounting_group = physics
                queue
                """);
        String id = node.must("condor_submit", "-terse", "whose.sub").split(" ")[0];
        String slot = "condor_status -af JobId GlobalJobId ClientMachine AccountingGroup";
        Await.until("the slot has the job", () -> node.must(slot.split(" ")).startsWith(id + " "));
        assertThat(node.must(slot.split(" ")))
                .matches(Pattern.quote(id) + " \\S+#" + Pattern.quote(id) + "#\\d+ \\S+ physics\n");
    }

    @Test
    void theUserLogTellsTheWholeLifeOfACodJob() throws IOException {
        String claim = node.claim();
        String log = node.work().resolve("life.log").toString();
        long pid = Jobs.activate(node, claim, "StarterUserLog = \"" + log + "\"");
        node.must("condor_cod", "suspend", "-id", claim);
        Await.until("stopped", () -> Kernel.stopped(pid));
        node.must("condor_cod", "resume", "-id", claim);
        Await.until("running", () -> Kernel.runs(pid));
        node.must("condor_cod", "deactivate", "-id", claim);
        Await.until("all is written", () -> events("life.log").contains("004"));
        assertThat(events("life.log")).containsExactly("001", "010", "011", "004");
        assertThat(text("life.log"))
                .contains("Job was suspended.\n\tNumber of processes actually suspended: 1\n")
                .contains("Job was evicted.\n\t(0) Job was not checkpointed.\n");
    }

    @Test
    void aBatchJobReadsWritesAndLogs() throws IOException {
        Files.writeString(node.work().resolve("in"), "three words here\n");
        Files.writeString(
                node.work().resolve("count.sub"),
                """
                universe   = vanilla
                executable = /usr/bin/wc
                arguments  = "-w"
                input      = in
                output     = count.$(Process).out
                error      = count.err
                log        = count.log
                queue 2
                """);
        assertThat(node.must("condor_submit", "count.sub"))
                .matches(
                        "(?s)Submitting job\\(s\\)\\.\\.\\n2 job\\(s\\) submitted to cluster \\d+\\.\\n");
        Await.until(
                "both have ended",
                () -> events("count.log").stream().filter("005"::equals).count() == 2);
        assertThat(text("count.0.out").strip()).isEqualTo("3");
        assertThat(text("count.1.out").strip()).isEqualTo("3");
        assertThat(events("count.log")).contains("000", "001");
    }

    @Test
    void theNicenessOfAJobMayComeFromItsAd() throws IOException {
        Files.writeString(
                node.work().resolve("nice.sub"),
                """
                executable = /usr/bin/nice
                output     = nice.$(Process).out
                log        = nice.log
                queue
                +NiceUser  = True
                queue
                """);
        node.must("condor_submit", "nice.sub");
        Await.until(
                "both have ended",
                () -> events("nice.log").stream().filter("005"::equals).count() == 2);
        int own = Integer.parseInt(text("nice.0.out").strip());
        assertThat(text("nice.1.out").strip()).isEqualTo(Integer.toString(Math.min(19, own + 7)));
    }

    @Test
    void aJobIsHeldReleasedAndRemoved() throws IOException {
        String marker = Jobs.marker();
        Files.writeString(
                node.work().resolve("long.sub"),
                "executable = /bin/sleep\narguments = " + marker + "\nlog = long.log\nqueue\n");
        String cluster =
                node.must("condor_submit", "long.sub")
                        .replaceAll("(?s).*cluster (\\d+)\\..*", "$1");
        long pid = node.awaitProcess(marker);
        node.must("condor_hold", cluster);
        Await.until("its process is gone", () -> Kernel.gone(pid));
        Await.until("it is held", () -> status(cluster).equals("5"));
        node.must("condor_release", cluster);
        node.awaitProcess(marker);
        node.must("condor_rm", cluster + ".0");
        Await.until("it is gone", () -> Kernel.withArgument(marker).isEmpty());
        Await.until("it has left the queue", () -> status(cluster).isEmpty());
        assertThat(events("long.log")).startsWith("000", "001").contains("012", "013", "009");
    }

    private static String status(String cluster) throws IOException {
        return node.must("condor_q", cluster, "-af", "JobStatus").strip();
    }

    @Test
    void aBatchJobThatGivesWaySaysSoInItsLog() throws IOException {
        String marker = Jobs.marker();
        Files.writeString(
                node.work().resolve("way.sub"),
                "executable = /bin/sleep\narguments = " + marker + "\nlog = way.log\nqueue\n");
        node.must("condor_submit", "way.sub");
        long pid = node.awaitProcess(marker);
        String claim = node.claim();
        Jobs.activate(node, claim);
        assertThat(Kernel.stopped(pid)).isTrue();
        Await.until("it is told", () -> events("way.log").contains("010"));
        node.must("condor_cod", "release", "-id", claim, "-fast");
        Await.until("it is told", () -> events("way.log").contains("011"));
        assertThat(Kernel.runs(pid)).isTrue();
    }

    @Test
    void statusShowsSlotsClaimsAndTotalsInEveryForm() throws IOException {
        String claim = node.claim();
        Jobs.activate(node, claim, "JobKeyword = \"render\"");
        assertThat(node.must("condor_status").lines().toList().get(0))
                .startsWith("Name ")
                .contains("OpSys", "Arch", "State", "Activity", "ActvtyTime");
        List<String> table = node.must("condor_status", "-cod").lines().toList();
        assertThat(table.get(1))
                .isEqualTo(
                        "Name          ID    ClaimState  TimeInState  RemoteUser   JobId "
                                + " Keyword       ");
        assertThat(table.get(3))
                .matches("\\S.{12} COD\\d+ +Running    +0\\+00:00:\\d\\d  \\S+ +1\\.0 +\\S* *");
        assertThat(table.get(table.size() - 1)).matches(" +Total +1 +0 +1 +0 +0 +0 *");
        assertThat(node.must("condor_status", "-long")).contains("\nSlotID = 1\n");
        assertThat(node.must("condor_status", "-af", "SlotID", "NumCODClaims")).isEqualTo("1 1\n");
        assertThat(node.must("condor_status", "-constraint", "SlotID == 2")).isEmpty();
        assertThat(node.must("condor_status", "-total"))
                .contains("Total")
                .doesNotContain("Activity");
        assertThat(node.must("condor_config_val", "NUM_SLOTS")).isEqualTo("1\n");
        assertThat(node.run("condor_config_val", "NO_SUCH_THING").status()).isEqualTo(1);
    }
}
