// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node whose journal was damaged says so and does not start, until the file is restored. */
@Timeout(120)
class JournalDamageIT {
    @TempDir Path directory;

    @Test
    void aTruncatedJournalIsNamedAndTheNodeStartsWhenItIsRestored() throws IOException {
        refusesToStartWith(bytes -> Arrays.copyOf(bytes, used(bytes) / 2));
    }

    @Test
    void aFlippedBitInTheJournalIsNamedAndTheNodeStartsWhenItIsRestored() throws IOException {
        refusesToStartWith(
                bytes -> {
                    byte[] flipped = bytes.clone();
                    flipped[used(bytes) / 2] ^= 1;
                    return flipped;
                });
    }

    private void refusesToStartWith(UnaryOperator<byte[]> damage) throws IOException {
        try (TestNode node = TestNode.in(directory, "NUM_SLOTS = 1").start()) {
            List<String> claims = List.of(node.claim(), node.claim(), node.claim());
            node.kill();
            Path file = newestLog(node);
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, damage.apply(whole));

            TestNode.Outcome refused = node.run("roost", "start");
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err())
                    .contains(file.getFileName().toString())
                    .contains("nothing was changed; restore the journal directory from a backup");
            assertThat(Files.readAllBytes(file)).isEqualTo(damage.apply(whole));

            Files.write(file, whole);
            node.start();
            for (String claim : claims) {
                assertThat(node.stateOf(claim)).isEqualTo("Idle");
            }
        }
    }

    /** Length without the zeros behind, which LevelDB reserves. */
    private static int used(byte[] bytes) {
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    /** The file that holds what was written last. */
    private static Path newestLog(TestNode node) throws IOException {
        Path database = node.localDir().resolve("spool/journal/leveldb");
        try (var files = Files.list(database)) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }
}
