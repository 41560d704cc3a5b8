// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import roost.e2e.TestNode;

/** A batch job that fills its memory, in a node of its own with one slot. */
final class HeapJob implements AutoCloseable {
    /** How much memory it has. */
    static final int MIB = Integer.getInteger("bench.preemption.mib", 1024);

    /** How much of that it goes on writing to. */
    static final int HOT_MIB = 16;

    private final TestNode node;
    private final Stopwatch watch;
    private final HeapControl control;

    private HeapJob(TestNode node) throws IOException {
        this.node = node;
        this.watch = new Stopwatch(node.environment(), node.work());
        Path file = node.work().resolve("control");
        this.control = HeapControl.create(file);
        Path submit = node.work().resolve("heap.sub");
        Files.writeString(
                submit,
                """
                universe = standard
                executable = %s
                arguments = %d %d %s small
                log = heap.log
                queue
                """
                        .formatted(Stopwatch.program("heap"), MIB, HOT_MIB, file));
        node.must("condor_submit", submit.toString());
        control.awaitReady();
    }

    /** Starts a node in a directory that is not there yet, and the job in it. */
    static HeapJob start(Path place, String... configuration) throws IOException {
        Files.createDirectory(place);
        List<String> lines = new ArrayList<>(List.of("NUM_SLOTS = 1", "POLLING_INTERVAL = 1"));
        lines.addAll(List.of(configuration));
        TestNode node = TestNode.in(place, lines.toArray(String[]::new)).start();
        try {
            return new HeapJob(node);
        } catch (IOException | RuntimeException e) {
            node.close();
            throw e;
        }
    }

    TestNode node() {
        return node;
    }

    Stopwatch watch() {
        return watch;
    }

    HeapControl control() {
        return control;
    }

    /** Path of a command. */
    static String command(String name) {
        return TestNode.dist().resolve("bin").resolve(name).toString();
    }

    String ask(String... words) throws IOException {
        return node.must(words).strip();
    }

    Path newestImage() throws IOException {
        return Path.of(ask("condor_q", "-ckpt", "-af", "ImagePath").split("\n")[0]);
    }

    /** Waits until it computes. */
    void awaitProgress() throws IOException {
        long before = control.iterations();
        await(() -> control.iterations() != before);
    }

    @Override
    public void close() throws IOException {
        node.close();
    }

    interface Condition {
        boolean holds() throws IOException;
    }

    static void await(Condition condition) throws IOException {
        long begin = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - begin > TimeUnit.MINUTES.toNanos(3)) {
                throw new IOException("it does not come to pass");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
