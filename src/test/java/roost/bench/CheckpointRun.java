// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One run of the C program {@code checkpoints}, which takes a program through checkpoints and
 * restarts and verifies its memory after each of them.
 *
 * @param measured by name; times in nanoseconds. The n-th of one name was measured beside the n-th
 *     of its limit.
 */
record CheckpointRun(Map<String, List<Double>> measured) {
    /**
     * @param roost the directory that holds {@code bin/roost-checkpoint}
     * @param place an empty directory, on the file system that images are to be written to
     * @param sizeMib how much memory the program has; hotMib: how much of it it keeps writing to
     */
    static CheckpointRun of(
            Path roost, Path place, int rounds, int sizeMib, int hotMib, String pages)
            throws IOException {
        Process process =
                new ProcessBuilder(
                                Stopwatch.program("checkpoints").toString(),
                                roost.toString(),
                                place.toString(),
                                Integer.toString(rounds),
                                Integer.toString(sizeMib),
                                Integer.toString(hotMib),
                                pages)
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        Map<String, List<Double>> measured = new HashMap<>();
        try (var lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String[] words = line.split(" ");
                measured.computeIfAbsent(words[0], name -> new ArrayList<>())
                        .add(Double.parseDouble(words[1]));
            }
            if (process.waitFor() != 0) {
                throw new IOException("a heap of " + sizeMib + " MiB could not be measured");
            }
        } catch (InterruptedException e) {
            process.destroy();
            throw new IOException("interrupted", e);
        }
        return new CheckpointRun(measured);
    }

    double[] values(String name) {
        return measured.get(name).stream().mapToDouble(Double::doubleValue).toArray();
    }

    Samples millis(String name) {
        return Samples.ofMillis(Arrays.stream(values(name)).map(nanos -> nanos / 1e6).toArray());
    }

    double ratio(String name, String limit) {
        return Samples.medianRatio(values(name), values(limit));
    }
}
