// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import akka.actor.ActorSystem;
import akka.actor.Props;
import akka.actor.typed.javadsl.Adapter;
import akka.persistence.AbstractPersistentActor;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * How fast the journal is, against the disk's own pace in the same run. {@code main [seconds]}
 * prints a table; the functions can be used by other benchmarks.
 */
public final class JournalBenchmark {

    private JournalBenchmark() {}

    /** Latencies of single operations, in nanoseconds. */
    public record Latency(long count, long medianNanos, long p95Nanos) {
        static Latency of(long[] samples, int count) {
            long[] sorted = Arrays.copyOf(samples, count);
            Arrays.sort(sorted);
            return new Latency(count, sorted[count / 2], sorted[(int) (count * 0.95)]);
        }

        @Override
        public String toString() {
            return "%7d times, median %8.1f us, p95 %8.1f us"
                    .formatted(count, medianNanos / 1e3, p95Nanos / 1e3);
        }
    }

    /** A 4 KiB append with fdatasync, over and over. */
    public static Latency rawSync(Path directory, Duration duration) throws IOException {
        Path file = directory.resolve("raw");
        long[] samples = new long[1 << 20];
        int count = 0;
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.DELETE_ON_CLOSE)) {
            ByteBuffer block = ByteBuffer.allocateDirect(4096);
            long end = System.nanoTime() + duration.toNanos();
            while (System.nanoTime() < end && count < samples.length) {
                long start = System.nanoTime();
                block.clear();
                channel.write(block);
                channel.force(false);
                samples[count++] = System.nanoTime() - start;
            }
        }
        return Latency.of(samples, count);
    }

    /** One actor that persists one small event after the other: time from command to handler. */
    public static Latency loneWriter(ActorSystem system, Duration duration)
            throws InterruptedException {
        long[] samples = new long[1 << 20];
        AtomicLong count = new AtomicLong();
        LongAdder events = new LongAdder();
        CountDownLatch done = new CountDownLatch(1);
        long end = System.nanoTime() + duration.toNanos();
        system.actorOf(
                Props.create(
                        Writer.class,
                        () ->
                                new Writer(
                                        "lone-" + System.nanoTime(),
                                        end,
                                        events,
                                        done,
                                        samples,
                                        count)));
        done.await();
        return Latency.of(samples, (int) count.get());
    }

    /**
     * Events a second stored by so many actors, each of which waits for its last before the next.
     */
    public static double eventsPerSecond(ActorSystem system, int writers, Duration duration)
            throws InterruptedException {
        LongAdder events = new LongAdder();
        CountDownLatch done = new CountDownLatch(writers);
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        for (int i = 0; i < writers; i++) {
            String id = "w" + i + "-" + start;
            system.actorOf(
                    Props.create(
                            Writer.class, () -> new Writer(id, end, events, done, null, null)));
        }
        done.await();
        return events.sum() / ((System.nanoTime() - start) / 1e9);
    }

    /** The same with actors that are written as Roost's durable actors are. */
    public static double durableActorsPerSecond(ActorSystem system, int writers, Duration duration)
            throws InterruptedException {
        LongAdder events = new LongAdder();
        CountDownLatch done = new CountDownLatch(writers);
        long start = System.nanoTime();
        long end = start + duration.toNanos();
        for (int i = 0; i < writers; i++) {
            Adapter.spawnAnonymous(
                    system, DurableWriter.create("d" + i + "-" + start, end, events, done));
        }
        done.await();
        return events.sum() / ((System.nanoTime() - start) / 1e9);
    }

    /** An actor system on a new journal in the directory. */
    public static ActorSystem start(Path directory) {
        Config config =
                ConfigFactory.parseString(
                                """
                                akka.loglevel = WARNING
                                akka.actor.provider = local
                                akka.actor.allow-java-serialization = off
                                roost.journal.dir = "%s"
                                """
                                        .formatted(directory))
                        .withFallback(ConfigFactory.load());
        return ActorSystem.create("bench", config);
    }

    private static final class Writer extends AbstractPersistentActor {
        private static final String GO = "a small event of about fifty bytes, like a claim's";
        private final String id;
        private final long end;
        private final LongAdder events;
        private final CountDownLatch done;
        private final long[] samples;
        private final AtomicLong count;

        Writer(
                String id,
                long end,
                LongAdder events,
                CountDownLatch done,
                long[] samples,
                AtomicLong count) {
            this.id = id;
            this.end = end;
            this.events = events;
            this.done = done;
            this.samples = samples;
            this.count = count;
        }

        @Override
        public String persistenceId() {
            return id;
        }

        @Override
        public void preStart() throws Exception {
            super.preStart();
            self().tell(GO, self());
        }

        @Override
        public Receive createReceiveRecover() {
            return receiveBuilder().build();
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder().matchEquals(GO, this::write).build();
        }

        private void write(String command) {
            long start = System.nanoTime();
            persist(
                    command,
                    stored -> {
                        long now = System.nanoTime();
                        events.increment();
                        if (samples != null && count.get() < samples.length) {
                            samples[(int) count.getAndIncrement()] = now - start;
                        }
                        if (now < end) {
                            self().tell(GO, self());
                        } else {
                            done.countDown();
                            context().stop(self());
                        }
                    });
        }
    }

    public static void main(String[] args) throws Exception {
        Duration round = Duration.ofSeconds(args.length > 0 ? Long.parseLong(args[0]) : 5);
        Path directory = Files.createTempDirectory(Path.of("").toAbsolutePath(), "journal-bench");
        ActorSystem system = start(directory.resolve("journal"));
        try {
            eventsPerSecond(system, 100, round); // warm up
            System.out.println("raw 4 KiB append + fdatasync   " + rawSync(directory, round));
            System.out.println("one lone writer                " + loneWriter(system, round));
            System.out.println("raw 4 KiB append + fdatasync   " + rawSync(directory, round));
            for (int writers : new int[] {100, 1000}) {
                System.out.printf(
                        "%4d concurrent writers         %9.0f events/s%n",
                        writers, eventsPerSecond(system, writers, round));
            }
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
