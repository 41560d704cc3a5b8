// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import roost.e2e.ApiConnection;
import roost.e2e.TestNode;

/** What a node costs: to start, to keep, and with a hundred thousand claims outstanding. */
final class ScaleFigures {
    private static final int CLAIMS = 100_000;
    private static final int CONNECTIONS = 16;
    private static final int WARM = 400;
    private static final int TIMES = 100;
    private static final int STARTS = 7;

    private final Path directory;
    private final Table table;

    ScaleFigures(Path directory, Table table) {
        this.directory = directory;
        this.table = table;
    }

    void measure() throws IOException {
        Files.createDirectories(directory);
        try (TestNode node =
                TestNode.in(
                        directory,
                        "NUM_SLOTS = 1",
                        "MAX_COD_CLAIMS_PER_SLOT = 1000000",
                        "MAX_COD_CLAIMS_PER_USER = 1000000")) {
            starts(node);
            request(node, 100);
            restart(node, "100", 2);
            Samples few = requests(node);
            request(node, 200);
            double emptyHeap = heapBytes(node);
            request(node, CLAIMS);
            double claimBytes = (heapBytes(node) - emptyHeap) / CLAIMS;
            restart(node, "100,000", 15);
            Samples many = requests(node);
            table.note("request with 100 claims outstanding", few.toString());
            table.atMost(
                    "request with 100,000 claims outstanding",
                    many,
                    1.5 * few.median(),
                    "1.5 x with 100");
            table.atMost("heap per idle claim", claimBytes / 1024, "KiB", 3);
        }
    }

    /** By the command, on a node that has just started and served the same few of them. */
    private static Samples requests(TestNode node) throws IOException {
        Stopwatch watch = new Stopwatch(node.environment(), node.work());
        String cod = TestNode.dist().resolve("bin/condor_cod").toString();
        watch.run(WARM, cod, "request");
        return watch.run(TIMES, cod, "request");
    }

    private void starts(TestNode node) throws IOException {
        node.start();
        double[] seconds = new double[STARTS];
        for (int i = 0; i < STARTS; i++) {
            node.must("roost", "stop");
            long begin = System.nanoTime();
            node.start();
            seconds[i] = (System.nanoTime() - begin) / 1e9;
        }
        table.atMost("node start to ready", Samples.ofMillis(seconds).median(), "s", 2.5);
        table.atMost(
                "resident memory of an idle node", Machine.residentMib(node.pid()), "MiB", 250);
    }

    private void restart(TestNode node, String claims, double limitSeconds) throws IOException {
        node.kill();
        long begin = System.nanoTime();
        node.start();
        double seconds = (System.nanoTime() - begin) / 1e9;
        table.atMost(
                "node back after kill -9 with " + claims + " claims", seconds, "s", limitSeconds);
    }

    private static void request(TestNode node, int claims) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                running.add(
                        threads.submit(
                                () -> {
                                    try (ApiConnection api = new ApiConnection(node.socket())) {
                                        for (int n = 0; n < claims / CONNECTIONS; n++) {
                                            require(api.post("/v1/claims", "{}"));
                                        }
                                    }
                                    return null;
                                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException("claims could not be requested", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static void require(ApiConnection.Response response) throws IOException {
        if (response.status() / 100 != 2) {
            throw new IOException("refused: " + response.body());
        }
    }

    /** What is live on the node's heap after a collection. */
    private static double heapBytes(TestNode node) throws IOException {
        String pid = Long.toString(node.pid());
        jcmd(pid, "GC.run");
        String histogram = jcmd(pid, "GC.class_histogram");
        String total =
                histogram
                        .lines()
                        .filter(line -> line.startsWith("Total"))
                        .findFirst()
                        .orElseThrow(() -> new IOException("no total in: " + histogram));
        return Double.parseDouble(total.trim().split("\\s+")[2]);
    }

    private static String jcmd(String... arguments) throws IOException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin/jcmd").toString());
        words.addAll(List.of(arguments));
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), "UTF-8");
    }
}
