// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import jnr.ffi.LibraryLoader;
import jnr.ffi.annotations.Out;

/**
 * The clocks that Java does not offer. Leases are measured with {@link #sinceBoot()}, which neither
 * a set clock nor a suspended machine can fool, and which goes on across a restart of the node;
 * {@link #bootId()} says whether two of its readings belong together.
 */
public final class Clocks {
    private static final int CLOCK_BOOTTIME = 7;
    private static final int TIMESPEC_WORDS = 2;

    private Clocks() {}

    /** Time since this machine booted, sleep included. */
    public static Duration sinceBoot() {
        long[] time = new long[TIMESPEC_WORDS];
        if (Library.C.clock_gettime(CLOCK_BOOTTIME, time) != 0) {
            throw new IllegalStateException("this kernel has no CLOCK_BOOTTIME");
        }
        return Duration.ofSeconds(time[0], time[1]);
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

    /**
     * Every claim operation needs the time; reading /proc/uptime takes 18 us instead of 0.2.
     * Public, because JNR implements it in a class of its own.
     */
    public interface C {
        int clock_gettime(int clock, @Out long[] time);
    }

    private static final class Library {
        static final C C = LibraryLoader.create(C.class).load("c");
    }

    /** Read once, when first needed: it cannot change under a running JVM. */
    private static final class Boot {
        static final String ID = read(Path.of("/proc/sys/kernel/random/boot_id"));
    }
}
