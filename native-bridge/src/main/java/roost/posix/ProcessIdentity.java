// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * One process of one boot of this machine. A pid alone is used again sooner or later; a pid with
 * the clock tick at which the process started, in a known boot, is not.
 *
 * @param pid process id, 1 or more
 * @param startTicks {@code /proc/PID/stat} field 22: clock ticks after boot at which it started
 * @param bootId {@code /proc/sys/kernel/random/boot_id} of the boot it lives in
 */
public record ProcessIdentity(long pid, long startTicks, String bootId) {

    /** The identity of the process that has this pid now, if any. */
    public static Optional<ProcessIdentity> of(long pid) {
        return stat(pid).map(s -> new ProcessIdentity(pid, s.startTicks, Clocks.bootId()));
    }

    /** This process. */
    public static ProcessIdentity self() {
        return of(ProcessHandle.current().pid()).orElseThrow();
    }

    /** True while this very process exists and has not ended; a zombie has ended. */
    public boolean isAlive() {
        return bootId.equals(Clocks.bootId())
                && stat(pid)
                        .filter(s -> s.startTicks == startTicks && s.state != 'Z' && s.state != 'X')
                        .isPresent();
    }

    /**
     * The state letter of {@code /proc/PID/stat} (R, S, D, T, t, Z ...), if this process still
     * exists.
     */
    public Optional<Character> state() {
        return stat(pid).filter(s -> s.startTicks == startTicks).map(s -> s.state);
    }

    private record Stat(char state, long startTicks) {}

    private static Optional<Stat> stat(long pid) {
        try {
            String text =
                    new String(
                            Files.readAllBytes(Path.of("/proc", Long.toString(pid), "stat")),
                            StandardCharsets.ISO_8859_1);
            // The name is in brackets and may hold anything; the fields after it are plain.
            String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ");
            return Optional.of(new Stat(fields[0].charAt(0), Long.parseLong(fields[19])));
        } catch (IOException | IndexOutOfBoundsException gone) {
            return Optional.empty();
        }
    }
}
