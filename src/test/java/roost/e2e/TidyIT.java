// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The house rules that no compiler checks. */
class TidyIT {
    private static final Path TOP = Path.of("../..").toAbsolutePath().normalize();
    private static final int LINES_MAX = 800;
    private static final Set<String> TOP_LEVEL =
            Set.of(
                    "pom.xml",
                    "README.md",
                    "LICENSE",
                    "NOTICE",
                    "mvnw",
                    "mvnw.cmd",
                    "actors",
                    "cluster-config",
                    "persistence",
                    "native-bridge",
                    "cli",
                    "src",
                    "target");
    private static final Set<String> VAGUE =
            Set.of("util", "utils", "common", "helper", "helpers", "manager", "impl", "misc");
    private static final Pattern PRINTS = Pattern.compile("System\\.(out|err)\\.print");

    @Test
    void theTopLevelHoldsNothingElse() throws IOException {
        try (Stream<Path> entries = Files.list(TOP)) {
            assertThat(entries.map(path -> path.getFileName().toString()))
                    .allMatch(name -> name.startsWith(".") || TOP_LEVEL.contains(name));
        }
    }

    @Test
    void noFileIsTwoThings() throws IOException {
        for (Path file : sources("java", "c", "h", "S")) {
            try (Stream<String> lines = Files.lines(file)) {
                assertThat(lines.count()).as("lines of %s", file).isLessThanOrEqualTo(LINES_MAX);
            }
        }
    }

    @Test
    void everySourceNamesItsLicence() throws IOException {
        for (Path file : sources("java", "c", "h", "S")) {
            assertThat(Files.readAllLines(file).stream().limit(3))
                    .as("head of %s", file)
                    .anyMatch(line -> line.contains("SPDX-License-Identifier: Apache-2.0"));
        }
    }

    @Test
    void packagesSayWhatTheyAreFor() throws IOException {
        for (Path file : sources("java")) {
            Path folder = file.getParent();
            assertThat(VAGUE)
                    .as("package of %s", file)
                    .doesNotContain(folder.getFileName().toString());
            if (file.toString().contains("src/main/java")) {
                assertThat(folder.resolve("package-info.java")).exists();
            }
        }
    }

    @Test
    void onlyTheCommandLinePrints() throws IOException {
        for (Path file : sources("java")) {
            String name = TOP.relativize(file).toString();
            if (name.contains("src/main/java")
                    && !name.startsWith("cli")
                    && !name.endsWith("NodeMain.java")) {
                assertThat(PRINTS.matcher(Files.readString(file)).find())
                        .as("%s prints", name)
                        .isFalse();
            }
        }
    }

    private static List<Path> sources(String... endings) throws IOException {
        List<String> wanted = Stream.of(endings).map(ending -> "." + ending).toList();
        try (Stream<Path> files = Files.walk(TOP)) {
            return files.filter(Files::isRegularFile)
                    .filter(path -> wanted.stream().anyMatch(path.toString()::endsWith))
                    .filter(path -> !TOP.relativize(path).toString().contains("target/"))
                    .toList();
        }
    }
}
