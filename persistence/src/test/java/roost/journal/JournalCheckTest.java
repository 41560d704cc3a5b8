// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damages real files as they lie on the disk after a kill -9, and asks each time: either all that
 * was acknowledged is there, or the damage is reported.
 */
@Timeout(120)
class JournalCheckTest {

    private static final int IN_TABLES = 200;
    private static final int EVENTS = 270;
    private static final String SMALL_TABLES = "write-buffer = 64 KiB";

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    @TempDir Path temporary;
    private Path crashed;
    private int copies;

    @BeforeEach
    void leaveTheFilesOfAKilledProcess() throws IOException {
        System.err.println("JournalCheckTest: -Dseed=" + seed);
        Path original = temporary.resolve("original");
        crashed = temporary.resolve("crashed");
        write(original, 1, IN_TABLES).close();
        try (TestJournal journal = write(original, IN_TABLES + 1, EVENTS)) {
            // So few since it was opened that LevelDB has nothing to do in the background.
            assertThat(journal.highest("a")).isEqualTo(EVENTS);
            copy(original, crashed);
        }
        assertThat(files("*.sst")).isNotEmpty();
        assertThat(files("*.log")).isNotEmpty();
    }

    @Test
    void theFilesOfAKilledProcessAreWhole() {
        assertThat(JournalCheck.files(settings(crashed)).findings()).isEmpty();
        assertThat(JournalCheck.everything(settings(crashed)).findings()).isEmpty();
        assertThat(allIsThere(crashed)).isTrue();
    }

    @Test
    void aLogCutOffAnywhereIsReportedOrHarmless() throws IOException {
        Path log = newest("*.log");
        long used = LogFile.read(log).validEnd();
        // Behind the last record there may be less than the head of another.
        LongStream lengths =
                LongStream.concat(
                        LongStream.range(used, used + 9), random.longs(60, 0, used + 200));
        for (long length : lengths.toArray()) {
            Path damaged = damaged(log, bytes -> Arrays.copyOf(bytes, (int) length));
            assertThat(allIsThere(damaged))
                    .as("cut to %d of %d", length, used)
                    .isEqualTo(length >= used);
        }
    }

    @Test
    void aLogCutOffBetweenTwoCommitsIsReported() throws IOException {
        Path log = newest("*.log");
        LogFile.Content content = LogFile.read(log);
        int last = content.records().get(content.records().size() - 1).length;
        Path damaged =
                damaged(log, bytes -> Arrays.copyOf(bytes, (int) content.validEnd() - last - 7));
        assertThatThrownBy(() -> TestJournal.open(damaged, SMALL_TABLES))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining("is cut off after commit " + (EVENTS - 1))
                .hasMessageContaining("commit " + EVENTS + " was acknowledged")
                .hasMessageContaining("restore the journal directory from a backup");
    }

    @Test
    void aChangedByteInALogIsReportedOrHarmless() throws IOException {
        Path log = newest("*.log");
        int used = (int) LogFile.read(log).validEnd();
        for (int i = 0; i < 100; i++) {
            int at = random.nextInt(used);
            Path damaged = damaged(log, bytes -> flip(bytes, at));
            assertThat(allIsThere(damaged)).as("byte %d of %d", at, used).isFalse();
        }
    }

    @Test
    void aHoleInALogIsReported() throws IOException {
        Path log = newest("*.log");
        int used = (int) LogFile.read(log).validEnd();
        for (int i = 0; i < 60; i++) {
            int from = random.nextInt(used);
            int to = Math.min(used, from + 1 + random.nextInt(40_000));
            Path damaged =
                    damaged(
                            log,
                            bytes -> {
                                byte[] before = bytes.clone();
                                Arrays.fill(bytes, from, to, (byte) 0);
                                return Arrays.equals(before, bytes) ? flip(bytes, from) : bytes;
                            });
            assertThat(allIsThere(damaged)).as("hole %d to %d of %d", from, to, used).isFalse();
        }
    }

    @Test
    void anUnfinishedCommitThatNobodyWasToldOfIsCutOff() throws IOException {
        Path log = newest("*.log");
        LogFile.Content content = LogFile.read(log);
        int last = content.records().get(content.records().size() - 1).length + 7;
        int end = (int) content.validEnd();
        for (int i = 0; i < 40; i++) {
            int kept = random.nextInt(last);
            Path damaged =
                    damaged(
                            log,
                            bytes -> {
                                Arrays.fill(bytes, end - last + kept, end, (byte) 0);
                                return bytes;
                            });
            try (CommitMark mark = CommitMark.open(damaged.resolve("COMMITS"))) {
                mark.acknowledge(EVENTS - 1); // both slots: as if the last one had not been told
                mark.acknowledge(EVENTS - 2);
            }
            try (TestJournal journal = TestJournal.open(damaged, SMALL_TABLES)) {
                List<Long> found = journal.events("a");
                assertThat(found.size()).isBetween(EVENTS - 1, EVENTS);
                journal.write("a", found.size() + 1).join();
            }
            assertThat(JournalCheck.everything(settings(damaged)).findings()).isEmpty();
        }
    }

