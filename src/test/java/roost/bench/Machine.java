// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the figures were measured on. */
final class Machine {
    private Machine() {}

    static String describe() throws IOException {
        return "%s, %d cores, %s memory, Linux %s, Java %s, load %s at the start"
                .formatted(
                        field("/proc/cpuinfo", "model name").orElse("unknown processor"),
                        Runtime.getRuntime().availableProcessors(),
                        field("/proc/meminfo", "MemTotal").orElse("?"),
                        System.getProperty("os.version"),
                        System.getProperty("java.version"),
                        Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    }

    /** The resident memory of a process, MiB. */
    static double residentMib(long pid) throws IOException {
        String kib =
                field("/proc/" + pid + "/status", "VmRSS")
                        .orElseThrow(() -> new IOException("process " + pid + " is gone"));
        return Long.parseLong(kib.split(" ")[0]) / 1024.0;
    }

    private static Optional<String> field(String file, String name) throws IOException {
        return Files.readString(Path.of(file))
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst();
    }
}
