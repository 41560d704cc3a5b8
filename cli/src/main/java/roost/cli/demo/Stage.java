// SPDX-License-Identifier: Apache-2.0
package roost.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The demo's own small world: a temporary directory with a configuration, and the installed
 * commands run against it. Closing it ends the node, and every job of it, and removes the
 * directory.
 */
final class Stage implements AutoCloseable {
    private static final long COMMAND_SECONDS_MAX = 60;
    private static final int SLOTS_MAX = 4;
    private static final long REAPING_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Path home;
    private final Path directory;
    private final Map<String, String> environment;
    private final boolean keep;
    private final Set<Long> started = new HashSet<>();

    private Stage(Path home, Path directory, Map<String, String> environment, boolean keep) {
        this.home = home;
        this.directory = directory;
        this.environment = environment;
        this.keep = keep;
    }

    static Stage build(Path home, Map<String, String> userEnvironment, boolean keep)
            throws IOException {
        Path directory =
                Files.createTempDirectory(
                        Path.of("/tmp"),
                        "roost-demo.",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rwx------")));
        Map<String, String> environment = new HashMap<>(userEnvironment);
        environment.keySet().removeIf(name -> name.startsWith("_CONDOR_"));
        environment.put("CONDOR_CONFIG", directory.resolve("condor_config").toString());
        environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
        Stage stage = new Stage(home, directory, environment, keep);
        Files.createDirectory(directory.resolve("work"));
        Files.writeString(directory.resolve("condor_config"), stage.configuration());
        return stage;
    }

    private String configuration() {
        return """
        # A pool of one machine, for the demo.
        use ROLE : Personal
        LOCAL_DIR = %1$s/node
        NUM_SLOTS = %2$d
        VALID_COD_USERS = %3$s

        # The fractal application of the manual, defined by keyword: the owner of the
        # machine writes this once, and who holds a claim starts it by name.
        FractGen_Cmd  = "%4$s/libexec/demo/fractgen"
        FractGen_Iwd  = "%1$s/work"
        FractGen_Out  = "%1$s/work/fractal.ppm"
        FractGen_Err  = "%1$s/work/fractal.err"
        FractGen_Args = "mandelbrot -0.65865,-0.56254 -0.45865,-0.71254 800 4000"
        """
                .formatted(directory, slots(), System.getProperty("user.name"), home);
    }

    int slots() {
        return Math.min(SLOTS_MAX, Runtime.getRuntime().availableProcessors());
    }

    Path home() {
        return home;
    }

    Path work() {
        return directory.resolve("work");
    }

    /** The pid of the node that runs now. */
    long nodePid() throws IOException {
        return Long.parseLong(Files.readString(directory.resolve("node/run/node.pid")).strip());
    }

    /** What a command said. */
    record Outcome(int status, String out, String err) {}

    /** Runs an installed command to its end. */
    Outcome run(String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of(command));
        words.set(0, home.resolve("bin").resolve(words.get(0)).toString());
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(work().toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new DemoFailure(String.join(" ", command) + " did not end");
            }
            return new Outcome(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoFailure("interrupted");
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Runs a command that must succeed, and gives what it printed. */
    String must(String... command) throws IOException {
        Outcome outcome = run(command);
        if (outcome.status() != 0) {
            throw new DemoFailure(
                    String.join(" ", command)
                            + " failed with status "
                            + outcome.status()
                            + ":\n"
                            + outcome.err()
                            + outcome.out());
        }
        return outcome.out();
    }

    /** Takes note of every process that belongs to the demo now. */
    void remember() {
        started.addAll(Processes.startedWith(directory.toString()));
        started.remove(ProcessHandle.current().pid());
    }

    /** Leaves the machine as it was: the end of the demo is the end of all that it started. */
    @Override
    public void close() {
        remember();
        try {
            run("roost", "stop", "-fast");
            awaitEnd();
        } catch (IOException | DemoFailure e) {
            // There may be no node left to stop; the directory goes all the same.
        }
        if (!keep) {
            removeAll();
        }
    }

    /** In a container without an init that reaps, what has ended stays in the table for ever. */
    private void awaitEnd() {
        long patient = System.nanoTime() + REAPING_NANOS;
        Processes.await(
                "everything has ended",
                () ->
                        started.stream().allMatch(Processes::reaped)
                                || System.nanoTime() > patient
                                        && started.stream().allMatch(Processes::gone));
    }

    private void removeAll() {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot remove " + directory, e);
        }
    }

    Path directory() {
        return directory;
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
