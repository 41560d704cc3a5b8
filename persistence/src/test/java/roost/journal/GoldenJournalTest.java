// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.persistence.PersistentRepr;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Journals written by earlier releases, kept under {@code src/test/resources/journal/VERSION}; each
 * must be read back for ever. A release adds its own with {@code -Dgolden.write=DIRECTORY}, which
 * makes {@link #theContentIsWrittenWhenAskedFor} write one.
 */
@Timeout(60)
class GoldenJournalTest {

    private static final Path GOLDEN = Path.of("src/test/resources/journal");

    @TempDir Path directory;

    static List<String> versions() throws IOException {
        try (Stream<Path> found = Files.list(GOLDEN)) {
            return found.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void everyReleasesJournalIsReadBack(String version) throws IOException {
        copy(GOLDEN.resolve(version));
        assertThat(JournalCheck.everything(TestJournal.settings(directory)).findings()).isEmpty();
        ActorTestKit kit = ActorTestKit.create(TestJournal.config(directory));
        try {
            List<JournalScan.Entry> entries = new ArrayList<>();
            JournalScan.scan(JournalExtension.of(kit.system()), "", entries::add);
            assertThat(entries)
                    .containsExactly(
                            new JournalScan.Entry(
                                    "claim|1",
                                    Optional.empty(),
                                    List.of(event(1, "first"), event(2, "second")),
                                    2),
                            new JournalScan.Entry(
                                    "claim|größer",
                                    Optional.of(
                                            new JournalScan.Snapshot(3, 1_700_000_000_003L, 42L)),
                                    List.of(event(4, "after")),
                                    4),
                            new JournalScan.Entry("gone", Optional.empty(), List.of(), 9));
        } finally {
            kit.shutdownTestKit();
        }
    }

    @Test
    void theContentIsWrittenWhenAskedFor() {
        String target = System.getProperty("golden.write");
        Path where = target == null ? directory : Path.of(target);
        ActorTestKit kit = ActorTestKit.create(TestJournal.config(where));
        try {
            JournalExtension.Opened journal = JournalExtension.of(kit.system());
            for (int n = 1; n <= 2; n++) {
                put(journal, "claim|1", n, n == 1 ? "first" : "second");
            }
            for (int n = 1; n <= 4; n++) {
                put(journal, "claim|größer", n, n == 4 ? "after" : "before");
            }
            byte[] key = Keys.snapshot("claim|größer", 3);
            byte[] value =
                    journal.records().snapshot(key, 42L, 1_700_000_000_003L, Optional.empty());
            submit(journal, "claim|größer", false, (batch, storage) -> put(batch, key, value));
            submit(journal, "claim|größer", true, Deletion.events("claim|größer", 3));
            for (int n = 1; n <= 9; n++) {
                put(journal, "gone", n, "gone");
            }
            submit(journal, "gone", true, Deletion.events("gone", Long.MAX_VALUE));
            assertThat(journal.statistics().failed()).isZero();
        } finally {
            kit.shutdownTestKit();
        }
    }

    private static JournalScan.Event event(long sequenceNr, String payload) {
        return new JournalScan.Event(sequenceNr, 1_700_000_000_000L + sequenceNr, payload);
    }

    private static void put(
            JournalExtension.Opened journal, String id, long sequenceNr, String payload) {
        byte[] key = Keys.event(id, sequenceNr);
        PersistentRepr repr =
                PersistentRepr.apply(payload, sequenceNr, id, "", false, null, "writer")
                        .withTimestamp(1_700_000_000_000L + sequenceNr);
        byte[] value = journal.records().event(key, repr, payload);
        submit(journal, id, false, (batch, storage) -> put(batch, key, value));
    }

    private static boolean put(Batch batch, byte[] key, byte[] value) {
        batch.put(key, value);
        return true;
    }

    private static void submit(
            JournalExtension.Opened journal, String id, boolean deletes, GroupCommit.Step step) {
        journal.writer().submit(new GroupCommit.Change(id, 0, deletes, step)).join();
    }

    private void copy(Path from) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path target = directory.resolve(from.relativize(file).toString());
                if (!Files.isDirectory(file)) {
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target);
                }
            }
        }
    }
}
