// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many jobs of the queue are in which status, for metrics and the node's account of itself.
 *
 * <p>Written by the queue; may be read by any thread at any time.
 */
public final class JobTally {
    private final Map<String, AtomicLong> counts = new TreeMap<>();

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
