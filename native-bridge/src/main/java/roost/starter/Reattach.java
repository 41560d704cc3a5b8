// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import roost.posix.Posix;
import roost.posix.ProcessIdentity;
import roost.posix.Signals;

/**
 * Finds out what became of a job whose node was not there: by its directory alone.
 *
 * <p>A job that was never started is made sure never to start: the file by which a starter
 * publishes itself can be made only once, and here the node makes it first. So "gone" is final, and
 * a launch whose answer was lost happened or did not.
 */
public final class Reattach {
    static final String SOCKET = "starter.sock";
    static final String PID_FILE = "starter.pid";
    private static final Duration KILLED_WITHIN = Duration.ofSeconds(5);

    /** What was found. */
    public sealed interface Result {
        /** The starter lives; if the job has ended meanwhile, the status has its exit. */
        record Connected(StarterConnection connection, StarterStatus status) implements Result {}

        /**
         * The job has ended and left its record; there is no starter any more, and none is needed.
         */
        record Finished(ExitRecord exit) implements Result {}

        /**
         * Nobody can say how the job ended, or it never started. What was left of it has been
         * killed.
         */
        record Gone(String reason) implements Result {}
    }

    private static final FileAttribute<?> PRIVATE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final int LOOKS_FOR_A_LOST_STARTER = 60;
    private static final Executor BETWEEN_LOOKS =
            CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);

    private final StarterReactor reactor;

    public Reattach(StarterReactor reactor) {
        this.reactor = reactor;
    }

    /**
     * Looks for the job of a directory. A directory that has gone is made again and waited in,
     * because a starter that lives finds it there within a second. The stage fails only if the
     * directory cannot be read or written at all.
     */
    public CompletionStage<Result> attach(Path jobDirectory, StarterListener listener) {
        try {
            if (Files.isDirectory(jobDirectory)) {
                return look(jobDirectory, listener, 0);
            }
            Files.createDirectories(jobDirectory.getParent());
            Files.createDirectory(jobDirectory, PRIVATE);
            return look(jobDirectory, listener, LOOKS_FOR_A_LOST_STARTER);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(unreadable(jobDirectory, e));
        }
    }

    private static StarterException unreadable(Path jobDirectory, IOException e) {
        return new StarterException("cannot look into " + jobDirectory + ": " + e.getMessage(), e);
    }

    /**
     * Looks once, and if nothing is there, {@code again} times more before it makes sure that
     * nothing will be.
     */
    private CompletionStage<Result> look(Path jobDirectory, StarterListener listener, int again)
            throws IOException {
        Optional<ExitRecord> ended = ExitRecord.read(jobDirectory);
        if (ended.isPresent()) {
            return done(new Result.Finished(ended.get()));
        }
        Optional<Published> published = Published.read(jobDirectory);
        if (published.isEmpty() && again > 0) {
            return CompletableFuture.supplyAsync(() -> again - 1, BETWEEN_LOOKS)
                    .thenCompose(left -> lookOnceMore(jobDirectory, listener, left));
        }
        if (published.isEmpty()) {
            if (fence(jobDirectory)) {
                return done(new Result.Gone("the job was never started"));
            }
            published = Published.read(jobDirectory);
        }
        return published.isEmpty()
                ? done(new Result.Gone("the starter's own record " + PID_FILE + " is damaged"))
                : connect(jobDirectory, published.get(), listener, LOOKS_FOR_A_LOST_STARTER);
    }

    private CompletionStage<Result> lookOnceMore(
            Path jobDirectory, StarterListener listener, int again) {
        try {
            return look(jobDirectory, listener, again);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(unreadable(jobDirectory, e));
        }
    }

    /**
     * A starter whose socket was removed makes it again within a second, so it is tried for longer.
     */
    private CompletionStage<Result> connect(
            Path jobDirectory, Published published, StarterListener listener, int again) {
        if (!published.starter().isAlive()) {
            return done(afterTheStarter(jobDirectory, published));
        }
        CompletionStage<Result> connected;
        try {
            StarterConnection connection =
                    StarterConnection.open(reactor, jobDirectory.resolve(SOCKET), listener);
            connected =
                    connection
                            .status()
                            .thenApply(status -> new Result.Connected(connection, status));
        } catch (IOException unreachable) {
            connected = CompletableFuture.failedFuture(unreachable);
        }
        return connected.exceptionallyCompose(
                failure ->
                        again == 0
                                ? done(afterTheStarter(jobDirectory, published))
                                : CompletableFuture.supplyAsync(() -> again - 1, BETWEEN_LOOKS)
                                        .thenCompose(
                                                left ->
                                                        connect(
                                                                jobDirectory,
                                                                published,
                                                                listener,
                                                                left)));
    }

    /** The starter may have written its record between two looks, and has ended then. */
    private static Result afterTheStarter(Path jobDirectory, Published published) {
        try {
            Optional<ExitRecord> ended = ExitRecord.read(jobDirectory);
            if (ended.isPresent()) {
                return new Result.Finished(ended.get());
            }
        } catch (IOException damaged) {
            return new Result.Gone(damaged.getMessage());
        }
        if (published.starter().pid() == 0) {
            return new Result.Gone("the job was never started");
        }
        if (Posix.kill(published.starter(), Signals.KILL)) {
            Survivors.kill(published.job(), published.cgroup());
            return new Result.Gone(
                    "starter " + published.starter().pid() + " lived but could not be reached");
        }
        Survivors.kill(published.job(), published.cgroup());
        return new Result.Gone(
                "starter "
                        + published.starter().pid()
                        + " ended without leaving an exit record (killed, or the machine went down)");
    }

    /**
     * Makes sure that the starter of a directory whose job has ended is gone, so that the directory
     * can be given to another. Blocks.
     *
     * @param patience how long it may take to go by itself; after that it is killed
     */
    public static void awaitGone(Path jobDirectory, Duration patience) throws IOException {
        Optional<Published> published = Published.read(jobDirectory);
        if (published.isEmpty()) {
            return;
        }
        ProcessIdentity starter = published.get().starter();
        if (!hasGone(starter, patience) && Posix.kill(starter, Signals.KILL)) {
            hasGone(starter, KILLED_WITHIN);
            Survivors.kill(published.get().job(), published.get().cgroup());
        }
    }

    private static boolean hasGone(ProcessIdentity process, Duration patience) {
        Optional<ProcessHandle> handle =
                process.isAlive() ? ProcessHandle.of(process.pid()) : Optional.empty();
        try {
            if (handle.isPresent()) {
                handle.get().onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            return !process.isAlive();
        }
        return !process.isAlive();
    }

    /** True if the job can never start from now on; false if a starter was first. */
    private static boolean fence(Path jobDirectory) throws IOException {
        Path own = Files.createTempFile(jobDirectory, "fence", null);
        try {
            Files.writeString(own, "pid=0\nend=1\n");
            Files.createLink(jobDirectory.resolve(PID_FILE), own);
            return true;
        } catch (FileAlreadyExistsException starterWasFirst) {
            return false;
        } finally {
            Files.deleteIfExists(own);
        }
    }

    private static CompletionStage<Result> done(Result result) {
        return CompletableFuture.completedFuture(result);
    }

    /** {@code starter.pid}, as record.c writes it. */
    private record Published(ProcessIdentity starter, ProcessIdentity job, String cgroup) {
        static Optional<Published> read(Path jobDirectory) throws IOException {
            Path file = jobDirectory.resolve(PID_FILE);
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            Map<String, String> values = new HashMap<>();
            for (String line : Files.readString(file, StandardCharsets.UTF_8).split("\n")) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
            if (!values.containsKey("end")) {
                return Optional.empty();
            }
            String boot = values.getOrDefault("boot_id", "");
            return Optional.of(
                    new Published(
                            identity(values, "", boot),
                            identity(values, "job_", boot),
                            values.getOrDefault("cgroup", "")));
        }

        private static ProcessIdentity identity(
                Map<String, String> values, String prefix, String boot) {
            return new ProcessIdentity(
                    Long.parseLong(values.getOrDefault(prefix + "pid", "0")),
                    Long.parseLong(values.getOrDefault(prefix + "start_ticks", "0")),
                    boot);
        }
    }
}
