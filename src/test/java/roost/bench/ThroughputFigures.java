// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import static roost.bench.Nodes.reply;

import akka.actor.ActorSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import roost.api.ApiRequest.Target;
import roost.client.RoostClient;
import roost.e2e.ApiConnection;
import roost.e2e.TestNode;
import roost.id.ClaimId;
import roost.node.LocalNode;

/**
 * How many durable claim operations a node does for many clients at once, by each way in. Every
 * client renews the lease of a claim of its own, and asks for the next renewal when it has the
 * answer to the last.
 */
final class ThroughputFigures {
    private static final int CLIENTS = 100;
    private static final Duration WARM = Duration.ofSeconds(8);
    private static final Duration RUN = Duration.ofSeconds(4);
    private static final int ROUNDS = 2;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final Table table;

    ThroughputFigures(Path directory, Table table) {
        this.directory = directory;
        this.table = table;
    }

    void measure() throws Exception {
        within();
        try (TestNode node = TestNode.in(directory.resolve("apart"), "NUM_SLOTS = 1").start()) {
            try (RoostClient roost = RoostClient.join(Nodes.addressOf(node), PATIENCE)) {
                List<ClaimId> claims = claims(roost);
                renew(roost, claims, WARM);
                table.note(
                        "the same from another JVM",
                        "%,.0f/s".formatted(renew(roost, claims, RUN)));
                release(roost, claims);
            }
            renewOverHttp(node, WARM);
            table.note("the same over HTTP", "%,.0f/s".formatted(renewOverHttp(node, RUN)));
        }
    }

    /** All in one JVM and in turns, so that it is the same compiler, disk and minute for all. */
    private void within() throws Exception {
        ActorSystem system = JournalBenchmark.start(directory.resolve("journal"));
        try (LocalNode node = Nodes.within(directory.resolve("within"));
                RoostClient roost = RoostClient.within(node)) {
            List<ClaimId> claims = claims(roost);
            renew(roost, claims, WARM);
            JournalBenchmark.eventsPerSecond(system, CLIENTS, WARM);
            JournalBenchmark.durableActorsPerSecond(system, CLIENTS, RUN);
            double limit = 0;
            double actors = 0;
            double renewals = 0;
            for (int round = 0; round < ROUNDS; round++) {
                limit += JournalBenchmark.eventsPerSecond(system, CLIENTS, RUN) / ROUNDS;
                actors += JournalBenchmark.durableActorsPerSecond(system, CLIENTS, RUN) / ROUNDS;
                renewals += renew(roost, claims, RUN) / ROUNDS;
            }
            release(roost, claims);
            table.note(
                    "the journal's own group commit limit, 100 writers",
                    "%,.0f/s".formatted(limit));
            table.note(
                    "100 durable actors that do nothing but store events",
                    "%,.0f/s".formatted(actors));
            table.atLeast(
                    "durable claim operations from 100 concurrent clients on their node",
                    renewals,
                    "/s",
                    0.5 * limit);
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        }
    }

    private static List<ClaimId> claims(RoostClient roost)
            throws IOException, InterruptedException, ExecutionException {
        List<ClaimId> claims = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            claims.add(
                    reply(roost.request(Target.HERE, Optional.empty(), OptionalLong.of(3600)))
                            .id()
                            .orElseThrow());
        }
        return claims;
    }

    private static void release(RoostClient roost, List<ClaimId> claims)
            throws IOException, InterruptedException, ExecutionException {
        for (ClaimId claim : claims) {
            reply(roost.release(claim, true));
        }
    }

    private static double renew(RoostClient roost, List<ClaimId> claims, Duration duration) {
        LongAdder count = new LongAdder();
        long begin = System.nanoTime();
        long end = begin + duration.toNanos();
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (ClaimId claim : claims) {
            CompletableFuture<Void> client = new CompletableFuture<>();
            clients.add(client);
            renewAgain(roost, claim, end, count, client);
        }
        CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).join();
        return count.sum() / ((System.nanoTime() - begin) / 1e9);
    }

    private static void renewAgain(
            RoostClient roost,
            ClaimId claim,
            long end,
            LongAdder count,
            CompletableFuture<Void> client) {
        if (System.nanoTime() >= end) {
            client.complete(null);
            return;
        }
        roost.renew(claim)
                .whenComplete(
                        (reply, failure) -> {
                            if (failure != null || !reply.succeeded()) {
                                client.completeExceptionally(
                                        new IOException("refused: " + reply, failure));
                                return;
                            }
                            count.increment();
                            renewAgain(roost, claim, end, count, client);
                        });
    }

    private static double renewOverHttp(TestNode node, Duration duration) throws IOException {
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        LongAdder count = new LongAdder();
        try (ApiConnection api = new ApiConnection(node.socket())) {
            List<String> claims = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String made = api.post("/v1/claims", "{\"leaseSeconds\": 3600}").body();
                String id = made.replaceAll("(?s).*\"id\"\\s*:\\s*\"([^\"]*)\".*", "$1");
                claims.add("{\"id\": \"" + id + "\"}");
            }
            long begin = System.nanoTime();
            long end = begin + duration.toNanos();
            List<Future<?>> running = new ArrayList<>();
            for (String claim : claims) {
                running.add(threads.submit(() -> renewUntil(node, claim, end, count)));
            }
            for (Future<?> future : running) {
                future.get();
            }
            double perSecond = count.sum() / ((System.nanoTime() - begin) / 1e9);
            for (String claim : claims) {
                api.post("/v1/claims/release", claim);
            }
            return perSecond;
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException("the clients failed", e);
        } finally {
            threads.shutdownNow();
        }
    }

    private static Void renewUntil(TestNode node, String claim, long end, LongAdder count)
            throws IOException {
        try (ApiConnection api = new ApiConnection(node.socket())) {
            while (System.nanoTime() < end) {
                ApiConnection.Response response = api.post("/v1/claims/renew", claim);
                if (response.status() != 200) {
                    throw new IOException("refused: " + response.body());
                }
                count.increment();
            }
        }
        return null;
    }
}
