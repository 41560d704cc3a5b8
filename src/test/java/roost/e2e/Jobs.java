// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Programs that tests give to a node, and the text by which the kernel knows each again. */
final class Jobs {
    private static final AtomicInteger NEXT = new AtomicInteger();

    private Jobs() {}

    /** A length of sleep, in seconds, that no other process of the machine has as an argument. */
    static String marker() {
        return "86400." + ProcessHandle.current().pid() + "9" + NEXT.incrementAndGet();
    }

    /** Writes a job ad of these lines; its path. */
    static Path ad(TestNode node, String... lines) throws IOException {
        Path file = node.work().resolve("job" + NEXT.incrementAndGet() + ".ad");
        return Files.writeString(file, String.join("\n", lines) + "\n");
    }

    /** The job ad of a program that sleeps for as long as this marker says. */
    static Path sleeper(TestNode node, String marker, String... more) throws IOException {
        return ad(
                node, "Cmd = \"/bin/sleep\"", "Args = \"" + marker + "\"", String.join("\n", more));
    }

    /** Starts a sleeping job under a claim, and waits until it runs; its pid. */
    static long activate(TestNode node, String claim, String... more) throws IOException {
        String marker = marker();
        node.must(
                "condor_cod",
                "activate",
                "-id",
                claim,
                "-jobad",
                sleeper(node, marker, more).toString());
        return node.awaitProcess(marker);
    }

    /** Writes an executable shell script; its path. */
    static Path script(TestNode node, String name, String... lines) throws IOException {
        Path file = node.work().resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + file + " executable");
        }
        return file;
    }
}
