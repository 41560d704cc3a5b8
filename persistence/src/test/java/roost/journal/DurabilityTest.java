// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills a process that writes, again and again on the same journal, and looks for every event it
 * had acknowledged. Rounds: {@code -Ddurability.rounds=} (10).
 */
@Timeout(120)
class DurabilityTest {

    private static final int WRITERS = 16;

    @TempDir Path directory;
    private final Map<String, Long> acknowledged = new HashMap<>();

    @Test
    void everyAcknowledgedEventSurvivesKillMinusNine() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.err.println("DurabilityTest: -Dseed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < Integer.getInteger("durability.rounds", 10); round++) {
            writeAndKillAfter(1 + random.nextInt(3_000), "");
            verify(round);
        }
        assertThat(acknowledged).hasSize(WRITERS);
    }

    @Test
    void dyingBetweenTheSyncAndTheAnswerKeepsTheEvent() throws Exception {
        writeAndKillAfter(Integer.MAX_VALUE, "-Droost.failpoint.journal.after-commit=halt");
        try (TestJournal journal = TestJournal.open(directory)) {
            assertThat(acknowledged).isEmpty();
            long stored = 0;
            for (int i = 0; i < WRITERS; i++) {
                stored += journal.events("w" + i).size();
            }
            assertThat(stored).isPositive();
        }
    }

    /** Runs a writing process until so many of its lines were read. */
    private void writeAndKillAfter(int lines, String option)
            throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process child =
                new ProcessBuilder(
                                java,
                                "-Xmx128m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                option.isEmpty() ? "-Dnone" : option,
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                Writers.class.getName(),
                                directory.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try (BufferedReader out = child.inputReader(StandardCharsets.US_ASCII)) {
            String line = null;
            for (int read = 0; read < lines; read++) {
                line = out.readLine();
                if (line == null) {
                    break;
                }
                note(line);
            }
            child.toHandle()
                    .destroyForcibly(); // unlike Process.destroyForcibly, leaves the pipe open
            while ((line = out.readLine()) != null) { // said before it died
                note(line);
            }
        }
        assertThat(child.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).isEqualTo(137);
    }

    private void note(String line) {
        String[] words = line.split(" ");
        if (words.length == 3 && words[2].equals("stored")) { // the last line may be half a line
            acknowledged.merge(words[0], Long.parseLong(words[1]), Math::max);
        }
    }

    private void verify(int round) {
        try (TestJournal journal = TestJournal.open(directory)) {
            for (int i = 0; i < WRITERS; i++) {
                String id = "w" + i;
                List<Long> events = journal.events(id);
                assertThat(events)
                        .as("round %d, %s", round, id)
                        .hasSizeGreaterThanOrEqualTo(acknowledged.getOrDefault(id, 0L).intValue())
                        .isEqualTo(LongStream.rangeClosed(1, events.size()).boxed().toList());
            }
        }
    }

    /** The process that is killed. */
    static final class Writers {

        private Writers() {}

        public static void main(String[] args) throws InterruptedException {
            TestJournal journal = TestJournal.open(Path.of(args[0]), "write-buffer = 64 KiB");
            for (int i = 0; i < WRITERS; i++) {
                String id = "w" + i;
                writeOn(journal, id, journal.highest(id) + 1);
            }
            Thread.currentThread().join();
        }

        private static void writeOn(TestJournal journal, String id, long sequenceNr) {
            journal.write(id, sequenceNr)
                    .thenRun(
                            () -> {
                                System.out.println(id + " " + sequenceNr + " stored");
                                writeOn(journal, id, sequenceNr + 1);
                            });
        }
    }
}
