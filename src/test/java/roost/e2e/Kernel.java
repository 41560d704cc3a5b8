// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the kernel says of processes. */
final class Kernel {
    private Kernel() {}

    /** The state letter of a process, or '-' if there is none. */
    static char state(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return '-';
        }
    }

    static boolean stopped(long pid) {
        return state(pid) == 'T';
    }

    static boolean runs(long pid) {
        return "RSD".indexOf(state(pid)) >= 0;
    }

    /** Whether a process has ended, all its threads; whoever started it may not have noticed. */
    static boolean gone(long pid) {
        if (state(pid) == '-') {
            return true;
        }
        String[] threads = Path.of("/proc/" + pid + "/task").toFile().list();
        return state(pid) == 'Z' && (threads == null || threads.length == 1);
    }

    /**
     * Sends a signal.
     *
     * @param name without SIG
     */
    static void signal(String name, long pid) throws IOException {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Pids of the processes whose command line contains this text, this process not counted. */
    static List<Long> withArgument(String text) throws IOException {
        List<Long> found = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path entry : entries) {
                long pid = Long.parseLong(entry.getFileName().toString());
                if (pid != ProcessHandle.current().pid() && commandLine(entry).contains(text)) {
                    found.add(pid);
                }
            }
        }
        found.sort(null);
        return found;
    }

    /** Pids of the processes whose working directory this is. */
    static List<Long> workingIn(Path directory) throws IOException {
        List<Long> found = new ArrayList<>();
        try (var entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path entry : entries) {
                if (directory.equals(workingDirectory(entry))) {
                    found.add(Long.parseLong(entry.getFileName().toString()));
                }
            }
        }
        found.sort(null);
        return found;
    }

    private static Path workingDirectory(Path process) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd"));
        } catch (IOException e) {
            return null; // gone meanwhile, or a kernel thread
        }
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
        } catch (IOException e) {
            return ""; // gone meanwhile
        }
    }
}
