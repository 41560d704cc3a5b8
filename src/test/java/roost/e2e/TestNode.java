// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node of the distribution in a directory of its own, and the commands run against it.
 *
 * <p>Closing it ends the node and everything it started.
 */
public final class TestNode implements AutoCloseable {
    private static final Path DIST = Path.of(System.getProperty("roost.dist.dir"));
    private static final long COMMAND_SECONDS_MAX = 60;
    private static final Pattern CLAIM_ID = Pattern.compile("ID of new claim is: \"(.*)\"");

    private final Path directory;
    private int sleepers;
    private final Map<String, String> environment = new HashMap<>(System.getenv());

    private TestNode(Path directory) {
        this.directory = directory;
        environment.keySet().removeIf(name -> name.startsWith("_CONDOR_"));
        environment.put("CONDOR_CONFIG", directory.resolve("condor_config").toString());
        environment.put("XDG_CACHE_HOME", directory.resolve("cache").toString());
    }

    /**
     * Prepares a node with a personal configuration; it does not run yet.
     *
     * @param directory an empty directory
     * @param configuration lines after the usual ones, so that they win
     */
    public static TestNode in(Path directory, String... configuration) throws IOException {
        TestNode node = new TestNode(directory);
        Files.createDirectories(node.work());
        String usual =
                """
                use ROLE : Personal
                LOCAL_DIR = %s/node
                NUM_SLOTS = 2
                VALID_COD_USERS = %s
                """
                        .formatted(directory, System.getProperty("user.name"));
        Files.writeString(
                directory.resolve("condor_config"),
                usual + String.join("\n", configuration) + "\n");
        return node;
    }

    /** Sets a variable for the node and all commands. */
    public TestNode with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    /** Starts the node and waits until it answers. */
    public TestNode start() throws IOException {
        must("roost", "start");
        return this;
    }

    /**
     * Starts the node and waits until it answers; it kills itself when it comes to a point.
     *
     * @param point its name, with {@code #2} for the second time that it comes there
     */
    public TestNode startFailingAt(String point) throws IOException {
        String[] words = point.split("#", 2);
        String when = words.length == 2 ? "halt#" + words[1] : "halt";
        environment.put("ROOST_NODE_JAVA_OPTS", "-Droost.failpoint." + words[0] + "=" + when);
        try {
            return start();
        } finally {
            environment.remove("ROOST_NODE_JAVA_OPTS");
        }
    }

    /** Waits until the node has killed itself. */
    public void awaitDeath() throws IOException {
        long pid = pid();
        Await.until("the node is dead", () -> Kernel.gone(pid));
    }

    /** Kills what the node, which is dead, has left running: its starters and these processes. */
    public void killTheRest(List<Long> jobs) throws IOException {
        List<Long> all = new ArrayList<>(jobs);
        all.addAll(Kernel.withArgument(localDir().resolve("run/starters").toString()));
        all.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        Await.until("all is gone", () -> all.stream().allMatch(Kernel::gone));
    }

    /** The working directory of every command. */
    public Path work() {
        return directory.resolve("work");
    }

    public Path localDir() {
        return directory.resolve("node");
    }

    public Path socket() {
        return localDir().resolve("run/roost.sock");
    }

    public static Path dist() {
        return DIST;
    }

    public long pid() throws IOException {
        return Long.parseLong(Files.readString(localDir().resolve("run/node.pid")).strip());
    }

    /** Kills the node with SIGKILL and waits until it is gone. */
    public void kill() throws IOException {
        long pid = pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Await.until("the node is dead", () -> Kernel.gone(pid));
    }

    /** What a command said. */
    public record Outcome(int status, String out, String err) {}

