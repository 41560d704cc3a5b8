// SPDX-License-Identifier: Apache-2.0
package roost.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import roost.capture.CaptureEngine.After;
import roost.capture.CaptureEngine.Launch;
import roost.capture.LibraryEngine;
import roost.posix.ProcessIdentity;

/** {@code cat} under the checkpoint library: says every line that it is told. */
final class CheckpointedProgram implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final LibraryEngine engine = new LibraryEngine();
    private final Path image;
    private final Process process;

    private CheckpointedProgram(Path image, boolean again, ProcessBuilder.Redirect errors)
            throws IOException {
        this.image = image;
        Launch launch =
                again
                        ? engine.restart(image, Map.of())
                        : engine.launch(List.of("/bin/cat"), Map.of(), image);
        ProcessBuilder builder = new ProcessBuilder(launch.command()).redirectError(errors);
        builder.environment().clear();
        builder.environment().putAll(launch.environment());
        process = builder.start();
    }

    static CheckpointedProgram start(Path image) throws IOException {
        return new CheckpointedProgram(image, false, ProcessBuilder.Redirect.INHERIT);
    }

    /** With a file open for appending. */
    static CheckpointedProgram start(Path image, Path output) throws IOException {
        return new CheckpointedProgram(
                image, false, ProcessBuilder.Redirect.appendTo(output.toFile()));
    }

    static CheckpointedProgram restart(Path image) throws IOException {
        return new CheckpointedProgram(image, true, ProcessBuilder.Redirect.INHERIT);
    }

    /** Whether it lives and answers. */
    boolean answers() throws IOException {
        process.getOutputStream().write("hello\n".getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
        return "hello".equals(process.inputReader().readLine());
    }

    /** Has it write an image and go on. */
    void capture() throws Exception {
        if (!answers()) {
            throw new AssertionError("the program does not answer");
        }
        engine.capture(
                        ProcessIdentity.of(process.pid()).orElseThrow(),
                        image,
                        After.CONTINUE,
                        PATIENCE)
                .toCompletableFuture()
                .get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
    }
}
