// SPDX-License-Identifier: Apache-2.0
package roost.job;

/**
 * How a job ended.
 *
 * @param status exit status, meaningful if {@code signal} is 0
 * @param signal number of the signal the main process died of, or 0 if it exited
 * @param coreDumped whether a core was written
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
        double userSeconds,
        double systemSeconds,
        long maxRssKib,
        long startedAtMillis,
        long endedAtMillis) {

    /** This end, with the time and the CPU time of an earlier process of the same run in it. */
    JobExit after(JobExit earlier) {
        return new JobExit(
                status,
                signal,
                coreDumped,
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
