// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import roost.job.Sandboxes;

/**
 * Facts about the machine that change by themselves. Read at most once a second, however many slots
 * ask. Safe for use by any thread.
 */
public final class MachineLoad {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Path LOADAVG = Path.of("/proc/loadavg");
    private static final Path TERMINALS = Path.of("/dev/pts");

    /**
     * What was read.
     *
     * @param diskKib free where the sandboxes are
     * @param keyboardIdleSeconds since somebody typed at any terminal; since the node began to look
     *     if nobody is logged in
     */
    public record Reading(double loadAverage, long diskKib, long keyboardIdleSeconds) {}

    private final Path execute;
    private final long bornMillis = System.currentTimeMillis();
    private Reading last;
    private long lastNanos;

    public MachineLoad(Path execute) {
        this.execute = execute;
    }

    synchronized Reading read() {
        long now = System.nanoTime();
        if (last == null || now - lastNanos > FRESH_NANOS) {
            last = new Reading(loadAverage(), Sandboxes.freeKib(execute), keyboardIdle());
            lastNanos = now;
        }
        return last;
    }

    private static double loadAverage() {
        try {
            String text = Files.readString(LOADAVG, StandardCharsets.US_ASCII);
            return Double.parseDouble(text.substring(0, text.indexOf(' ')));
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    /** A terminal's access time is when somebody last typed at it. */
    private long keyboardIdle() {
        long newest = bornMillis;
        try (DirectoryStream<Path> terminals = Files.newDirectoryStream(TERMINALS, "[0-9]*")) {
            for (Path terminal : terminals) {
                Object time = Files.getAttribute(terminal, "lastAccessTime");
                newest = Math.max(newest, ((java.nio.file.attribute.FileTime) time).toMillis());
            }
        } catch (IOException e) {
            // Without terminals nobody types.
        }
        return Math.max(0, System.currentTimeMillis() - newest) / 1000;
    }
}
