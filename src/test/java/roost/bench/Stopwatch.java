// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Drives the C program {@code stopwatch}, which measures processes without a JVM in the way. Times
 * are CLOCK_MONOTONIC nanoseconds, comparable with those of {@code stamp}.
 */
final class Stopwatch {
    private static final Path PROGRAMS = Path.of(System.getProperty("roost.programs.dir"));

    private final Map<String, String> environment;
    private final Path directory;

    Stopwatch(Map<String, String> environment, Path directory) {
        this.environment = environment;
        this.directory = directory;
    }

    /**
     * One measured run.
     *
     * @param seen when the watched process was first seen in each state
     */
    record Run(long begin, long end, int status, long[] seen) {
        double millis() {
            return (end - begin) / 1e6;
        }
    }

    static Path program(String name) {
        return PROGRAMS.resolve(name);
    }

    /** Runs a command again and again, one after the other; every run must succeed. */
    Samples run(int count, String... command) throws IOException {
        List<Run> runs = stopwatch(List.of("run", Integer.toString(count), "--"), command);
        for (Run run : runs) {
            require(run, command);
        }
        return Samples.ofMillis(runs.stream().mapToDouble(Run::millis).toArray());
    }

    Run once(String... command) throws IOException {
        Run run = stopwatch(List.of("run", "1", "--"), command).get(0);
        require(run, command);
        return run;
    }

    /** Runs a command while watching a process go through states. */
    Run watch(long pid, String states, String... command) throws IOException {
        Run run = stopwatch(List.of("watch", Long.toString(pid), states, "--"), command).get(0);
        require(run, command);
        if (run.seen().length != states.length()) {
            throw new IOException("process " + pid + " did not go through " + states);
        }
        return run;
    }

    /** Appends 4 KiB to a file and syncs it, again and again. */
    Samples append(int count, Path file) throws IOException {
        List<Run> runs = stopwatch(List.of("append", Integer.toString(count), file.toString()));
        return Samples.ofMillis(runs.stream().mapToDouble(Run::millis).toArray());
    }

    private static void require(Run run, String... command) throws IOException {
        if (run.status() != 0) {
            throw new IOException(
                    String.join(" ", command) + " failed with status " + run.status());
        }
    }

    private List<Run> stopwatch(List<String> how, String... command) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(program("stopwatch").toString());
        words.addAll(how);
        words.addAll(Arrays.asList(command));
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(directory.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        List<Run> runs = new ArrayList<>();
        try (var lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long[] numbers =
                        Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
                runs.add(
                        new Run(
                                numbers[0],
                                numbers[1],
                                (int) numbers[2],
                                Arrays.copyOfRange(numbers, 3, numbers.length)));
            }
        }
        if (runs.isEmpty()) {
            throw new IOException("stopwatch measured nothing");
        }
        return runs;
    }

    /** The moments that a {@code stamp} job wrote, once it has written as many as wanted. */
    static long[] stamps(Path file, int wanted) throws IOException {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (System.nanoTime() < deadline) {
            if (Files.exists(file)) {
                String text = Files.readString(file);
                long[] stamps = text.lines().mapToLong(Long::parseLong).toArray();
                if (stamps.length >= wanted && text.endsWith("\n")) {
                    return stamps;
                }
            }
            LockSupport.parkNanos(200_000);
        }
        throw new IOException(file + " was not stamped");
    }
}
