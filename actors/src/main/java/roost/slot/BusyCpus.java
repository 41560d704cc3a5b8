// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many CPUs a slot's batch jobs keep busy, averaged over the last minute as the kernel's load
 * is, from samples of the CPU time used. Source: htcondor Resource.cpp, compute_condor_load.
 */
final class BusyCpus {
    private static final double WINDOW_SECONDS = 60;

    private record Sample(double seconds, double cpuSeconds) {}

    private final Deque<Sample> samples = new ArrayDeque<>();
    private double sampledSeconds;
    private double usedSeconds;
    private long lastMillis;
    private double lastUsed;

    /** A job begins: what it has used so far does not count. */
    void begin(long nowMillis, double cpuSeconds) {
        lastMillis = nowMillis;
        lastUsed = cpuSeconds;
    }

    /**
     * The job has used so much by now.
     *
     * @param cpuSeconds since its start; for a slot without a job, the same as before
     */
    void add(long nowMillis, double cpuSeconds) {
        double seconds = (nowMillis - lastMillis) / 1000.0;
        if (seconds <= 0) {
            return;
        }
        Sample sample = new Sample(seconds, Math.max(0, cpuSeconds - lastUsed));
        begin(nowMillis, cpuSeconds);
        samples.add(sample);
        sampledSeconds += sample.seconds();
        usedSeconds += sample.cpuSeconds();
        while (samples.size() > 1 && sampledSeconds - samples.peek().seconds() >= WINDOW_SECONDS) {
            Sample old = samples.remove();
            sampledSeconds -= old.seconds();
            usedSeconds -= old.cpuSeconds();
        }
    }

    /** Nothing has run for this long. */
    void addIdle(long nowMillis) {
        add(nowMillis, lastUsed);
    }

    /** CPUs in use; what is older than the first sample counts as idle. */
    double average() {
        return Math.max(0, usedSeconds) / Math.max(WINDOW_SECONDS, sampledSeconds);
    }
}
