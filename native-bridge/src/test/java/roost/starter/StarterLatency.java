// SPDX-License-Identifier: Apache-2.0
package roost.starter;

import static roost.starter.StarterFixture.get;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import roost.posix.NativeHome;
import roost.posix.Posix;

/**
 * Measures the starter, by hand: {@code java -cp ... -Droost.native.dir=...
 * roost.starter.StarterLatency [rounds]}. Prints medians and 95th percentiles in milliseconds.
 */
final class StarterLatency {
    private StarterLatency() {}

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 200;
        Path root = Files.createTempDirectory("starter-latency");
        double[][] ms = new double[5][rounds];
        try (StarterReactor reactor = new StarterReactor()) {
            var launcher = new StarterLauncher(reactor, NativeHome.program("roost-starter"), root);
            for (int i = 0; i < rounds; i++) {
                round(ms, i, launcher, root.resolve("job" + i));
            }
        }
        String[] names = {
            "new idle starter", "launch to exec done", "stop", "continue", "end of job to Exited"
        };
        for (int i = 0; i < names.length; i++) {
            Arrays.sort(ms[i]);
            System.out.printf(
                    Locale.ROOT,
                    "%-22s p50 %.3f  p95 %.3f ms%n",
                    names[i],
                    ms[i][rounds / 2],
                    ms[i][rounds * 95 / 100]);
        }
    }

    private static void round(double[][] ms, int i, StarterLauncher launcher, Path directory)
            throws Exception {
        Files.createDirectory(directory);
        long t = System.nanoTime();
        StarterConnection starter = get(launcher.start());
        ms[0][i] = since(t);
        TimeUnit.MILLISECONDS.sleep(
                5); // the spare finishes its preparations: that is what it is for
        var exited = new CompletableFuture<Long>();
        LaunchSpec spec =
                LaunchSpec.builder(directory, Path.of("/bin/sleep"))
                        .argv(List.of("sleep", "1000"))
                        .build();
        t = System.nanoTime();
        var started =
                get(
                        starter.launch(
                                spec,
                                (c, event) -> {
                                    if (event instanceof StarterEvent.Exited) {
                                        exited.complete(System.nanoTime());
                                    }
                                }));
        ms[1][i] = since(t);
        TimeUnit.MILLISECONDS.sleep(30);
        t = System.nanoTime();
        get(starter.stop());
        ms[2][i] = since(t);
        t = System.nanoTime();
        get(starter.resume());
        ms[3][i] = since(t);
        t = System.nanoTime();
        Posix.kill(started.job(), 9);
        ms[4][i] = (exited.get() - t) / 1e6;
        get(starter.acknowledgeExit());
        starter.close();
    }

    private static double since(long start) {
        return (System.nanoTime() - start) / 1e6;
    }
}
