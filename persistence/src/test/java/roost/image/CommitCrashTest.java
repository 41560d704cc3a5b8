// SPDX-License-Identifier: Apache-2.0
package roost.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import roost.capture.ImageVerifier;
import roost.id.JobId;
import roost.journal.FailPoint;

/**
 * Ends a process at each step of the commit protocol, and looks whether the newest image is the one
 * that is used afterwards. The journal is a file with one line a generation.
 */
@Timeout(60)
class CommitCrashTest {
    private static final JobId JOB = new JobId(1, 0);
    private static final int KEEP = 2;
    private static final JobImages.Origin ORIGIN =
            new JobImages.Origin("test", Duration.ZERO, "library");

    @TempDir static Path templates;
    @TempDir Path directory;

    /** A job with two generations in the journal and a third image that nobody has adopted. */
    @BeforeAll
    static void threeImages() throws Exception {
        JobImages images = new ImageStore(templates).of(JOB);
        images.prepare(Optional.empty());
        try (CheckpointedProgram program = CheckpointedProgram.start(images.live())) {
            for (int i = 1; i <= 2; i++) {
                program.capture();
                images.adopt(i, ORIGIN).orElseThrow();
            }
            program.capture();
        }
        Files.writeString(templates.resolve("journal"), "1\n2\n");
    }

    /** What the process does that is going to be killed. */
    static final class Commit {
        private Commit() {}

        public static void main(String[] args) throws IOException {
            Path root = Path.of(args[0]);
            JobImages images = new ImageStore(root).of(JOB);
            switch (args[1]) {
                case "commit" -> commit(root, images);
                case "roll-back" -> images.makeLive(1);
                case "remove" -> images.remove();
                case "files" -> saveFiles(root, 3);
                default -> throw new IllegalArgumentException(args[1]);
            }
        }
    }

    private static void commit(Path root, JobImages images) throws IOException {
        Path journal = root.resolve("journal");
        int newest = generations(journal).stream().mapToInt(Integer::intValue).max().orElse(0);
        Optional<ImageRecord> adopted = images.adopt(newest + 1, ORIGIN);
        if (adopted.isPresent()) {
            Files.writeString(
                    journal, adopted.get().generation() + "\n", StandardOpenOption.APPEND);
            FailPoint.hit("test.journaled");
        }
        List<ImageRecord> records =
                generations(journal).stream().map(CommitCrashTest::record).toList();
        images.prune(Retention.kept(records, KEEP));
    }

    private static List<Integer> generations(Path journal) throws IOException {
        return Files.readAllLines(journal).stream().map(Integer::valueOf).toList();
    }

    /** As far as pruning looks at it. */
    private static ImageRecord record(int generation) {
        return new ImageRecord(generation, 0, 0, "", null, "", "", 0, 0, "", "library");
    }

    private JobImages killedAt(String point, String operation) throws Exception {
        copy(templates, directory);
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Droost.failpoint." + point + "=halt",
                                "-cp",
                                System.getProperty(
                                        "surefire.test.class.path",
                                        System.getProperty("java.class.path")),
                                Commit.class.getName(),
                                directory.toString(),
                                operation)
                        .inheritIO()
                        .start();
        assertThat(child.waitFor()).as("it died at %s", point).isEqualTo(137);
        return new ImageStore(directory).of(JOB);
    }

    /** With hard links as they are. */
    private static void copy(Path from, Path to) throws Exception {
        Process cp = new ProcessBuilder("cp", "-a", from + "/.", to.toString()).inheritIO().start();
        assertThat(cp.waitFor()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image.adopt.linked",
                "image.adopt.named",
                "image.adopt.synced",
                "test.journaled",
                "image.prune.deleted"
            })
    void theNewestImageIsUsedWhereverACommitIsCutOff(String point) throws Exception {
        String newest = digest(new ImageStore(templates).of(JOB).live());
        JobImages images = killedAt(point, "commit");

        commit(directory, images);

        assertThat(images.choose(List.of()).image().orElseThrow().digest()).isEqualTo(newest);
        assertThat(Files.readAllLines(directory.resolve("journal"))).containsExactly("1", "2", "3");
        assertThat(names(images)).containsExactly("image.2", "image.3", "live");
    }

    @ParameterizedTest
    @ValueSource(strings = {"image.live.linked", "image.live.named"})
    void aRollBackThatIsCutOffIsDoneAgain(String point) throws Exception {
        JobImages images = killedAt(point, "roll-back");

        images.makeLive(1);

        assertThat(digest(images.live())).isEqualTo(digest(images.generation(1)));
        assertThat(names(images)).containsExactly("image.1", "image.2", "live");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"image.remove.deleted", "image.remove.emptied", "image.remove.unlocked"})
    void aRemovalThatIsCutOffIsFinishedByTheSweep(String point) throws Exception {
        killedAt(point, "remove");

        new ImageStore(directory).sweep(job -> false);

        assertThat(directory.resolve("1/0/cluster1.proc0.subproc0")).doesNotExist();
        assertThat(directory.resolve("1/0/cluster1.proc0.subproc0.lock")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "checkpoint.files.synced, state 2",
        "checkpoint.files.named, state 3",
        "checkpoint.files.pruned, state 3"
    })
    void theNewestFilesComeBackWhereverTheirCheckpointIsCutOff(String point, String newest)
            throws Exception {
        saveFiles(directory, 1);
        saveFiles(directory, 2);
        killedAt(point, "files");

        files(directory).restore(directory);
        assertThat(directory.resolve("state")).hasContent(newest);

        saveFiles(directory, 4);
        try (Stream<Path> left = Files.list(directory.resolve("files"))) {
            assertThat(left).hasSize(2).noneMatch(path -> path.toString().endsWith("tmp"));
        }
    }

    private static void saveFiles(Path root, int number) throws IOException {
        Files.writeString(root.resolve("state"), "state " + number);
        files(root).save(number, root, List.of("state"), List.of());
    }

    private static FileCheckpoints files(Path root) throws IOException {
        return new FileCheckpoints(
                Files.createDirectories(root.resolve("files")), Optional.empty());
    }

    private static String digest(Path image) throws IOException {
        return ImageVerifier.verify(image).digest();
    }

    private static List<String> names(JobImages images) throws IOException {
        try (Stream<Path> files = Files.list(images.directory())) {
            return files.map(f -> f.getFileName().toString()).sorted().toList();
        }
    }
}
