// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import roost.api.Api;
import roost.api.CommandHost;
import roost.config.CondorConfig;
import roost.config.ConfigSource;

/** A command's world in memory: its files, its streams, and a node that answers as it is told. */
public final class FakeHost implements CommandHost {
    private static final CondorConfig CONFIG = CondorConfig.load(ConfigSource.ofProcess());
    private static final int ENOENT = 2;

    public final FakeApi api = new FakeApi();
    public final Map<String, byte[]> files = new TreeMap<>();
    public final Map<String, String> environment = new HashMap<>();
    public final List<String> executables = new ArrayList<>();
    public final Map<String, ProgramCheck> checks = new HashMap<>();
    public int terminalColumns;
    public Instant now = Instant.parse("2026-11-21T03:20:52Z");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream outPrinter = new PrintStream(out, false, StandardCharsets.UTF_8);
    private final PrintStream errPrinter = new PrintStream(err, false, StandardCharsets.UTF_8);
    private List<String> argv = List.of();
    private String input = "";

    public FakeHost() {
        environment.put("USER", "coduser");
    }

    /** Runs a command line; what it printed is then in {@link #stdout} and {@link #stderr}. */
    public int run(List<String> words) {
        argv = List.copyOf(words);
        out.reset();
        err.reset();
        int status = new CommandLine().run(this);
        outPrinter.flush();
        errPrinter.flush();
        return status;
    }

    public int run(String... words) {
        return run(List.of(words));
    }

    public FakeHost stdin(String text) {
        input = text;
        return this;
    }

    public FakeHost file(String path, String text) {
        files.put(absolute(path), text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public FakeHost program(String path) {
        executables.add(absolute(path));
        return file(path, "#!/bin/sh\n");
    }

    public String text(String path) {
        return new String(files.get(absolute(path)), StandardCharsets.UTF_8);
    }

    public String stdout() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String stderr() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private String absolute(String path) {
        try {
            return workingDirectory().resolve(path).normalize().toString();
        } catch (InvalidPathException e) {
            return "/no/such/path";
        }
    }

    private boolean isDirectory(String path) {
        String prefix = path.equals("/") ? "/" : path + "/";
        return path.equals("/")
                || path.equals(workingDirectory().toString())
                || workingDirectory().toString().startsWith(prefix)
                || files.keySet().stream().anyMatch(file -> file.startsWith(prefix));
    }

    private static FileAccessException missing(String path) {
        return new FileAccessException(path, ENOENT, "No such file or directory");
    }

    @Override
    public List<String> argv() {
        return argv;
    }

    @Override
    public Path workingDirectory() {
        return Path.of("/home/coduser");
    }

    @Override
    public Map<String, String> environment() {
        return environment;
    }

    @Override
    public InputStream in() {
        return new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
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
        return terminalColumns;
    }

    @Override
    public InputStream read(String path) throws IOException {
        byte[] content = files.get(absolute(path));
        if (content == null) {
            throw missing(path);
        }
        return new ByteArrayInputStream(content);
    }

    @Override
    public OutputStream write(String path) throws IOException {
        String absolute = absolute(path);
        if (!isDirectory(Path.of(absolute).getParent().toString())) {
            throw missing(path);
        }
        files.put(absolute, new byte[0]);
        return new ByteArrayOutputStream() {
            @Override
            public void close() {
                files.put(absolute, toByteArray());
            }
        };
    }

    @Override
    public FileFacts facts(String path) {
        String absolute = absolute(path);
        byte[] content = files.get(absolute);
        if (content != null) {
            return new FileFacts(true, true, executables.contains(absolute), content.length);
        }
        return new FileFacts(isDirectory(absolute), false, false, 0);
    }

    @Override
    public List<String> list(String directory) throws IOException {
        String absolute = absolute(directory);
        if (!isDirectory(absolute)) {
            throw missing(directory);
        }
        TreeSet<String> names = new TreeSet<>();
        for (String file : files.keySet()) {
            if (file.startsWith(absolute + "/")) {
                names.add(file.substring(absolute.length() + 1).split("/")[0]);
            }
        }
        return List.copyOf(names);
    }

    @Override
    public ProgramCheck checkpointable(String program) {
        return checks.getOrDefault(program, new ProgramCheck("", List.of()));
    }

    @Override
    public CondorConfig config() {
        return CONFIG;
    }

    @Override
    public Api api() {
        return api;
    }

    @Override
    public Clock clock() {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    @Override
    public OptionalInt userId() {
        return OptionalInt.of(1000);
    }

    @Override
    public Optional<String> userName() {
        return Optional.ofNullable(environment.get("USER"));
    }
}
