// SPDX-License-Identifier: Apache-2.0
package roost.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What the kernel says of processes, and waiting until it says something. */
final class Processes {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long LOOK_AGAIN_MILLIS = 1;

    private Processes() {}

    /** Whether the process is stopped; a process that is gone is not. */
    static boolean stopped(long pid) {
        return state(pid) == 'T';
    }

    /** Whether the process is there, not stopped and not a zombie. */
    static boolean runs(long pid) {
        char state = state(pid);
        return state != 'T' && state != 'Z' && state != '-';
    }

    /** Whether nothing is left of the process, not even its entry in the table of processes. */
    static boolean reaped(long pid) {
        return state(pid) == '-';
    }

    /** Whether the process has ended; whoever started it may not have noticed yet. */
    static boolean gone(long pid) {
        if (state(pid) == '-') {
            return true;
        }
        // The first thread may be a zombie while others are still on their way out.
        String[] threads = Path.of("/proc/" + pid + "/task").toFile().list();
        return state(pid) == 'Z' && (threads == null || threads.length == 1);
    }

    private static char state(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return '-';
        }
    }

    /** Pids of the processes that run in this directory with this text in their command line. */
    static List<Long> in(Path directory, String argument) {
        List<Long> found = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path entry : entries) {
                if (isIn(entry, directory, argument)) {
                    found.add(Long.parseLong(entry.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.sort(null);
        return found;
    }

    /**
     * Pids of the caller's processes that were started with this text in arguments or environment.
     */
    static List<Long> startedWith(String text) {
        List<Long> found = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path entry : entries) {
                if (mentions(entry.resolve("cmdline"), text)
                        || mentions(entry.resolve("environ"), text)) {
                    found.add(Long.parseLong(entry.getFileName().toString()));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static boolean mentions(Path file, String text) {
        try {
            return Stage.text(Files.readAllBytes(file)).contains(text);
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isIn(Path process, Path directory, String argument) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(directory)
                    && mentions(process.resolve("cmdline"), argument);
        } catch (IOException e) {
            // Somebody else's process, or one that went away meanwhile.
            return false;
        }
    }

    /** Waits until the condition holds; a demo whose condition never does has failed. */
    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new DemoFailure("waited " + PATIENCE.toSeconds() + " s in vain: " + what);
            }
            try {
                Thread.sleep(LOOK_AGAIN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new DemoFailure("interrupted");
            }
        }
    }
}