    @Test
    void aChangedByteInTheManifestIsReportedOrHarmless() throws IOException {
        Path manifest = newest("MANIFEST-*");
        int used = (int) LogFile.read(manifest).validEnd();
        for (int i = 0; i < 60; i++) {
            int at = random.nextInt(used);
            assertNothingIsLostSilently(damaged(manifest, bytes -> flip(bytes, at)), at);
        }
    }

    @Test
    void aManifestCutOffAnywhereIsReportedOrHarmless() throws IOException {
        Path manifest = newest("MANIFEST-*");
        int used = (int) LogFile.read(manifest).validEnd();
        for (int i = 0; i < 40; i++) {
            int length = random.nextInt(used);
            assertNothingIsLostSilently(
                    damaged(manifest, bytes -> Arrays.copyOf(bytes, length)), length);
        }
    }

    @Test
    void aChangedByteInATableIsReportedWithTheNameOfTheFileBeforeAnythingIsOpened()
            throws IOException {
        for (int i = 0; i < 60; i++) {
            List<Path> tables = files("*.sst");
            Path table = tables.get(random.nextInt(tables.size()));
            int end = (int) Files.size(table) - 48; // behind it: two handles, zeros, magic
            int at = random.nextInt(end);
            Path damaged = damaged(table, bytes -> flip(bytes, at));
            assertThatThrownBy(() -> TestJournal.open(damaged, SMALL_TABLES))
                    .as("byte %d of %s", at, table)
                    .isInstanceOf(JournalException.Corrupt.class)
                    .hasMessageContaining(table.getFileName() + ": is damaged")
                    .hasMessageContaining("restore the journal directory from a backup");
        }
    }

    @Test
    void aChangedByteAtTheEndOfATableIsReportedOrHarmless() throws IOException {
        Path table = newest("*.sst");
        int size = (int) Files.size(table);
        for (int at = size - 48; at < size; at++) {
            int position = at;
            assertNothingIsLostSilently(damaged(table, bytes -> flip(bytes, position)), at);
        }
    }

    @Test
    void aTableThatIsDamagedWhileItIsOpenIsNamedWhenItIsRead() throws IOException {
        Path table = newest("*.sst");
        Path copy = newCopy();
        try (TestJournal journal = TestJournal.open(copy, SMALL_TABLES)) {
            damage(copy, table, bytes -> flip(bytes, 100));
            assertThatThrownBy(() -> journal.events("a"))
                    .isInstanceOf(JournalException.Corrupt.class)
                    .hasMessageContaining(table.getFileName() + ": is damaged");
        }
    }

