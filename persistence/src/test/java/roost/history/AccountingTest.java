// SPDX-License-Identifier: Apache-2.0
package roost.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AccountingTest {

    @TempDir Path directory;

    @Test
    void totalsAddUpAndAreThereAfterAReopening() throws IOException {
        Path file = directory.resolve("accounting.json");
        Accounting accounting = Accounting.open(file);
        accounting.add("ann", Accounting.Kind.COD, Duration.ofSeconds(10), Duration.ofMillis(500));
        accounting.add("ann", Accounting.Kind.COD, Duration.ofSeconds(5), Duration.ZERO);
        accounting.add("ann", Accounting.Kind.BATCH, Duration.ofHours(1), Duration.ofSeconds(15));
        accounting.add("bob", Accounting.Kind.BATCH, Duration.ofSeconds(1), Duration.ZERO);
        accounting.save();
        assertThat(Accounting.open(file).totals())
                .isEqualTo(
                        Map.of(
                                "ann", new Accounting.Usage(15, 0.5, 3600, 15),
                                "bob", new Accounting.Usage(0, 0, 1, 0)));
        assertThat(directory.toFile().list()).containsExactly("accounting.json");
    }

    @Test
    void nothingIsWrittenWhenNothingChanged() throws IOException {
        Path file = directory.resolve("accounting.json");
        Accounting.open(file).save();
        assertThat(file).doesNotExist();
    }

    @Test
    void aDamagedFileIsReportedAndLeftAlone() throws IOException {
        Path file = Files.writeString(directory.resolve("accounting.json"), "{\"ann\": ");
        assertThatThrownBy(() -> Accounting.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("move it aside");
        assertThat(file).hasContent("{\"ann\": ");
    }

    @Test
    void afterAFailedSaveTheOldTotalsAreStillThere() throws IOException {
        Path file = directory.resolve("accounting.json");
        Accounting accounting = Accounting.open(file);
        accounting.add("ann", Accounting.Kind.COD, Duration.ofSeconds(1), Duration.ZERO);
        accounting.save();
        Files.createDirectory(directory.resolve("accounting.json.tmp")); // in the way
        accounting.add("ann", Accounting.Kind.COD, Duration.ofSeconds(1), Duration.ZERO);
        assertThatThrownBy(accounting::save).isInstanceOf(IOException.class);
        assertThat(Accounting.open(file).totals().get("ann").codSeconds()).isEqualTo(1);
        Files.delete(directory.resolve("accounting.json.tmp"));
        accounting.save();
        assertThat(Accounting.open(file).totals().get("ann").codSeconds()).isEqualTo(2);
    }
}
