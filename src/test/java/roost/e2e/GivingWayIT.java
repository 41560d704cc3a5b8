// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A COD job tells how it found the batch job of its slot at its own first instruction: a family of
 * processes, one of which left its session and its parent and forks without a pause.
 */
@Timeout(120)
class GivingWayIT {
    private static final String WITNESS =
            Path.of(System.getProperty("roost.programs.dir"), "witness").toString();

    @TempDir static Path directory;

    private static final String MARKER = Jobs.marker();
    private static TestNode node;
    private static Path count;
    private static List<Long> family;

    @BeforeAll
    static void startWithABatchJob() throws IOException {
        node = TestNode.in(directory, "NUM_SLOTS = 1").start();
        count = node.work().resolve("count");
        Path script =
                Jobs.script(
                        node,
                        "family.sh",
                        "if [ \"$1\" = orphan ]; then",
                        "    while :; do",
                        "        (:)",
                        "        i=$((i + 1))",
                        "        echo $i > " + count,
                        "    done",
                        "fi",
                        "(setsid \"$0\" orphan \"$1\" &) &",
                        "sleep \"$1\" &",
                        "wait",
                        "exec sleep \"$1\"");
        Path submit = node.work().resolve("family.sub");
        Files.writeString(
                submit, "executable = " + script + "\narguments = " + MARKER + "\nqueue\n");
        node.must("condor_submit", submit.toString());
        awaitProgress();
        Await.until(
                "those who only wait are there, too",
                () -> Kernel.withArgument("sleep " + MARKER).size() == 1);
        family = new ArrayList<>(Kernel.withArgument("sleep " + MARKER));
        family.addAll(Kernel.withArgument("family.sh " + MARKER));
    }

    @AfterAll
    static void stop() throws IOException {
        try {
            node.run("condor_rm", "-all");
            Await.until("none is left", () -> Kernel.withArgument(MARKER).isEmpty());
        } finally {
            node.close();
        }
    }

    @AfterEach
    void releaseTheClaim() throws IOException {
        for (String claim : node.must("roost", "claims", "-ids").lines().toList()) {
            node.must("condor_cod", "release", "-id", claim, "-fast");
        }
    }

    @RepeatedTest(10)
    void allOfTheBatchJobIsStoppedBeforeTheFirstInstructionAndGoesOnAfterTheLast()
            throws IOException {
        Path seen = Files.createTempFile(node.work(), "seen", "");
        String claim = node.claim();
        Path ad =
                Jobs.ad(
                        node,
                        "Cmd = \"" + WITNESS + "\"",
                        "Args = \"" + seen + " " + MARKER + "\"");
        node.must("condor_cod", "activate", "-id", claim, "-jobad", ad.toString());
        assertThat(look(seen, 1)).as("at the COD job's beginning").matches("[TZ]{3,}");

        node.must("condor_cod", "suspend", "-id", claim);
        awaitProgress();
        awaitFamily();

        node.must("condor_cod", "resume", "-id", claim);
        assertThat(look(seen, 2)).as("when it went on").matches("[TZ]{3,}");

        node.awaitState(claim, "Idle");
        awaitProgress();
        awaitFamily();
    }

    /** What the witness wrote at one of its looks, once it has. */
    private static String look(Path seen, int number) throws IOException {
        Await.until("look " + number, () -> Files.readAllLines(seen).size() >= number);
        return Files.readAllLines(seen).get(number - 1);
    }

    /** Waits until the process that forks has done so again. */
    private static void awaitProgress() throws IOException {
        String before = Files.exists(count) ? Files.readString(count) : "";
        Await.until(
                "the batch job makes progress",
                () -> {
                    String now = Files.readString(count);
                    return !now.isEmpty() && !now.equals(before);
                });
    }

    private static void awaitFamily() {
        Await.until("all of the batch job runs", () -> family.stream().allMatch(Kernel::runs));
    }
}
