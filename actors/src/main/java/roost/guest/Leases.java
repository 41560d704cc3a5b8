// SPDX-License-Identifier: Apache-2.0
package roost.guest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import roost.classad.ClassAd;
import roost.guest.GuestEvent.Guest;

/**
 * How long guests may stay without a word from their queues' nodes. Times are those of {@link
 * System#nanoTime}.
 *
 * <p>Source: HTCondor manual 8.8, {@code job_lease_duration} and JOB_DEFAULT_LEASE_DURATION: 40
 * minutes, and 20 seconds at the least.
 */
final class Leases {
    private static final long LEAST_SECONDS = 20;

    private final Duration usual;
    private final Map<RunKey, Long> heardAt = new HashMap<>();

    /**
     * @param usual of a job whose ad does not say
     */
    Leases(Duration usual) {
        this.usual = usual;
    }

    void heard(RunKey key, long now) {
        heardAt.put(key, now);
    }

    void forget(RunKey key) {
        heardAt.remove(key);
    }

    /** Those whose lease is over; one that was never heard of is from now on. */
    List<Guest> over(List<Guest> present, long now) {
        List<Guest> over = new ArrayList<>();
        for (Guest guest : present) {
            if (isOver(guest.spec().ad(), now - heardAt.computeIfAbsent(guest.key(), key -> now))) {
                over.add(guest);
            }
        }
        return over;
    }

    /**
     * A user may ask for any number of seconds, also for more than nanoseconds can count.
     *
     * @param silent nanoseconds
     */
    boolean isOver(ClassAd job, long silent) {
        return Duration.ofNanos(silent).compareTo(of(job)) > 0;
    }

    Duration of(ClassAd job) {
        OptionalLong wanted = job.getInteger("JobLeaseDuration");
        return wanted.isPresent()
                ? Duration.ofSeconds(Math.max(LEAST_SECONDS, wanted.getAsLong()))
                : usual;
    }
}
