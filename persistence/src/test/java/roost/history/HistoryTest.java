// SPDX-License-Identifier: Apache-2.0
package roost.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HistoryTest {

    private static final Instant NOW = Instant.parse("2026-01-31T09:05:07Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);

    @TempDir Path directory;
    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("history");
    }

    @Test
    void theFileIsLaidOutAsHtcondorsReadersExpect() throws IOException {
        try (History history = History.open(file, 0, 2, CLOCK)) {
            history.append(job(1));
            history.append(job(2));
        }
        assertThat(file)
                .hasContent(
                        """
                        ClusterId = 1
                        Cmd = "/bin/größer"
                        *** Offset = 0 ClusterId = 1 ProcId = 0 Owner = "ann" CompletionDate = 1769850308
                        ClusterId = 2
                        Cmd = "/bin/größer"
                        *** Offset = 118 ClusterId = 2 ProcId = 0 Owner = "ann" CompletionDate = 1769850309
                        """);
    }

    @Test
    void theNewestJobsComeFirst() throws IOException {
        try (History history = History.open(file, 0, 2, CLOCK)) {
            for (int i = 1; i <= 400; i++) {
                history.append(job(i));
            }
        }
        assertThat(History.newest(file, job -> true, 3))
                .containsExactly(job(400), job(399), job(398));
        assertThat(History.newest(file, job -> job.cluster() % 100 == 0, 10))
                .extracting(FinishedJob::cluster)
                .containsExactly(400, 300, 200, 100);
        assertThat(History.newest(directory.resolve("none"), job -> true, 3)).isEmpty();
    }

    @Test
    void aFullFileIsRotatedAndTheOldestAreRemoved() throws IOException {
        try (History history = History.open(file, 400, 2, CLOCK)) {
            for (int i = 1; i <= 20; i++) {
                history.append(job(i));
            }
        }
        List<Path> files = list();
        assertThat(files).hasSize(3);
        assertThat(files.get(1).getFileName().toString()).matches("history\\.\\d{8}T\\d{6}");
        assertThat(files).allSatisfy(each -> assertThat(Files.size(each)).isLessThan(600));
        List<FinishedJob> all = History.newest(file, job -> true, Integer.MAX_VALUE);
        assertThat(all.get(0)).isEqualTo(job(20));
        assertThat(all).extracting(FinishedJob::cluster).isSortedAccordingTo((a, b) -> b - a);
    }

    @Test
    void aJobThatWasHalfWrittenIsNotReadAndDoesNotSpoilTheNext() throws IOException {
        try (History history = History.open(file, 0, 2, CLOCK)) {
            history.append(job(1));
            history.append(job(2));
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length = 119; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            assertThat(History.newest(file, job -> true, 9)).containsExactly(job(1));
            try (History history = History.open(file, 0, 2, CLOCK)) {
                history.append(job(3));
            }
            assertThat(History.newest(file, job -> true, 9)).containsExactly(job(3), job(1));
        }
    }

    @Test
    void foreignSeparatorsAndBlankLinesAreSkipped() throws IOException {
        Files.writeString(file, "A = 1\n***\nB = 2\n*** something else\n");
        try (History history = History.open(file, 0, 2, CLOCK)) {
            history.append(job(1));
        }
        Files.writeString(file, "\nhalf a line", StandardOpenOption.APPEND);
        assertThat(History.newest(file, job -> true, 9)).containsExactly(job(1));
    }

    private static FinishedJob job(int cluster) {
        return new FinishedJob(
                cluster,
                0,
                "ann",
                NOW.plusSeconds(cluster),
                "ClusterId = " + cluster + "\nCmd = \"/bin/größer\"");
    }

    private List<Path> list() throws IOException {
        try (var files = Files.list(directory)) {
            return files.sorted().toList();
        }
    }
}
