// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * How many jobs of the queue are in which status, and what became of their work, for metrics and
 * the node's account of itself.
 *
 * <p>Written by the queue; may be read by any thread at any time.
 */
public final class JobTally {
    private final Map<String, AtomicLong> counts = new TreeMap<>();
    private final LongAdder images = new LongAdder();
    private final LongAdder imageBytes = new LongAdder();
    private final LongAdder pauseMicros = new LongAdder();
    private final LongAdder savedMicros = new LongAdder();
    private final LongAdder lostMicros = new LongAdder();

    public JobTally() {
        JobStatus.ALL.forEach(status -> counts.put(JobStatus.name(status), new AtomicLong()));
    }

    /** The names of all statuses, {@code Idle} and so on. */
    public List<String> statuses() {
        return List.copyOf(counts.keySet());
    }

    /** The number of jobs in a status, by its name. */
    public long in(String status) {
        return counts.get(status).get();
    }

    /** Images that were made since the node started. */
    public long images() {
        return images.sum();
    }

    /** Bytes in those images. */
    public long imageBytes() {
        return imageBytes.sum();
    }

    /** How long programs stood still for them, microseconds. */
    public long pauseMicros() {
        return pauseMicros.sum();
    }

    /** Running time that they saved, microseconds. */
    public long savedMicros() {
        return savedMicros.sum();
    }

    /** Running time that evictions cost since the node started, microseconds. */
    public long lostMicros() {
        return lostMicros.sum();
    }

    /** Counts what a job's change made of its work; an image and an end are never one change. */
    void worked(SavedWork before, SavedWork after) {
        lostMicros.add(micros(after.lostSeconds() - before.lostSeconds()));
        if (after.taken() > before.taken()) {
            images.increment();
            savedMicros.add(micros(after.committedSeconds() - before.committedSeconds()));
            after.newest()
                    .ifPresent(
                            image -> {
                                imageBytes.add(image.bytes());
                                pauseMicros.add(image.pauseMicros());
                            });
        }
    }

    private static long micros(double seconds) {
        return Math.round(1e6 * Math.max(0, seconds));
    }

    public long total() {
        return counts.values().stream().mapToLong(AtomicLong::get).sum();
    }

    void enter(JobState state) {
        counts.get(JobStatus.name(state.status())).incrementAndGet();
    }

    void leave(JobState state) {
        counts.get(JobStatus.name(state.status())).decrementAndGet();
    }
}
