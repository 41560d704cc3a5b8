// SPDX-License-Identifier: Apache-2.0
package roost.config;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the program of an {@code include command} and takes what it prints. */
final class ConfigCommand {
    private static final long TIMEOUT_SECONDS = 30;

    private ConfigCommand() {}

    /**
     * Runs a command without a shell, with the caller's environment and working directory.
     *
     * @throws IOException if it cannot be started, fails, prints too much or does not end in time
     */
    static String run(String command, ConfigSource source) throws IOException {
        List<String> words = List.of(command.strip().split("\\s+"));
        ProcessBuilder builder =
                new ProcessBuilder(words)
                        .directory(source.workingDirectory().toFile())
                        .redirectInput(new File("/dev/null"))
                        .redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(source.environment());
        Process process = builder.start();
        // Kills the program when its time is over, which also ends the reading below.
        Thread watchdog = new Thread(() -> endLate(process), "config-command");
        watchdog.setDaemon(true);
        watchdog.start();
        try (InputStream out = process.getInputStream()) {
            byte[] output = out.readNBytes(ConfigLimits.FILE_BYTES + 1);
            if (output.length > ConfigLimits.FILE_BYTES) {
                throw new IOException("prints more than " + ConfigLimits.FILE_BYTES + " bytes");
            }
            int status = process.waitFor();
            if (status != 0) {
                throw new IOException(
                        status == 128 + 9
                                ? "did not end within " + TIMEOUT_SECONDS + " seconds"
                                : "failed with status " + status);
            }
            return new String(output, StandardCharsets.UTF_8);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("was interrupted", e);
        } finally {
            process.destroyForcibly();
            watchdog.interrupt();
        }
    }

    private static void endLate(Process process) {
        try {
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
