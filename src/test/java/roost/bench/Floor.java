// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import roost.e2e.TestNode;

/**
 * What no command can do without: the start of a process, one durable write, and the start of a
 * job. Limits are multiples of it.
 */
record Floor(Samples trueStart, Samples append, Samples forkExec) {
    private static final int TIMES = 60;

    static Floor measure(TestNode node, Stopwatch watch) throws IOException {
        watch.run(TIMES, "/bin/true");
        return new Floor(
                watch.run(TIMES, "/bin/true"),
                watch.append(TIMES, node.localDir().resolve("append")),
                forkExec(node.work().resolve("floor.txt"), watch));
    }

    private static Samples forkExec(Path stampFile, Stopwatch watch) throws IOException {
        double[] times = new double[TIMES];
        for (int i = 0; i < TIMES; i++) {
            Files.deleteIfExists(stampFile);
            Stopwatch.Run run =
                    watch.once(Stopwatch.program("stamp").toString(), stampFile.toString());
            times[i] = (Stopwatch.stamps(stampFile, 1)[0] - run.begin()) / 1e6;
        }
        return Samples.ofMillis(times);
    }

    double millis() {
        return trueStart.median() + append.median() + forkExec.median();
    }

    void note(Table table) {
        table.note("start of /bin/true", trueStart.toString());
        table.note("4 KiB append + fdatasync on the journal's file system", append.toString());
        table.note("fork and exec of a C program, to its first instruction", forkExec.toString());
        table.note("floor, the sum of the three", "%.2f ms".formatted(millis()));
    }
}
