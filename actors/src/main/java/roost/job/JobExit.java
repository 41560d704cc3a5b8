// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.time.Duration;
import roost.starter.ExitRecord;

/**
 * How a job ended.
 *
 * @param status exit status, meaningful if {@code signal} is 0
 * @param signal number of the signal the main process died of, or 0 if it exited
 * @param coreDumped whether a core was written
 * @param asked whether it was told to end before; then it may not have come to its own end
 * @param userSeconds CPU seconds of the whole family in user mode
 * @param systemSeconds the same in kernel mode
 * @param maxRssKib largest resident size, KiB
 * @param startedAtMillis when the program began, Unix milliseconds
 * @param endedAtMillis when it ended, Unix milliseconds
 */
public record JobExit(
        int status,
        int signal,
        boolean coreDumped,
        boolean asked,
        double userSeconds,
        double systemSeconds,
        long maxRssKib,
        long startedAtMillis,
        long endedAtMillis) {

    /** The end of a program that did run. */
    public static JobExit of(ExitRecord exit) {
        return new JobExit(
                exit.exitCode().orElse(0),
                exit.signal().orElse(0),
                exit.coreDumped(),
                exit.asked(),
                seconds(exit.userCpu()),
                seconds(exit.systemCpu()),
                exit.largestRssBytes() / 1024,
                exit.began().toEpochMilli(),
                exit.ended().toEpochMilli());
    }

    static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    /** This end, with the time and the CPU time of an earlier process of the same run in it. */
    JobExit after(JobExit earlier) {
        return new JobExit(
                status,
                signal,
                coreDumped,
                asked,
                userSeconds + earlier.userSeconds,
                systemSeconds + earlier.systemSeconds,
                Math.max(maxRssKib, earlier.maxRssKib),
                earlier.startedAtMillis,
                endedAtMillis);
    }

    /** For people and logs: {@code exited with 3} or {@code died of signal 9}. */
    public String text() {
        return signal == 0 ? "exited with " + status : "died of signal " + signal;
    }
}
