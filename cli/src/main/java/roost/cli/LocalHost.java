// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import roost.api.Api;
import roost.api.ApiException;
import roost.api.CommandHost;
import roost.capture.LibraryEngine;
import roost.capture.Preflight;
import roost.config.CondorConfig;
import roost.config.ConfigSource;
import roost.config.Knobs;
import roost.config.ProcessEnvironment;

/** A command's world when it runs in a JVM of its own: this process, and no node. */
final class LocalHost implements CommandHost {
    private static final int OUT_BUFFER = 65536;

    /** The system's texts for what happens to people's files, with their numbers. */
    private static final Map<String, Integer> ERRNO =
            Map.of(
                    "Operation not permitted", 1,
                    "No such file or directory", 2,
                    "Permission denied", 13,
                    "Not a directory", 20,
                    "Is a directory", 21,
                    "Invalid argument", 22,
                    "No space left on device", 28,
                    "Read-only file system", 30,
                    "File name too long", 36,
                    "Too many levels of symbolic links", 40);

    private final List<String> argv;
    private final PrintStream out;
    private final PrintStream err;
    private CondorConfig config;

    private LocalHost(List<String> argv, OutputStream out, OutputStream err) {
        this.argv = argv;
        this.out =
                new PrintStream(
                        new BufferedOutputStream(out, OUT_BUFFER), false, StandardCharsets.UTF_8);
        PrintStream before = this.out;
        OutputStream inOrder =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        write(new byte[] {(byte) b}, 0, 1);
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        before.flush();
                        err.write(bytes, offset, length);
                    }
                };
        this.err = new PrintStream(inOrder, false, StandardCharsets.UTF_8);
    }

    static LocalHost ofProcess(List<String> argv) {
        return new LocalHost(
                argv,
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err));
    }

    /** A host whose command is heard by nobody. */
    static LocalHost silent(List<String> argv) {
        return new LocalHost(
                argv, OutputStream.nullOutputStream(), OutputStream.nullOutputStream());
    }

    @Override
    public List<String> argv() {
        return argv;
    }

    @Override
    public Path workingDirectory() {
        return Path.of("").toAbsolutePath();
    }

    @Override
    public Map<String, String> environment() {
        return ProcessEnvironment.get();
    }

    @Override
    public InputStream in() {
        return System.in;
    }

    @Override
    public PrintStream out() {
        return out;
    }

    @Override
    public PrintStream err() {
        return err;
    }

    /**
     * The shell's word for it: asking the terminal takes a native call that Java does not offer.
     */
    @Override
    public int terminalColumns() {
        String columns = System.getenv("COLUMNS");
        boolean number = columns != null && columns.matches("\\d{1,4}");
        return System.console() != null && number ? Integer.parseInt(columns) : 0;
    }

    @Override
    public InputStream read(String path) throws IOException {
        try {
            Path file = Path.of(path);
            if (Files.isDirectory(file)) {
                throw new FileSystemException(path, null, "Is a directory");
            }
            return Files.newInputStream(file);
        } catch (FileSystemException | InvalidPathException e) {
            throw failure(path, e);
        }
    }

    @Override
    public OutputStream write(String path) throws IOException {
        try {
            return Files.newOutputStream(Path.of(path));
        } catch (FileSystemException | InvalidPathException e) {
            throw failure(path, e);
        }
    }

    @Override
    public FileFacts facts(String path) throws IOException {
        try {
            Path file = Path.of(path);
            return new FileFacts(
                    true, Files.isRegularFile(file), Files.isExecutable(file), Files.size(file));
        } catch (NoSuchFileException e) {
            return new FileFacts(false, false, false, 0);
        } catch (FileSystemException | InvalidPathException e) {
            FileAccessException failure = failure(path, e);
            if (failure.errno() == ERRNO.get("Not a directory")) {
                return new FileFacts(false, false, false, 0);
            }
            throw failure;
        }
    }

    @Override
    public List<String> list(String directory) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(directory))) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (FileSystemException | InvalidPathException e) {
            throw failure(directory, e);
        }
        Collections.sort(names);
        return names;
    }

    @Override
    public ProgramCheck checkpointable(String program) {
        Preflight found = new LibraryEngine().check(Path.of(program));
        return new ProgramCheck(
                found.reason(), found.notes().stream().map(Preflight.Finding::toString).toList());
    }

    @Override
    public CondorConfig config() {
        if (config == null) {
            config = CondorConfig.load(ConfigSource.ofProcess());
        }
        return config;
    }

    @Override
    public Api api() {
        Path run = config().getPath(Knobs.RUN);
        boolean barred = !Files.isExecutable(run) && !Files.notExists(run);
        throw barred
                ? new ApiException(
                        ApiException.Code.UNAVAILABLE,
                        "no node can be reached at " + run + ": Permission denied",
                        "LOCAL_DIR is another user's; a node of your own needs one of its own")
                : new ApiException(
                        ApiException.Code.UNAVAILABLE,
                        "no node answers at " + run,
                        "start one with: roost start");
    }

    @Override
    public Clock clock() {
        return Clock.systemUTC();
    }

    @Override
    public Optional<String> userName() {
        return Optional.of(System.getProperty("user.name"));
    }

    /** The failure as the native front would have told it. */
    private static FileAccessException failure(String path, Exception e) {
        String text = e instanceof FileSystemException f ? f.getReason() : "Invalid argument";
        if (e instanceof NoSuchFileException) {
            text = "No such file or directory";
        } else if (e instanceof AccessDeniedException) {
            text = "Permission denied";
        } else if (e instanceof NotDirectoryException) {
            text = "Not a directory";
        } else if (text == null) {
            text = "Input/output error";
        }
        return new FileAccessException(path, ERRNO.getOrDefault(text, 5), text);
    }
}