    /** Starts a command of the distribution without waiting for it; its output goes to files. */
    public Process begin(Path out, Path err, Path in, String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of(command));
        words.set(0, program(words.get(0)));
        return begin(out, err, in, words);
    }

    private static String program(String name) {
        return DIST.resolve("bin").resolve(name).toString();
    }

    private Process begin(Path out, Path err, Path in, List<String> words) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(work().toFile())
                        .redirectInput(in.toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** Runs a command to its end with nothing to read. */
    public Outcome run(String... command) throws IOException {
        return runWith("", command);
    }

    /** Runs a command to its end with this text at standard input. */
    public Outcome runWith(String input, String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of(command));
        words.set(0, program(words.get(0)));
        return toItsEnd(input, words);
    }

    /**
     * Runs a shell script to its end; the commands of the distribution are on its path. The text
     * may have any letters, whatever the locale of this JVM.
     */
    public Outcome shell(String script) throws IOException {
        Path file = Files.createTempFile(directory, "script", ".sh");
        Files.writeString(file, "PATH=" + DIST.resolve("bin") + ":$PATH\n" + script);
        return toItsEnd("", List.of("/bin/sh", file.toString()));
    }

    /** Runs a command to its end as another user, which only root can. */
    public Outcome runAs(String user, String... command) throws IOException {
        List<String> words = new ArrayList<>(List.of("runuser", "-u", user, "--"));
        words.add(program(command[0]));
        words.addAll(List.of(command).subList(1, command.length));
        return toItsEnd("", words);
    }

    private Outcome toItsEnd(String input, List<String> words) throws IOException {
        Path out = Files.createTempFile(directory, "out", "");
        Path err = Files.createTempFile(directory, "err", "");
        Path in = Files.createTempFile(directory, "in", "");
        try {
            Files.writeString(in, input);
            Process process = begin(out, err, in, words);
            if (!process.waitFor(COMMAND_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                throw new AssertionError(
                        String.join(" ", words)
                                + " did not end:\n"
                                + Files.readString(out)
                                + Files.readString(err));
            }
            return new Outcome(
                    process.exitValue(),
                    Files.readString(out, StandardCharsets.UTF_8),
                    Files.readString(err, StandardCharsets.UTF_8));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
            Files.deleteIfExists(in);
        }
    }

    /** Runs a command that must succeed; its standard output. */
    public String must(String... command) throws IOException {
        Outcome outcome = run(command);
        assertThat(outcome.status())
                .as("%s\n%s%s%s", String.join(" ", command), outcome.err(), outcome.out(), log())
                .isZero();
        return outcome.out();
    }

    /** Requests a claim; its id. */
    public String claim(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("condor_cod", "request"));
        command.addAll(List.of(options));
        Outcome outcome = run(command.toArray(String[]::new));
        Matcher id = CLAIM_ID.matcher(outcome.err() + outcome.out());
        assertThat(outcome.status() == 0 && id.find())
                .as("condor_cod request\n%s%s", outcome.err(), log())
                .isTrue();
        return id.group(1);
    }

    /** State of one of the user's own claims; empty if there is no such claim. */
    public String stateOf(String claimId) throws IOException {
        Pattern state =
                Pattern.compile(
                        "\"ClaimId\":\""
                                + Pattern.quote(claimId)
                                + "\"[^}]*\"ClaimState\":\"(\\w+)\"");
        try (ApiConnection api = new ApiConnection(socket())) {
            Matcher found = state.matcher(api.get("/v1/claims").body());
            return found.find() ? found.group(1) : "";
        }
    }

    /** Waits until a claim is in a state. */
    public void awaitState(String claimId, String state) {
        Await.until("claim is " + state, () -> stateOf(claimId).equals(state));
    }

    /** Submits a batch job that sleeps for a day, and waits until it runs; its pid. */
    public long submitSleeper() throws IOException {
        String marker = "86400." + ProcessHandle.current().pid() + sleepers++;
        Path file = work().resolve(marker + ".sub");
        Files.writeString(file, "executable = /bin/sleep\narguments = " + marker + "\nqueue\n");
        must("condor_submit", file.toString());
        return awaitProcess(marker);
    }

    /** Waits for the one process with this text in its command line; its pid. */
    public long awaitProcess(String marker) throws IOException {
        Await.until(marker + " runs", () -> Kernel.withArgument(marker).size() == 1);
        return Kernel.withArgument(marker).get(0);
    }

    /** The environment in which every command runs. */
    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }

    /** The ends of the node's own logs. */
    public String log() throws IOException {
        Path log = localDir().resolve("log");
        if (!Files.isDirectory(log)) {
            return "";
        }
        StringBuilder tail = new StringBuilder();
        try (var files = Files.list(log)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.UTF_8);
                tail.append("--- ").append(file).append('\n');
                tail.append(text.substring(Math.max(0, text.length() - 4000)));
            }
        }
        return tail.toString();
    }

    @Override
    public void close() throws IOException {
        // A test that took too long is interrupted, and leaves as much behind as any other.
        boolean interrupted = Thread.interrupted();
        try {
            if (Files.exists(localDir().resolve("run/node.pid"))
                    && ProcessHandle.of(pid()).map(ProcessHandle::isAlive).orElse(false)) {
                run("roost", "stop", "-fast");
            } else {
                killTheRest(List.of());
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
