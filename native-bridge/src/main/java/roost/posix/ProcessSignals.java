// SPDX-License-Identifier: Apache-2.0
package roost.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a process does with its signals, from {@code /proc/PID/status}. Bit n-1 of a set is signal
 * n.
 *
 * @param pending sent and not delivered yet, to the process or its main thread
 * @param blocked by the main thread
 * @param caught those with a handler
 */
public record ProcessSignals(long pending, long blocked, long caught) {

    /** Those of a process; empty if it is gone. */
    public static Optional<ProcessSignals> of(ProcessIdentity process) {
        Optional<ProcessSignals> found = read(Path.of("/proc/" + process.pid() + "/status"));
        return process.isAlive() ? found : Optional.empty();
    }

    /** Whether some thread of a process has this signal blocked. */
    public static boolean anyThreadBlocks(ProcessIdentity process, int signal) {
        try (DirectoryStream<Path> threads =
                Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/task"))) {
            for (Path thread : threads) {
                Optional<ProcessSignals> signals = read(thread.resolve("status"));
                if (signals.filter(s -> has(s.blocked, signal)).isPresent()) {
                    return true;
                }
            }
        } catch (IOException gone) {
            return false;
        }
        return false;
    }

    public boolean pends(int signal) {
        return has(pending, signal);
    }

    public boolean catches(int signal) {
        return has(caught, signal);
    }

    private static boolean has(long set, int signal) {
        return (set >>> (signal - 1) & 1) != 0;
    }

    private static Optional<ProcessSignals> read(Path status) {
        long pending = 0;
        long blocked = 0;
        long caught = 0;
        try {
            for (String line : Files.readAllLines(status, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("SigPnd:") || line.startsWith("ShdPnd:")) {
                    pending |= set(line);
                } else if (line.startsWith("SigBlk:")) {
                    blocked = set(line);
                } else if (line.startsWith("SigCgt:")) {
                    caught = set(line);
                }
            }
        } catch (IOException gone) {
            return Optional.empty();
        }
        return Optional.of(new ProcessSignals(pending, blocked, caught));
    }

    private static long set(String line) {
        return Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16);
    }
}
