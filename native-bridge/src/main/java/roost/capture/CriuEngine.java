// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import roost.posix.ProcessIdentity;

/**
 * CRIU, for programs that the library cannot save, as those of several processes. Used only where
 * {@code criu} is installed and its own {@code criu check} passes, which asks for privileges that
 * an ordinary user does not have.
 *
 * <p>An image is a directory. A new one is made beside it, as {@code IMAGE.tmp}, and takes its
 * place when it is complete; between the two renames the old one is {@code IMAGE.old}, which {@link
 * #describe} and {@link #restart} fall back to.
 */
public final class CriuEngine implements CaptureEngine {
    private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(20);

    private final Path criu;

    /**
     * @param criu the program
     */
    public CriuEngine(Path criu) {
        this.criu = criu;
    }

    /** The engine with the {@code criu} that is found in PATH, if there is one. */
    public static Optional<CriuEngine> find() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.of((path + ":/usr/sbin:/sbin").split(":"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, "criu"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(CriuEngine::new);
    }

    @Override
    public String name() {
        return "criu";
    }

    @Override
    public Preflight check() {
        try {
            run(List.of("check"), CHECK_TIMEOUT);
            return Preflight.clear("criu on this machine");
        } catch (CaptureException e) {
            return Preflight.impossible(
                    "criu on this machine",
                    e.getMessage(),
                    "use the library engine, or give criu the privileges it asks for");
        }
    }

    @Override
    public Preflight check(Path program) {
        return check();
    }

    @Override
    public Preflight check(ProcessIdentity process) {
        return process.isAlive()
                ? check()
                : Preflight.impossible("process " + process.pid(), "it has ended", "");
    }

    @Override
    public Launch launch(List<String> command, Map<String, String> environment, Path image) {
        return new Launch(command, environment);
    }

    @Override
    public Launch restart(Path image, Map<String, String> environment) {
        return new Launch(
                List.of(
                        criu.toString(),
                        "restore",
                        "--images-dir",
                        complete(image).toString(),
                        "--shell-job"),
                environment);
    }

    @Override
    public CompletionStage<Captured> capture(
            ProcessIdentity process, Path image, After after, Duration timeout) {
        return CompletableFuture.supplyAsync(() -> dump(process, image, after, timeout));
    }

    @Override
    public Optional<Waiting> waiting(Path image) {
        return Optional.empty();
    }

    @Override
    public Description describe(Path image) throws IOException {
        Path directory = complete(image);
        Path inventory = directory.resolve("inventory.img");
        if (!Files.isRegularFile(inventory)) {
            throw new ImageException(
                    ImageException.Kind.FOREIGN, "not an image of criu: it has no inventory.img");
        }
        Instant created = Files.getLastModifiedTime(inventory).toInstant();
        return new Description(name(), image, created, size(directory), Optional.empty());
    }

    private Captured dump(ProcessIdentity process, Path image, After after, Duration timeout) {
        long began = System.nanoTime();
        if (!process.isAlive()) {
            throw new CaptureException("process " + process.pid() + " has ended");
        }
        try {
            Path tmp = beside(image, ".tmp");
            delete(tmp);
            Files.createDirectories(tmp);
            List<String> words =
                    new ArrayList<>(
                            List.of(
                                    "dump",
                                    "--tree",
                                    Long.toString(process.pid()),
                                    "--images-dir",
                                    tmp.toString(),
                                    "--shell-job",
                                    "--file-locks"));
            if (after == After.CONTINUE) {
                words.add("--leave-running");
            }
            long stopped = System.nanoTime();
            run(words, timeout);
            Duration pause = Duration.ofNanos(System.nanoTime() - stopped);
            Path old = beside(image, ".old");
            delete(old);
            if (Files.exists(image)) {
                Files.move(image, old, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(tmp, image, StandardCopyOption.ATOMIC_MOVE);
            delete(old);
            return new Captured(
                    describe(image), Duration.ofNanos(System.nanoTime() - began), pause);
        } catch (IOException e) {
            throw new CaptureException("the image cannot be put in place: " + e.getMessage(), e);
        }
    }

    private void run(List<String> words, Duration timeout) {
        List<String> command = new ArrayList<>(List.of(criu.toString()));
        command.addAll(words);
        try {
            Path said = Files.createTempFile("roost-criu", ".log");
            try {
                Process p =
                        new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectOutput(said.toFile())
                                .start();
                if (!p.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                    p.destroyForcibly();
                    throw new CaptureException("criu " + words.get(0) + " did not end in time");
                }
                if (p.exitValue() != 0) {
                    String text = Files.readString(said, StandardCharsets.ISO_8859_1).strip();
                    throw new CaptureException("criu " + words.get(0) + " failed: " + text);
                }
            } finally {
                Files.delete(said);
            }
        } catch (IOException e) {
            throw new CaptureException("cannot run " + criu + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CaptureException("interrupted while criu ran", e);
        }
    }

    private static Path beside(Path image, String ending) {
        return image.resolveSibling(image.getFileName() + ending);
    }

    private static Path complete(Path image) {
        Path old = beside(image, ".old");
        return !Files.exists(image) && Files.exists(old) ? old : image;
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static long size(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(CriuEngine::length).sum();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long length(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
