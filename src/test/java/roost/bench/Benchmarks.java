// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import roost.e2e.TestNode;

/**
 * Measures everything that the README gives figures for and prints one table. Takes some minutes;
 * wants a quiet machine. Arguments name the parts to measure: {@code commands}, {@code client},
 * {@code scale}, {@code throughput}, {@code classads}, {@code checkpoints}, {@code preemption},
 * {@code lending}; none means all.
 */
public final class Benchmarks {
    private Benchmarks() {}

    public static void main(String[] parts) throws Exception {
        List<String> wanted = List.of(parts.length == 0 ? ALL : parts);
        Path directory = Files.createTempDirectory(Path.of("/var/tmp"), "roost-bench.");
        Table table = new Table(System.err);
        try {
            table.note("machine", Machine.describe());
            if (wanted.contains("commands")) {
                commands(directory.resolve("commands"), table);
            }
            if (wanted.contains("client")) {
                new ClientFigures(directory.resolve("client"), table).measure();
            }
            if (wanted.contains("scale")) {
                new ScaleFigures(directory.resolve("scale"), table).measure();
            }
            if (wanted.contains("throughput")) {
                new ThroughputFigures(directory.resolve("throughput"), table).measure();
            }
            if (wanted.contains("classads")) {
                new ClassAdFigures(table).measure();
            }
            if (wanted.contains("checkpoints")) {
                new CheckpointFigures(directory.resolve("checkpoints"), table).measure();
            }
            if (wanted.contains("preemption")) {
                new PreemptionFigures(directory.resolve("preemption"), table).measure();
            }
            if (wanted.contains("lending")) {
                new LendingFigures(directory.resolve("lending"), table).measure();
            }
            table.print(System.out);
        } finally {
            remove(directory);
        }
    }

    private static final String[] ALL = {
        "commands",
        "client",
        "scale",
        "throughput",
        "classads",
        "checkpoints",
        "preemption",
        "lending"
    };

    private static void commands(Path directory, Table table) throws IOException {
        Files.createDirectories(directory);
        try (TestNode node = TestNode.in(directory, "NUM_SLOTS = 1")) {
            node.start();
            new CommandFigures(node, table).measure();
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
