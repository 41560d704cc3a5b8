// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import static roost.bench.Nodes.reply;

import akka.actor.ActorSystem;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import roost.api.ApiRequest;
import roost.classad.ClassAd;
import roost.client.RoostClient;
import roost.e2e.TestNode;
import roost.id.ClaimId;
import roost.node.LocalNode;

/**
 * How fast a program can take a slot and give it back: on its own node, which lives in its JVM, and
 * on one in another JVM.
 */
final class ClientFigures {
    private static final int TIMES = 400;

    /** Until both compilers of the JVM are done: on two cores they take a third of the time. */
    private static final int WARM = 20_000;

    private static final int ROUNDS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ClassAd JOB =
            ClassAd.builder().put("Cmd", "/bin/sleep").put("Args", "3600").build();

    private final Path directory;
    private final Table table;

    ClientFigures(Path directory, Table table) {
        this.directory = directory;
        this.table = table;
    }

    void measure() throws IOException, InterruptedException, ExecutionException {
        try (LocalNode node = Nodes.within(directory.resolve("within"));
                RoostClient roost = RoostClient.within(node)) {
            measureWithin(roost);
        }
        try (TestNode node = TestNode.in(directory.resolve("apart"), "NUM_SLOTS = 1").start();
                RoostClient roost = RoostClient.join(Nodes.addressOf(node), PATIENCE)) {
            ClaimId claim = activated(roost);
            ordered(roost, claim, WARM);
            table.note(
                    "the same from another JVM",
                    Samples.ofMillis(ordered(roost, claim, TIMES)).toString());
            table.note(
                    "the same from another JVM, waiting for the processes",
                    Samples.ofMillis(done(roost, claim, TIMES)).toString());
            reply(roost.release(claim, true));
        }
    }

    private void measureWithin(RoostClient roost)
            throws IOException, InterruptedException, ExecutionException {
        ActorSystem system = JournalBenchmark.start(directory.resolve("journal"));
        try {
            ClaimId claim = activated(roost);
            ordered(roost, claim, WARM);
            sync(system);
            double[] roundTrips = new double[TIMES * ROUNDS];
            double syncMillis = 0;
            // Both in turns, because a disk's pace changes by the minute.
            for (int round = 0; round < ROUNDS; round++) {
                syncMillis += sync(system) / ROUNDS;
                System.arraycopy(ordered(roost, claim, TIMES), 0, roundTrips, round * TIMES, TIMES);
            }
            table.note("one event persisted by a lone actor", "%.2f ms".formatted(syncMillis));
            table.atMost(
                    "a typed actor client's suspend and resume on its node",
                    Samples.ofMillis(roundTrips),
                    1.5 * 2 * syncMillis,
                    "1.5 x two journal syncs");
            table.note(
                    "the same, a thread waiting for each answer",
                    Samples.ofMillis(awaited(roost, claim, TIMES)).toString());
            done(roost, claim, TIMES);
            table.note(
                    "the same, waiting until the processes are stopped and run",
                    Samples.ofMillis(done(roost, claim, TIMES)).toString());
            reply(roost.release(claim, true));
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        }
    }

    private static ClaimId activated(RoostClient roost)
            throws IOException, InterruptedException, ExecutionException {
        ClaimId claim = reply(roost.request()).id().orElseThrow();
        reply(roost.activate(claim, JOB));
        return claim;
    }

    /**
     * Round trips that are over when both orders are durable and given, made as an actor makes
     * them: what comes next is done where the answer arrives, and no thread stands waiting.
     */
    private static double[] ordered(RoostClient roost, ClaimId claim, int times)
            throws InterruptedException, ExecutionException {
        double[] millis = new double[times];
        CompletableFuture<Void> all = new CompletableFuture<>();
        order(roost, claim, millis, 0, all);
        all.get();
        return millis;
    }

    private static void order(
            RoostClient roost, ClaimId claim, double[] millis, int i, CompletableFuture<Void> all) {
        if (i == millis.length) {
            all.complete(null);
            return;
        }
        long begin = System.nanoTime();
        roost.suspend(claim)
                .thenAccept(Nodes::check)
                .thenCompose(suspended -> roost.resume(claim))
                .thenAccept(Nodes::check)
                .whenComplete(
                        (resumed, failure) -> {
                            millis[i] = (System.nanoTime() - begin) / 1e6;
                            if (failure != null) {
                                all.completeExceptionally(failure);
                            } else {
                                order(roost, claim, millis, i + 1, all);
                            }
                        });
    }

    /** The same from a thread that waits for each answer. */
    private static double[] awaited(RoostClient roost, ClaimId claim, int times)
            throws IOException, InterruptedException, ExecutionException {
        double[] millis = new double[times];
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            reply(roost.suspend(claim));
            reply(roost.resume(claim));
            millis[i] = (System.nanoTime() - begin) / 1e6;
        }
        return millis;
    }

    /** Round trips that are over when both orders are carried out. */
    private static double[] done(RoostClient roost, ClaimId claim, int times)
            throws IOException, InterruptedException, ExecutionException {
        double[] millis = new double[times];
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            reply(roost.api().call(new ApiRequest.SuspendClaim(claim)));
            reply(roost.api().call(new ApiRequest.ResumeClaim(claim)));
            millis[i] = (System.nanoTime() - begin) / 1e6;
        }
        return millis;
    }

    private static double sync(ActorSystem system) throws InterruptedException {
        return JournalBenchmark.loneWriter(system, Duration.ofSeconds(1)).medianNanos() / 1e6;
    }
}
