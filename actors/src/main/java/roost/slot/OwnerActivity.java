// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * When somebody last used the machine's terminals, keyboard or mouse.
 *
 * <p>Three signs: the access time of a terminal or pseudo-terminal, which the kernel sets (to eight
 * seconds) when a program reads what was typed; the access time of the devices in CONSOLE_DEVICES;
 * and the interrupts of the built-in keyboard and mouse, of which only the growth says something,
 * so that a machine with such devices counts as used when the node starts. Keyboards on USB raise
 * no interrupts of their own and show only through the terminals. In a container without terminals
 * nobody is ever seen.
 *
 * <p>Not safe for use by several threads. Source: htcondor condor_sysapi/idle_time.cpp.
 */
final class OwnerActivity {
    /** KeyboardIdle where nothing shows whether anybody is there. */
    static final long NOBODY_EVER = Integer.MAX_VALUE;

    private static final Pattern INPUT_INTERRUPT = Pattern.compile("i8042|keyboard|mouse");

    /**
     * How long nobody has used the machine, in seconds.
     *
     * @param keyboard at any terminal or the console; {@link #NOBODY_EVER} where nobody was seen
     * @param console at the console; empty where there is none to look at
     */
    record Idle(long keyboard, OptionalLong console) {}

    private final Path devices;
    private final Path interrupts;
    private final List<String> console;
    private final Clock clock;
    private long interruptsSeen = -1;
    private long interruptsChanged;

    /**
     * @param proc {@code /proc}
     * @param devices {@code /dev}
     * @param console names below {@code devices}, or absolute file names
     */
    OwnerActivity(Path proc, Path devices, List<String> console, Clock clock) {
        this.devices = devices;
        this.interrupts = proc.resolve("interrupts");
        this.console = List.copyOf(console);
        this.clock = clock;
    }

    Idle look() {
        long now = clock.millis();
        long terminals =
                Math.max(newest(devices.resolve("pts"), "[0-9]*"), newest(devices, "tty[0-9]*"));
        long atConsole = lastInterrupt(now);
        for (String device : console) {
            atConsole = Math.max(atConsole, accessed(devices.resolve(device)));
        }
        long anywhere = Math.max(terminals, atConsole);
        return new Idle(
                anywhere == 0 ? NOBODY_EVER : seconds(now, anywhere),
                atConsole == 0 ? OptionalLong.empty() : OptionalLong.of(seconds(now, atConsole)));
    }

    /** A clock that was set back must not make somebody who just typed look away. */
    private static long seconds(long now, long then) {
        return Math.max(0, now - then) / 1000;
    }

    private static long newest(Path directory, String pattern) {
        long newest = 0;
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, pattern)) {
            for (Path device : found) {
                newest = Math.max(newest, accessed(device));
            }
        } catch (IOException e) {
            return 0;
        }
        return newest;
    }

    /** Unix milliseconds; 0 if there is no such file. */
    private static long accessed(Path device) {
        try {
            Object time = Files.getAttribute(device, "lastAccessTime");
            return ((java.nio.file.attribute.FileTime) time).toMillis();
        } catch (IOException e) {
            return 0;
        }
    }

    private long lastInterrupt(long now) {
        long count = countInterrupts();
        if (count != interruptsSeen) {
            interruptsSeen = count;
            interruptsChanged = now;
        }
        return count < 0 ? 0 : interruptsChanged;
    }

    /** How often keyboard and mouse interrupted, on all CPUs; -1 if they are not listed. */
    private long countInterrupts() {
        long count = -1;
        try {
            for (String line : Files.readAllLines(interrupts, StandardCharsets.ISO_8859_1)) {
                if (INPUT_INTERRUPT.matcher(line.toLowerCase(Locale.ROOT)).find()) {
                    count = Math.max(count, 0) + sum(line);
                }
            }
        } catch (IOException e) {
            return -1;
        }
        return count;
    }

    /** Sums the columns after the interrupt's number, up to the first that is none. */
    private static long sum(String line) {
        String[] columns = line.strip().split("\\s+");
        long sum = 0;
        for (int i = 1; i < columns.length && columns[i].matches("[0-9]{1,18}"); i++) {
            sum += Long.parseLong(columns[i]);
        }
        return sum;
    }
}
