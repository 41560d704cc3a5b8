// SPDX-License-Identifier: Apache-2.0
package roost.job;

/**
 * Processor time of all processes that a run ever had.
 *
 * @param userSeconds in user mode
 * @param systemSeconds in kernel mode
 */
public record CpuTime(double userSeconds, double systemSeconds) {
    public static final CpuTime NONE = new CpuTime(0, 0);

    static CpuTime of(JobExit exit) {
        return new CpuTime(exit.userSeconds(), exit.systemSeconds());
    }

    CpuTime plus(CpuTime other) {
        return new CpuTime(userSeconds + other.userSeconds, systemSeconds + other.systemSeconds);
    }

    public double totalSeconds() {
        return userSeconds + systemSeconds;
    }
}
