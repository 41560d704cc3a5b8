// SPDX-License-Identifier: Apache-2.0
package roost.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is really full: a small tmpfs, which needs root to mount. */
@Timeout(60)
class DiskFullTest {

    private static final String[] SMALL = {"disk-reserve = 8 MiB", "write-buffer = 256 KiB"};

    @TempDir Path mountPoint;
    private boolean mounted;

    /**
     * The native library is loaded from the first journal's directory, and would keep the disk
     * busy.
     */
    @BeforeAll
    static void loadTheLibraryFromElsewhere(@TempDir Path elsewhere) {
        TestJournal.open(elsewhere).close();
    }

    @BeforeEach
    void mountSmallDisk() throws Exception {
        assumeTrue(
                Files.exists(NativeLibrary.guard()),
                "needs the native parts, or a full disk kills this process");
        mounted = run("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", mountPoint.toString());
        assumeTrue(mounted, "needs the right to mount a tmpfs");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", mountPoint.toString())).isTrue();
        }
    }

    @Test
    void writesAreRefusedWithTheReasonWhileReadsGoOnAndComeBackWithTheSpace() throws Exception {
        try (TestJournal journal = TestJournal.open(mountPoint.resolve("journal"), SMALL)) {
            journal.write("a", 1).join();
            fill(mountPoint.resolve("other"));

            for (int attempt = 0; attempt < 20; attempt++) {
                assertThatThrownBy(() -> journal.write("a", 2).join())
                        .isInstanceOf(CompletionException.class)
                        .cause()
                        .isInstanceOf(JournalException.Full.class)
                        .hasMessageContaining("is full")
                        .hasMessageContaining("free some space");
            }
            assertThat(journal.database.refusal()).isPresent();
            assertThat(journal.events("a")).containsExactly(1L);

            Files.delete(mountPoint.resolve("other"));
            journal.write("a", 2).join();
            assertThat(journal.database.refusal()).isEmpty();
            assertThat(journal.events("a")).containsExactly(1L, 2L);
        }
    }

    @Test
    void aJournalThatFillsTheDiskItselfStopsInTimeAndKeepsEverythingAcknowledged() {
        Path directory = mountPoint.resolve("journal");
        long stored = 0;
        try (TestJournal journal = TestJournal.open(directory, SMALL)) {
            try {
                while (true) {
                    journal.write("a", stored + 1, random(1024)).join();
                    stored++;
                }
            } catch (CompletionException e) {
                assertThat(e).hasCauseInstanceOf(JournalException.Full.class);
            }
            assertThat(stored).isGreaterThan(1_000);
            assertThat(journal.events("a")).hasSize((int) stored);
        }
        try (TestJournal journal = TestJournal.open(directory, SMALL)) {
            assertThat(journal.events("a")).hasSize((int) stored);
        }
    }

    @Test
    void compactionOnAFullDiskNeitherKillsTheProcessNorStopsReads() throws Exception {
        Path directory = mountPoint.resolve("journal");
        String[] tiny = {"disk-reserve = 4 MiB", "write-buffer = 64 KiB", "sync = off"};
        try (TestJournal journal = TestJournal.open(directory, tiny)) {
            for (long n = 1; n <= 6_000; n++) {
                journal.write("id" + n % 500, n, random(300)).join();
            }
            fill(mountPoint.resolve("other"));
            for (int round = 0; round < 20; round++) {
                for (int id = 0; id < 500; id++) {
                    assertThat(journal.events("id" + id)).hasSize(12);
                }
            }
            Files.delete(mountPoint.resolve("other"));
            journal.write("id1", 6_001).join();
        }
        try (TestJournal journal = TestJournal.open(directory, tiny)) {
            assertThat(journal.events("id1")).hasSize(13);
        }
    }

    @Test
    void levelDbItselfMeetingTheEndOfTheDiskIsAnOrdinaryFailure() throws Exception {
        Path directory = mountPoint.resolve("journal");
        String[] unguarded = {"disk-reserve = 0", "write-buffer = 256 KiB", "sync = off"};
        long stored = 0;
        try (TestJournal journal = TestJournal.open(directory, unguarded)) {
            fillUpTo(mountPoint.resolve("other"), 3 << 20);
            try {
                while (true) {
                    journal.write("a", stored + 1, random(1024)).join();
                    stored++;
                }
            } catch (CompletionException e) {
                assertThat(e).hasCauseInstanceOf(JournalException.Full.class);
            }
            assertThat(journal.events("a")).hasSize((int) stored);
            Files.delete(mountPoint.resolve("other"));
            journal.write("a", stored + 1).join();
        }
        try (TestJournal journal = TestJournal.open(directory, unguarded)) {
            assertThat(journal.events("a")).hasSize((int) stored + 1);
        }
    }

    @Test
    void aNearlyFullDiskStillAllowsDeleting() throws Exception {
        try (TestJournal journal = TestJournal.open(mountPoint.resolve("journal"), SMALL)) {
            journal.write("a", 1).join();
            fillUpTo(mountPoint.resolve("other"), 6 << 20);
            assertThatThrownBy(() -> journal.write("a", 2).join())
                    .hasCauseInstanceOf(JournalException.Full.class);
            journal.deleteTo("a", 1).join();
            assertThat(journal.events("a")).isEmpty();
        }
    }

    @Test
    void openingOnAFullDiskSaysSoInsteadOfCrashing() throws Exception {
        Path directory = mountPoint.resolve("journal");
        TestJournal.open(directory, SMALL).close();
        fill(mountPoint.resolve("other"));
        assertThatThrownBy(() -> TestJournal.open(directory, SMALL))
                .isInstanceOf(JournalException.Full.class);
        Files.delete(mountPoint.resolve("other"));
        TestJournal.open(directory, SMALL).close();
    }

    private static String random(int length) {
        StringBuilder text = new StringBuilder(length);
        ThreadLocalRandom.current().ints(length, 'a', 'z').forEach(c -> text.append((char) c));
        return text.toString();
    }

    private static void fill(Path file) throws IOException {
        fillUpTo(file, 0);
    }

    /** Writes a file until so many bytes are free. */
    private static void fillUpTo(Path file, long free) throws IOException {
        byte[] block = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (file.toFile().getUsableSpace() >= free + block.length) {
                out.write(block);
            }
        }
    }

    private static boolean run(String... command) throws Exception {
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
