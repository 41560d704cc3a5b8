// SPDX-License-Identifier: Apache-2.0
package roost.claim;

/**
 * How long a claim may live without being renewed, and when that began to count.
 *
 * <p>Remaining time is what passed on the clock that cannot be set, so a jump of the wall clock
 * neither expires nor prolongs a lease. After a reboot only the wall clock can tell how long the
 * machine was down; what it says is clamped to 0 and the length.
 *
 * @param lengthSeconds 0 or more; 0 is over at once
 * @param renewed when it last began to count
 */
public record Lease(long lengthSeconds, Moment renewed) {

    /** Longest lease that can be counted; about 31 years. */
    static final long LENGTH_SECONDS_MAX = 1_000_000_000L;

    public Lease {
        if (lengthSeconds < 0) {
            throw new IllegalArgumentException("a lease of " + lengthSeconds + " s is none");
        }
        lengthSeconds = Math.min(lengthSeconds, LENGTH_SECONDS_MAX);
    }

    /** The same lease, counting from now. */
    Lease renew(Moment now) {
        return new Lease(lengthSeconds, now);
    }

    /** What is left, 0 to the whole length, in milliseconds. */
    public long remainingMillis(Moment now) {
        long length = lengthSeconds * 1000;
        long passed =
                now.boot().equals(renewed.boot())
                        ? now.bootMillis() - renewed.bootMillis()
                        : now.wallMillis() - renewed.wallMillis();
        return length - Math.max(0, Math.min(length, passed));
    }

    boolean isOver(Moment now) {
        return remainingMillis(now) == 0;
    }
}
