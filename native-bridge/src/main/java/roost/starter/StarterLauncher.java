// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import roost.posix.DiskTrouble;

/**
 * Starts starter processes. Each binds a socket in the given directory, goes into the background in
 * a session of its own and waits there for its job, so the JVM has no child, and no thread that
 * waits for one.
 */
public final class StarterLauncher {
    private static final Logger LOG = LoggerFactory.getLogger(StarterLauncher.class);

    private final StarterReactor reactor;
    private final Path program;
    private final Path socketDirectory;
    private final AtomicLong count = new AtomicLong();

    /**
     * @param program the {@code roost-starter} binary, see {@link roost.posix.NativeHome}
     * @param socketDirectory an existing directory of the node's user, writable by nobody else
     */
    public StarterLauncher(StarterReactor reactor, Path program, Path socketDirectory) {
        this.reactor = reactor;
        this.program = program;
        this.socketDirectory = socketDirectory.toAbsolutePath();
    }

    /** A new idle starter. It ends if this connection closes before it has a job. */
    public CompletionStage<StarterConnection> start() {
        Path socket =
                socketDirectory.resolve(
                        "spare-"
                                + ProcessHandle.current().pid()
                                + "-"
                                + count.incrementAndGet()
                                + ".sock");
        Process process;
        try {
            // Left behind by a process that had our pid and was killed.
            Files.deleteIfExists(socket);
            ProcessBuilder builder =
                    new ProcessBuilder(program.toString(), "--listen", socket.toString())
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().clear();
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            return CompletableFuture.failedFuture(
                    new StarterException("cannot run " + program + ": " + e.getMessage(), e));
        }
        return process.onExit()
                .thenApply(done -> connect(done, socket))
                .whenComplete((starter, failure) -> remove(socket));
    }

    /** Nobody else comes this way: a starter with a job is found in the job's directory. */
    private static void remove(Path socket) {
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.warn("cannot remove a socket: {}", DiskTrouble.text(e));
        }
    }

    private StarterConnection connect(Process done, Path socket) {
        try {
            if (done.exitValue() != 0) {
                String said =
                        new String(done.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
                throw new StarterException(
                        0,
                        said.isBlank()
                                ? "roost-starter ended with " + done.exitValue()
                                : said.strip());
            }
            done.getErrorStream().close();
            done.getInputStream().close();
            return StarterConnection.open(reactor, socket, (connection, event) -> {});
        } catch (IOException e) {
            throw new StarterException("cannot reach a new starter: " + e.getMessage(), e);
        }
    }
}
