// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import roost.job.Sandboxes;

/**
 * Facts about the machine that change by themselves. Read at most once a second, however many slots
 * ask. Safe for use by any thread.
 */
public final class MachineLoad {
    private static final long FRESH_MILLIS = 1000;

    /**
     * Where to look.
     *
     * @param proc {@code /proc}
     * @param devices {@code /dev}
     * @param execute where the sandboxes are
     * @param console CONSOLE_DEVICES: names below {@code devices}, or absolute file names
     */
    public record Places(Path proc, Path devices, Path execute, List<String> console) {
        public static Places ofMachine(Path execute, List<String> console) {
            return new Places(Path.of("/proc"), Path.of("/dev"), execute, console);
        }
    }

    /**
     * What was read.
     *
     * @param loadAverage runnable processes, averaged over a minute
     * @param diskKib free where the sandboxes are
     * @param virtualMemoryKib free memory and swap space
     * @param keyboardIdle seconds since somebody used any terminal or the console; 2147483647 where
     *     nobody has been seen
     * @param consoleIdle seconds since somebody used the console; empty where there is none
     */
    public record Reading(
            double loadAverage,
            long diskKib,
            long virtualMemoryKib,
            long keyboardIdle,
            OptionalLong consoleIdle) {}

    private final Places places;
    private final Clock clock;
    private final OwnerActivity activity;
    private Reading last;
    private long lastMillis;

    public MachineLoad(Places places, Clock clock) {
        this.places = places;
        this.clock = clock;
        this.activity = new OwnerActivity(places.proc(), places.devices(), places.console(), clock);
    }

    synchronized Reading read() {
        long now = clock.millis();
        if (last == null || Math.abs(now - lastMillis) > FRESH_MILLIS) {
            OwnerActivity.Idle idle = activity.look();
            last =
                    new Reading(
                            loadAverage(),
                            Sandboxes.freeKib(places.execute()),
                            virtualMemory(),
                            idle.keyboard(),
                            idle.console());
            lastMillis = now;
        }
        return last;
    }

    private double loadAverage() {
        try {
            String text = text("loadavg");
            return Double.parseDouble(text.substring(0, text.indexOf(' ')));
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    /** Source: htcondor condor_sysapi/swap_space.cpp: free swap space and free memory. */
    private long virtualMemory() {
        try {
            return text("meminfo")
                    .lines()
                    .map(line -> line.split("[:\\s]+"))
                    .filter(w -> w[0].equals("MemFree") || w[0].equals("SwapFree"))
                    .mapToLong(words -> Long.parseLong(words[1]))
                    .sum();
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    private String text(String name) throws IOException {
        return Files.readString(places.proc().resolve(name), StandardCharsets.US_ASCII);
    }
}
