// SPDX-License-Identifier: Apache-2.0
package roost.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Processes of this machine, found by their command lines. */
final class Processes {
    private Processes() {}

    /** All but this one that have each of these texts in their command lines, by number. */
    static List<Long> with(String... texts) {
        return ProcessHandle.allProcesses()
                .map(ProcessHandle::pid)
                .filter(pid -> pid != ProcessHandle.current().pid())
                .filter(
                        pid -> {
                            String words = commandLine(pid);
                            return Stream.of(texts).allMatch(words::contains);
                        })
                .sorted()
                .toList();
    }

    /** Empty if the process is gone. */
    static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }
}
