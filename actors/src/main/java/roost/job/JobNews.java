// SPDX-License-Identifier: Apache-2.0
package roost.job;

/**
 * What a {@link JobActor} tells its slot. A new job says {@link Started} or {@link StartFailed}; a
 * job that was looked for after a restart says {@link Found}, {@link Exited}, {@link StartFailed}
 * or {@link Lost}. A job that was started or found ends with exactly one of {@link Exited} and
 * {@link Lost}.
 */
public sealed interface JobNews {

    /** The program runs. */
    record Started(long pid, long startedAtMillis) implements JobNews {}

    /** The program runs since before the node was started. */
    record Found(long pid, long startedAtMillis, boolean stopped) implements JobNews {}

    /**
     * The program does not run and never did.
     *
     * @param errno why the starter could not start it; 0 if it did not come to that
     */
    record StartFailed(String reason, int errno) implements JobNews {}

    /**
     * Every process of the job is stopped.
     *
     * @param processes how many were
     */
    record Stopped(int processes) implements JobNews {}

    /** Every process of the job goes on. */
    record Continued() implements JobNews {}

    /** The program and all its descendants are gone. */
    record Exited(JobExit exit) implements JobNews {}

    /** The program is gone and nobody knows how it ended. */
    record Lost(String reason) implements JobNews {}
}
