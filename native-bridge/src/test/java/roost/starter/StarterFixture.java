// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import roost.posix.NativeHome;

/** A small node for tests: reactor, launcher and job directories below one temporary directory. */
final class StarterFixture {
    static final long DEADLINE_SECONDS = 20;

    final StarterReactor reactor = new StarterReactor();
    final StarterLauncher launcher;
    final Path root;
    private final AtomicInteger jobs = new AtomicInteger();
    private final java.util.Queue<StarterConnection> open =
            new java.util.concurrent.ConcurrentLinkedQueue<>();

    StarterFixture(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(root);
        launcher = new StarterLauncher(reactor, NativeHome.program("roost-starter"), root);
    }

    /** A job under its own starter, and what the starter said about it. */
    final class Job {
        final Path directory;
        final BlockingQueue<StarterEvent> events = new LinkedBlockingQueue<>();
        StarterConnection connection;
        StarterEvent.Started started;

        Job(Path directory) {
            this.directory = directory;
        }

        <T extends StarterEvent> T awaitEvent(Class<T> type) throws InterruptedException {
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
            while (true) {
                StarterEvent event = events.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (event == null) {
                    throw new AssertionError("no " + type.getSimpleName() + " within the deadline");
                }
                if (type.isInstance(event)) {
                    return type.cast(event);
                }
            }
        }

        ExitRecord awaitExit() throws InterruptedException {
            return awaitEvent(StarterEvent.Exited.class).exit();
        }

        String read(String file) throws IOException {
            return Files.readString(directory.resolve(file));
        }
    }

    Path newDirectory() throws IOException {
        return Files.createDirectory(root.resolve("job" + jobs.incrementAndGet()));
    }

    LaunchSpec.Builder shell(Path directory, String script) {
        return LaunchSpec.builder(directory, Path.of("/bin/sh"))
                .argv(List.of("sh", "-c", script))
                .environment(Map.of("PATH", "/usr/bin:/bin"))
                .workingDirectory(directory)
                .output(directory.resolve("out"))
                .error(directory.resolve("err"));
    }

    Job run(String script) throws Exception {
        return run(script, UnaryOperator.identity());
    }

    Job run(String script, UnaryOperator<LaunchSpec.Builder> more) throws Exception {
        Job job = new Job(newDirectory());
        job.connection = get(launcher.start());
        open.add(job.connection);
        job.started =
                get(
                        job.connection.launch(
                                more.apply(shell(job.directory, script)).build(),
                                (connection, event) -> job.events.add(event)));
        return job;
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        try {
            return stage.toCompletableFuture().get(DEADLINE_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    static void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > until) {
                throw new AssertionError("did not happen within the deadline: " + what);
            }
            Thread.onSpinWait();
        }
    }

    /** Ends every job before its directory goes, so that no starter stays behind to look for it. */
    void close() throws Exception {
        for (StarterConnection connection : open) {
            if (connection.isOpen()) {
                connection.killFamily();
                await("the end is taken over", () -> acknowledged(connection));
            }
        }
        reactor.close();
    }

    private static boolean acknowledged(StarterConnection connection) {
        return !connection.isOpen()
                || connection
                        .acknowledgeExit()
                        .handle((ok, notYet) -> notYet == null)
                        .toCompletableFuture()
                        .join();
    }
}
