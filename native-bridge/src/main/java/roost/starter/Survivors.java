// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import roost.posix.Clocks;
import roost.posix.Posix;
import roost.posix.ProcessIdentity;
import roost.posix.Signals;

/**
 * What is left of a family whose starter was killed. The kernel kills the main process with it; the
 * rest has nobody who could stop it or count it any more, and is killed here: by the control group
 * if there was one, and by session, which the main process made for itself.
 */
final class Survivors {
    private Survivors() {}

    /** Returns how many processes were killed, besides those killed through the group. */
    static int kill(ProcessIdentity main, String cgroup) {
        if (main.pid() <= 0 || !main.bootId().equals(Clocks.bootId())) {
            return 0;
        }
        killGroup(cgroup);
        int killed = 0;
        for (ProcessIdentity process : session(main)) {
            killed += Posix.kill(process, Signals.KILL) ? 1 : 0;
        }
        return killed;
    }

    private static void killGroup(String cgroup) {
        // Only what a starter has made, whatever the file says.
        if (!cgroup.startsWith("/") || !cgroup.contains("/roost-job-")) {
            return;
        }
        try {
            Path group = Path.of(cgroup);
            if (Files.exists(group.resolve("cgroup.kill"))) {
                Files.writeString(group.resolve("cgroup.kill"), "1");
            }
            Files.deleteIfExists(group);
        } catch (IOException stillDyingOrNotOurs) {
            // An empty group left behind harms nobody; the session is dealt with all the same.
        }
    }

    /**
     * Processes of the main process's session that are no older than it: no earlier owner of its
     * number.
     */
    private static List<ProcessIdentity> session(ProcessIdentity main) {
        List<ProcessIdentity> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                String name = entry.getFileName().toString();
                if (!name.chars().allMatch(Character::isDigit)) {
                    continue;
                }
                try {
                    String stat =
                            Files.readString(entry.resolve("stat"), StandardCharsets.ISO_8859_1);
                    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                    long ticks = Long.parseLong(fields[19]);
                    if (Long.parseLong(fields[3]) == main.pid() && ticks >= main.startTicks()) {
                        found.add(new ProcessIdentity(Long.parseLong(name), ticks, main.bootId()));
                    }
                } catch (IOException ended) {
                    continue;
                }
            }
        } catch (IOException noProc) {
            return List.of();
        }
        return found;
    }
}
