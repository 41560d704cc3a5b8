// SPDX-License-Identifier: Apache-2.0
package roost.cli.config;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import roost.api.Api;
import roost.api.CallerConfig;
import roost.api.CommandHost;
import roost.cli.CommandLine;
import roost.config.CondorConfig;

/** Runs one command of a user who lives in a directory of the test. */
public final class ConfigHost implements CommandHost {
    private final Path directory;
    private final Map<String, String> environment;
    private final List<String> argv;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream outPrinter = new PrintStream(out, true, StandardCharsets.UTF_8);
    private final PrintStream errPrinter = new PrintStream(err, true, StandardCharsets.UTF_8);
    private int status;

    private ConfigHost(Path directory, Map<String, String> environment, List<String> argv) {
        this.directory = directory;
        this.environment = new TreeMap<>(environment);
        this.environment.put("HOME", directory.toString());
        this.environment.put("USER", "ann");
        this.argv = argv;
    }

    public static ConfigHost run(Path directory, Map<String, String> environment, String... argv) {
        ConfigHost host = new ConfigHost(directory, environment, List.of(argv));
        host.status = new CommandLine().run(host);
        return host;
    }

    public int status() {
        return status;
    }

    public String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String errors() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Override
    public List<String> argv() {
        return argv;
    }

    @Override
    public Path workingDirectory() {
        return directory;
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public InputStream in() {
        return InputStream.nullInputStream();
    }

    @Override
    public PrintStream out() {
        return outPrinter;
    }

    @Override
    public PrintStream err() {
        return errPrinter;
    }

    @Override
    public int terminalColumns() {
        return 0;
    }

    @Override
    public InputStream read(String path) throws IOException {
        try {
            return Files.newInputStream(directory.resolve(path));
        } catch (NoSuchFileException e) {
            throw new FileAccessException(path, 2, "No such file or directory");
        }
    }

    @Override
    public OutputStream write(String path) throws IOException {
        return Files.newOutputStream(directory.resolve(path));
    }

    @Override
    public FileFacts facts(String path) throws IOException {
        Path file = directory.resolve(path);
        boolean exists = Files.exists(file);
        return new FileFacts(
                exists, Files.isRegularFile(file), false, exists ? Files.size(file) : 0);
    }

    @Override
    public List<String> list(String path) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory.resolve(path))) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        }
        return names;
    }

    @Override
    public ProgramCheck checkpointable(String program) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CondorConfig config() {
        return CallerConfig.load(this);
    }

    @Override
    public Api api() {
        throw new AssertionError("these commands need no node");
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }
}
