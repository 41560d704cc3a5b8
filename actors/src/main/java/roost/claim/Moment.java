// SPDX-License-Identifier: Apache-2.0
package roost.claim;

/**
 * A point in time by two clocks: the wall clock, which people read and which may jump, and the time
 * since the machine was booted (CLOCK_BOOTTIME: goes on in sleep, cannot be set).
 *
 * @param wallMillis Unix time
 * @param boot which boot the other clock counts from (the kernel's boot id)
 * @param bootMillis time since that boot
 */
public record Moment(long wallMillis, String boot, long bootMillis) {

    /** Where moments come from; a test gives its own. */
    @FunctionalInterface
    public interface Source {
        Moment now();
    }
}
