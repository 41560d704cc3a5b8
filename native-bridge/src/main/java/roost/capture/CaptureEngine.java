// SPDX-License-Identifier: Apache-2.0
package roost.capture;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import roost.posix.ProcessIdentity;

/**
 * A way to make an image of a running program and to go on from it. An engine starts nothing
 * itself: it says which command line and environment to start, so that a job comes to life on one
 * path whether it is fresh or restarted. Engines are safe for use by several threads.
 */
public interface CaptureEngine {
    /** What becomes of the program once its image is complete. */
    enum After {
        CONTINUE,
        EXIT
    }

    /**
     * A command to start in place of another.
     *
     * @param command argv; the first word is an absolute path
     * @param environment the whole environment
     */
    record Launch(List<String> command, Map<String, String> environment) {
        public Launch {
            command = List.copyOf(command);
            environment = Map.copyOf(environment);
        }
    }

    /**
     * A complete image.
     *
     * @param took from the request until the image was durable
     * @param pause how much of it the program stood still: never more than {@code took}, which it
     *     is where an engine does not know better
     */
    record Captured(Description description, Duration took, Duration pause) {
        /** What the image occupies. */
        public long bytes() {
            return description.bytes();
        }
    }

    /**
     * What an image is.
     *
     * @param engine name of the engine that can restart it
     * @param created when the program was stopped for it
     * @param bytes what it occupies
     * @param header more about it, if the engine knows more
     */
    record Description(
            String engine, Path image, Instant created, long bytes, Optional<ImageHeader> header) {}

    /**
     * A request that waits for the program.
     *
     * @param since when it was made
     * @param reason what the program does that a checkpoint must not cut
     */
    record Waiting(Instant since, String reason) {}

    /** Short and stable: users choose an engine by it. */
    String name();

    /** Whether this engine works on this machine. */
    Preflight check();

    /** Whether a program, not yet started, can be checkpointed by this engine. */
    Preflight check(Path program);

    /** Whether a process can be checkpointed by this engine, as it is now. */
    Preflight check(ProcessIdentity process);

    /**
     * How to start a program so that it can be captured.
     *
     * @param command the program's own command line
     * @param environment the program's own environment
     * @param image absolute: where its images are to go
     */
    Launch launch(List<String> command, Map<String, String> environment, Path image);

    /**
     * How to start a program again from an image; later images of it go there, too.
     *
     * @param environment for engines that need one; a restarted program has its old one
     */
    Launch restart(Path image, Map<String, String> environment);

    /**
     * Makes an image of a process that was started as {@link #launch} or {@link #restart} said.
     * Completes when the image is durable, and with {@link After#EXIT} also the process has ended;
     * fails with {@link CaptureException} if that did not happen in time. The image that was there
     * before stays whole until the new one is complete.
     *
     * <p>A process that is stopped has to be let go on by the caller, after this call; it makes its
     * image before it runs on. One that has only just been started is asked as soon as it can be.
     *
     * @param image where this process's images go
     */
    CompletionStage<Captured> capture(
            ProcessIdentity process, Path image, After after, Duration timeout);

    /** Why a request that was made has to wait, if it does. */
    Optional<Waiting> waiting(Path image);

    /** What an image is; {@link ImageException} if it is none, or a damaged one. */
    Description describe(Path image) throws IOException;
}