    @Test
    void aShortTableIsReportedBeforeAnythingIsOpened() throws IOException {
        Manifest manifest = Manifest.of(LogFile.read(newest("MANIFEST-*")).records());
        Path table = Path.of("%06d.sst".formatted(manifest.tables().lastKey()));
        Path damaged = damaged(table, bytes -> Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(JournalCheck.files(settings(damaged)).findings())
                .singleElement()
                .satisfies(
                        finding -> {
                            assertThat(finding.where()).endsWith(table.getFileName().toString());
                            assertThat(finding.what()).contains("bytes instead of");
                        });
    }

    @Test
    void everyMissingFileIsReportedAndNothingIsCreatedInItsPlace() throws IOException {
        for (String pattern : List.of("CURRENT", "MANIFEST-*", "*.sst", "*.log")) {
            Path damaged = newCopy();
            Files.delete(damaged.resolve("leveldb").resolve(oldest(pattern).getFileName()));
            List<Path> before = list(damaged);
            assertThatThrownBy(() -> TestJournal.open(damaged, SMALL_TABLES))
                    .isInstanceOf(JournalException.Corrupt.class)
                    .hasMessageContaining("missing");
            assertThat(list(damaged)).isEqualTo(before);
        }
    }

    @Test
    void aDatabaseThatIsGoneAltogetherIsReported() throws IOException {
        Path damaged = newCopy();
        deleteAll(damaged.resolve("leveldb"));
        assertThatThrownBy(() -> TestJournal.open(damaged, SMALL_TABLES))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining("commit " + EVENTS + " was acknowledged");
    }

    @Test
    void anOlderCopyOfTheDatabaseIsReported() throws IOException {
        Path mixed = newCopy();
        try (TestJournal journal = TestJournal.open(mixed, SMALL_TABLES)) {
            journal.write("a", EVENTS + 1).join();
        }
        deleteAll(mixed.resolve("leveldb"));
        copy(crashed.resolve("leveldb"), mixed.resolve("leveldb"));
        assertThatThrownBy(() -> TestJournal.open(mixed, SMALL_TABLES))
                .isInstanceOf(JournalException.Corrupt.class)
                .hasMessageContaining("commit " + (EVENTS + 1) + " was acknowledged");
    }

    @Test
    void aLostCommitMarkDoesNotKeepTheJournalFromOpening() throws IOException {
        Path damaged = newCopy();
        Files.delete(damaged.resolve("COMMITS"));
        assertThat(allIsThere(damaged)).isTrue();
        assertThat(CommitMark.read(damaged.resolve("COMMITS"))).hasValue(EVENTS);
    }

    @Test
    void aMissingEventAndADamagedRecordAreFoundByTheThoroughCheck() throws IOException {
        Path damaged = newCopy();
        byte[] bad = Keys.event("b", 1);
        try (TestJournal journal = TestJournal.open(damaged, SMALL_TABLES)) {
            journal.writer
                    .submit(
                            new GroupCommit.Change(
                                    "a",
                                    0,
                                    false,
                                    (batch, storage) -> {
                                        batch.delete(Keys.event("a", 7));
                                        batch.put(bad, storage.get(Keys.event("a", 8)));
                                        return true;
                                    }))
                    .join();
        }
        List<JournalCheck.Finding> findings = JournalCheck.everything(settings(damaged)).findings();
        assertThat(findings)
                .extracting(JournalCheck.Finding::what)
                .satisfiesExactly(
                        what -> assertThat(what).startsWith("event 7 of a is missing"),
                        what ->
                                assertThat(what)
                                        .startsWith("event 1 of b is damaged: its checksum"));
    }

    @Test
    void aSecondProcessIsKeptOut() {
        try (TestJournal journal = TestJournal.open(crashed, SMALL_TABLES)) {
            assertThatThrownBy(() -> TestJournal.open(crashed, SMALL_TABLES))
                    .isInstanceOf(JournalException.Failed.class)
                    .hasMessageContaining("in use by another node");
            assertThat(journal.events("a")).hasSize(EVENTS);
        }
    }

    private TestJournal write(Path directory, long from, long to) {
        TestJournal journal = TestJournal.open(directory, SMALL_TABLES, "sync = off");
        for (long n = from; n <= to; n++) {
            journal.write("a", n, randomText(500)).join();
        }
        return journal;
    }

    private void assertNothingIsLostSilently(Path damaged, int at) {
        boolean reportedBefore = !JournalCheck.everything(settings(damaged)).isWhole();
        assertThat(reportedBefore || allIsThere(damaged)).as("damage at %d", at).isTrue();
    }

    /**
     * False when the damage is reported, at opening or at reading; fails when events are left out.
     */
    private static boolean allIsThere(Path directory) {
        try (TestJournal journal = TestJournal.open(directory, SMALL_TABLES)) {
            List<Long> events = journal.events("a");
            assertThat(events).isEqualTo(LongStream.rangeClosed(1, EVENTS).boxed().toList());
            return true;
        } catch (JournalException.Corrupt e) {
            assertThat(e.getMessage()).isNotBlank();
            return false;
        }
    }

    private Path damaged(Path file, UnaryOperator<byte[]> damage) throws IOException {
        Path copy = newCopy();
        damage(copy, file, damage);
        return copy;
    }

    private static void damage(Path copy, Path file, UnaryOperator<byte[]> damage)
            throws IOException {
        Path victim = copy.resolve("leveldb").resolve(file.getFileName());
        Files.write(victim, damage.apply(Files.readAllBytes(victim)));
    }

    private byte[] flip(byte[] bytes, int at) {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }

    private Path newCopy() throws IOException {
        Path copy = temporary.resolve("copy" + copies++);
        copy(crashed, copy);
        return copy;
    }

    private Path oldest(String pattern) throws IOException {
        return files(pattern).get(0);
    }

    private Path newest(String pattern) throws IOException {
        List<Path> files = files(pattern);
        return files.get(files.size() - 1);
    }

    private static List<Path> list(Path journal) throws IOException {
        try (Stream<Path> files = Files.list(journal.resolve("leveldb"))) {
            return files.sorted().toList();
        }
    }

    private List<Path> files(String pattern) throws IOException {
        PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        return list(crashed).stream().filter(file -> matcher.matches(file.getFileName())).toList();
    }

    private String randomText(int length) {
        StringBuilder text = new StringBuilder(length);
        random.ints(length, '!', '~').forEach(c -> text.append((char) c));
        return text.toString();
    }

    private static JournalSettings settings(Path directory) {
        return TestJournal.settings(directory, SMALL_TABLES);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (!file.getFileName().toString().endsWith(".so")) {
                    Files.copy(file, target);
                }
            }
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
