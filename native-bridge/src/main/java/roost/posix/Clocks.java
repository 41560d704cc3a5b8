// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The clocks that Java does not offer. Leases are measured with {@link #sinceBoot()}, which neither
 * a set clock nor a suspended machine can fool, and which goes on across a restart of the node;
 * {@link #bootId()} says whether two of its readings belong together.
 */
public final class Clocks {
    private static final Path UPTIME = Path.of("/proc/uptime");

    private Clocks() {}

    /** Time since this machine booted, sleep included, to 10 ms. */
    public static Duration sinceBoot() {
        String text = read(UPTIME);
        String[] parts = text.substring(0, text.indexOf(' ')).split("\\.");
        return Duration.ofSeconds(Long.parseLong(parts[0]))
                .plusMillis(Long.parseLong(parts[1]) * 10);
    }

    /** A name for the present boot of this machine, unlike that of any other boot. */
    public static String bootId() {
        return Boot.ID;
    }

    private static String read(Path path) {
        try {
            return new String(Files.readAllBytes(path), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path + "; is /proc mounted?", e);
        }
    }

    /** Read once, when first needed: it cannot change under a running JVM. */
    private static final class Boot {
        static final String ID = read(Path.of("/proc/sys/kernel/random/boot_id"));
    }
}
