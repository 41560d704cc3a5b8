// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The program {@code digest} as a job of the standard universe: it computes as far as it is let,
 * and every line that it writes depends on all before it.
 */
final class DigestJob {
    private static final Path PROGRAM = Path.of(System.getProperty("roost.programs.dir"), "digest");
    private static final Pattern SUBMITTED = Pattern.compile("submitted to cluster (\\d+)");

    private final TestNode node;
    private final Path directory;
    private final int rounds;
    private final String id;
    private int starts = 1;

    private DigestJob(TestNode node, Path directory, int rounds, String id) {
        this.node = node;
        this.directory = directory;
        this.rounds = rounds;
        this.id = id;
    }

    /** Submits it; it will end after so many rounds. */
    static DigestJob submit(TestNode node, String name, int rounds) throws IOException {
        return submit(node, name, PROGRAM, rounds);
    }

    /** Submits another build of it. */
    static DigestJob submit(TestNode node, String name, Path program, int rounds)
            throws IOException {
        Path directory = Files.createDirectory(node.work().resolve(name));
        setGate(directory, 0);
        Path file = directory.resolve("submit");
        Files.writeString(
                file,
                """
                universe = standard
                executable = %s
                arguments = gate appended written %d
                initialdir = %s
                output = out
                error = err
                log = log
                queue
                """
                        .formatted(program, rounds, directory));
        Matcher submitted = SUBMITTED.matcher(node.must("condor_submit", file.toString()));
        assertThat(submitted.find()).isTrue();
        return new DigestJob(node, directory, rounds, submitted.group(1) + ".0");
    }

    /** CLUSTER.PROC. */
    String id() {
        return id;
    }

    /** Lets it compute up to and with this round. */
    void allow(int round) throws IOException {
        setGate(directory, round);
    }

    private static void setGate(Path directory, int round) throws IOException {
        Path next = directory.resolve("gate.next");
        Files.writeString(next, round + "\n");
        Files.move(next, directory.resolve("gate"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Lets it compute up to this round and waits until it has. */
    void compute(int round) throws IOException {
        allow(round);
        awaitRound(round);
    }

    void awaitRound(int round) {
        Await.until("round " + round, () -> round() >= round);
    }

    /** The last round that it has written. */
    int round() throws IOException {
        Path appended = directory.resolve("appended");
        return Files.exists(appended) ? Files.readAllLines(appended).size() : 0;
    }

    /** How often an event is in the user log, by its number. */
    long events(String number) throws IOException {
        Path log = directory.resolve("log");
        return Files.exists(log)
                ? Files.readAllLines(log).stream().filter(l -> l.startsWith(number + " (")).count()
                : 0;
    }

    /** The numbers of all events that are in the user log, in order. */
    List<String> story() throws IOException {
        return log().lines()
                .filter(line -> line.matches("\\d{3} \\(.*"))
                .map(line -> line.substring(0, 3))
                .toList();
    }

    String log() throws IOException {
        return Files.readString(directory.resolve("log"));
    }

    /** Waits until the user log has this text; it tells everything, but not at once. */
    void awaitLogged(String text) {
        Await.until("the log says " + text, () -> log().contains(text));
    }

    /**
     * Waits until it was started once more. How often it was before is counted here: a start is in
     * the log only some time after the program has begun to work.
     */
    void awaitAnotherStart() throws IOException {
        starts++;
        try {
            Await.until("start " + starts, () -> events("001") >= starts);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    node.must("condor_q", "-long") + log() + node.log() + e.getMessage(), e);
        }
    }

    /** The log has the starts that were waited for, and no others. */
    void assertNoOtherStarts() throws IOException {
        assertThat(events("001")).as(log()).isEqualTo(starts);
    }

    /** Its process, which is there once and only once. */
    long pid() {
        Await.until("the program runs once", () -> processes().size() == 1);
        try {
            return processes().get(0);
        } catch (IOException | IndexOutOfBoundsException e) {
            throw new AssertionError("the program has just ended", e);
        }
    }

    /** Processes of the job: the program, under whatever name, works in its directory. */
    List<Long> processes() throws IOException {
        return Kernel.workingIn(directory);
    }

    /** An image, and on it goes. */
    void checkpoint() throws IOException {
        assertThat(node.must("condor_checkpoint", "-wait")).contains(": image ");
    }

    /** Lets it compute to its end, and compares all it has written with an undisturbed run. */
    void finish() throws IOException {
        allow(rounds);
        Await.until("the job has left", () -> events("005") == 1);
        Path undisturbed = Files.createDirectory(directory.resolve("undisturbed"));
        setGate(undisturbed, rounds);
        try {
            Process process =
                    new ProcessBuilder(
                                    PROGRAM.toString(),
                                    "gate",
                                    "appended",
                                    "written",
                                    Integer.toString(rounds))
                            .directory(undisturbed.toFile())
                            .redirectOutput(undisturbed.resolve("out").toFile())
                            .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        for (String name : List.of("out", "appended", "written")) {
            assertThat(directory.resolve(name)).hasSameTextualContentAs(undisturbed.resolve(name));
        }
        assertThat(directory.resolve("err")).isEmptyFile();
    }
}
