// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import akka.actor.ActorSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import roost.e2e.ApiConnection;
import roost.e2e.TestNode;

/** How many durable claim operations a node does for many clients at once. */
final class ThroughputFigures {
    private static final int CLIENTS = 100;
    private static final Duration WARM = Duration.ofSeconds(8);
    private static final Duration RUN = Duration.ofSeconds(8);

    private final Path directory;
    private final Table table;

    ThroughputFigures(Path directory, Table table) {
        this.directory = directory;
        this.table = table;
    }

    void measure() throws Exception {
        Files.createDirectories(directory);
        double limit;
        double done;
        try (TestNode node = TestNode.in(directory, "NUM_SLOTS = 1")) {
            node.start();
            renew(node, WARM);
            done = renew(node, RUN);
        }
        ActorSystem system = JournalBenchmark.start(directory.resolve("journal"));
        try {
            JournalBenchmark.eventsPerSecond(system, CLIENTS, WARM);
            limit = JournalBenchmark.eventsPerSecond(system, CLIENTS, RUN);
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        }
        table.note("the journal's own group commit limit, 100 writers", "%,.0f/s".formatted(limit));
        table.atLeast(
                "durable claim operations from 100 concurrent clients", done, "/s", 0.5 * limit);
    }

    /** Every client renews the lease of a claim of its own, one after the other. */
    private static double renew(TestNode node, Duration duration) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        LongAdder count = new LongAdder();
        try {
            long end = System.nanoTime() + duration.toNanos();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                running.add(threads.submit(() -> renewUntil(node, end, count)));
            }
            for (Future<?> future : running) {
                future.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException("the clients failed", e);
        } finally {
            threads.shutdownNow();
        }
        return count.sum() / (duration.toNanos() / 1e9);
    }

    private static Void renewUntil(TestNode node, long end, LongAdder count) throws IOException {
        try (ApiConnection api = new ApiConnection(node.socket())) {
            String made = api.post("/v1/claims", "{\"leaseSeconds\": 3600}").body();
            String id = made.replaceAll("(?s).*\"id\"\\s*:\\s*\"([^\"]*)\".*", "$1");
            String renew = "{\"id\": \"" + id + "\"}";
            while (System.nanoTime() < end) {
                ApiConnection.Response response = api.post("/v1/claims/renew", renew);
                if (response.status() != 200) {
                    throw new IOException("refused: " + response.body());
                }
                count.increment();
            }
            api.post("/v1/claims/release", renew);
        }
        return null;
    }
}
