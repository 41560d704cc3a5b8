// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What a batch job of 1 GiB (property {@code bench.preemption.mib}) costs when it is vacated, when
 * it goes on, and while it is checkpointed now and then.
 */
final class PreemptionFigures {
    private static final int ROUNDS = 5;
    private static final int PAIRS = 3;
    private static final int MIB = HeapJob.MIB;
    private static final int HOT_MIB = HeapJob.HOT_MIB;
    private static final int PIECE = 4 << 20;

    /** The interval of periodic checkpoints that the figure is about. */
    private static final long INTERVAL_SECONDS = 30;

    private final Path directory;
    private final Table table;
    private final String restorer =
            Path.of(System.getProperty("roost.native.dir"), "bin/roost-restart").toString();

    PreemptionFigures(Path directory, Table table) {
        this.directory = directory;
        this.table = table;
    }

    void measure() throws IOException {
        Path place = Files.createDirectories(directory);
        try (HeapJob job = HeapJob.start(place.resolve("preempted"))) {
            preempt(job, Floor.measure(job.node(), job.watch()));
            throughput(job);
        }
    }

    // --- vacate and release

    private void preempt(HeapJob job, Floor floor) throws IOException {
        double[] limits = new double[ROUNDS];
        double[] vacates = new double[ROUNDS];
        double[] restarts = new double[ROUNDS];
        double[] releases = new double[ROUNDS];
        job.ask("condor_checkpoint", "-wait");
        long bytes = Files.size(job.newestImage());
        for (int i = 0; i < ROUNDS; i++) {
            limits[i] = writeLimit(bytes);
            job.control().beginLife();
            vacates[i] = job.watch().once(HeapJob.command("condor_vacate"), "-wait").millis();
            job.control().firstInstruction();
            hold(job);
            restarts[i] = restartAlone(job);
            job.control().beginLife();
            Stopwatch.Run release = job.watch().once(HeapJob.command("condor_release"), "-all");
            releases[i] = (job.control().firstInstruction() - release.begin()) / 1e6;
        }
        Samples limit = Samples.ofMillis(limits);
        Samples alone = Samples.ofMillis(restarts);
        String size = MIB + " MiB job: ";
        table.note(size + "write limit of its image", limit.toString());
        table.atMost(
                size + "vacate to the slot being free",
                Samples.ofMillis(vacates),
                1.3 * limit.median() + 200,
                "1.3 x write limit + 0.2 s");
        table.note(size + "restart of its image by the library alone", alone.toString());
        table.atMost(
                size + "release to its first instruction after the image",
                Samples.ofMillis(releases),
                alone.median() + 3 * floor.millis(),
                "that restart + 3 x floor");
    }

    private static void hold(HeapJob job) throws IOException {
        job.ask("condor_hold", "-all");
        HeapJob.await(
                () ->
                        job.ask("condor_q", "-af", "RoostLastEvictionCheckpointed", "JobPid")
                                .equals("true undefined"));
    }

    /** From the start of the restorer until the program's first instruction. */
    private double restartAlone(HeapJob job) throws IOException {
        Path image = job.newestImage();
        job.control().beginLife();
        long begin = System.nanoTime();
        Process process =
                new ProcessBuilder(restorer, image.toString())
                        .directory(job.node().work().toFile())
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try {
            return (job.control().firstInstruction() - begin) / 1e6;
        } finally {
            process.destroyForcibly();
            HeapJob.await(() -> !process.isAlive());
        }
    }

    /** As many bytes as the image has, written past the page cache and synced. */
    private double writeLimit(long bytes) throws IOException {
        Path file = directory.resolve("limit");
        ByteBuffer piece = ByteBuffer.allocateDirect(PIECE + 4096).alignedSlice(4096);
        byte[] noise = new byte[PIECE];
        new Random(1).nextBytes(noise);
        piece.put(noise);
        long begin = System.nanoTime();
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE,
                        ExtendedOpenOption.DIRECT)) {
            for (long left = (bytes + 4095) / 4096 * 4096; left > 0; ) {
                piece.clear().limit((int) Math.min(PIECE, left));
                left -= channel.write(piece);
            }
            channel.force(true);
        }
        double millis = (System.nanoTime() - begin) / 1e6;
        Files.delete(file);
        return millis;
    }

    // --- throughput

    /** Intervals with a checkpoint and intervals without, in turn. */
    private void throughput(HeapJob job) throws IOException {
        job.awaitProgress();
        double[] lost = new double[PAIRS];
        for (int i = 0; i < PAIRS; i++) {
            double without = iterationsPerSecond(job, false);
            double with = iterationsPerSecond(job, true);
            lost[i] = 100 * (1 - with / without);
        }
        table.atMost(
                MIB + " MiB job, hot set of " + HOT_MIB + " MiB, checkpointed every 30 s: loss",
                Samples.ofMillis(lost).median(),
                "% of its throughput",
                1);
    }

    private static double iterationsPerSecond(HeapJob job, boolean checkpoint) throws IOException {
        long before = job.control().iterations();
        long begin = System.nanoTime();
        if (checkpoint) {
            job.ask("condor_checkpoint");
        }
        long end = begin + TimeUnit.SECONDS.toNanos(INTERVAL_SECONDS);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        return (job.control().iterations() - before) * 1e9 / (System.nanoTime() - begin);
    }
}
