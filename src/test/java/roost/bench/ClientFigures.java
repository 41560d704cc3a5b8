// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import akka.actor.ActorSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import roost.api.ClaimReply;
import roost.classad.ClassAd;
import roost.client.RoostClient;
import roost.e2e.TestNode;
import roost.id.ClaimId;
import roost.id.NodeAddress;

/** How fast a program that stays in the pool can take a slot and give it back. */
final class ClientFigures {
    private static final int TIMES = 200;
    private static final int ROUNDS = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestNode node;
    private final Path journal;
    private final Table table;

    /**
     * @param journal where to measure the journal by itself; on the node's file system
     */
    ClientFigures(TestNode node, Path journal, Table table) {
        this.node = node;
        this.journal = journal;
        this.table = table;
    }

    void measure() throws IOException, InterruptedException, ExecutionException {
        String address = node.must("condor_status", "-af", "MyAddress").lines().findFirst().get();
        NodeAddress contact = NodeAddress.parse(address.strip()).orElseThrow();
        ActorSystem system = JournalBenchmark.start(journal);
        try (RoostClient roost = RoostClient.join(contact, PATIENCE)) {
            ClaimId claim = reply(roost.request()).id().orElseThrow();
            ClassAd job = ClassAd.builder().put("Cmd", "/bin/sleep").put("Args", "3600").build();
            reply(roost.activate(claim, job));
            double[] roundTrips = new double[TIMES];
            double syncMillis = 0;
            // Both in turns, because a disk's pace changes by the minute; the first round warms up.
            for (int round = 0; round < ROUNDS; round++) {
                syncMillis += round > 0 ? sync(system) / (ROUNDS - 1) : 0;
                for (int i = 0; i < TIMES; i++) {
                    long begin = System.nanoTime();
                    reply(roost.suspend(claim));
                    reply(roost.resume(claim));
                    roundTrips[i] = (System.nanoTime() - begin) / 1e6;
                }
            }
            reply(roost.release(claim, true));
            table.note("one event persisted by a lone actor", "%.2f ms".formatted(syncMillis));
            table.atMost(
                    "a typed actor client's suspend and resume",
                    Samples.ofMillis(roundTrips),
                    1.5 * 2 * syncMillis,
                    "1.5 x two journal syncs");
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        }
    }

    private static double sync(ActorSystem system) throws InterruptedException {
        return JournalBenchmark.loneWriter(system, Duration.ofSeconds(1)).medianNanos() / 1e6;
    }

    private static ClaimReply reply(CompletionStage<ClaimReply> stage)
            throws IOException, InterruptedException, ExecutionException {
        ClaimReply reply = stage.toCompletableFuture().get();
        if (!reply.succeeded()) {
            throw new IOException(reply.error().orElse(reply.result().literal()));
        }
        return reply;
    }
}
