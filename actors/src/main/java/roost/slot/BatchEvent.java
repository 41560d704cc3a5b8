// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import roost.job.JobExit;

/**
 * What a slot tells the queue about the batch job it was given. After {@link Started}, or {@link
 * Suspended} or {@link Continued} for a job found again, exactly one of {@link Exited} and {@link
 * Lost} follows; after {@link Refused} or {@link StartFailed} nothing does.
 */
public sealed interface BatchEvent {

    /** The slot does not take the job: it has one, or a COD job runs there. Nothing was touched. */
    record Refused(String reason) implements BatchEvent {}

    /** The program runs. */
    record Started(long pid, long startedAtMillis) implements BatchEvent {}

    /**
     * The program could not be started; nothing of it is left.
     *
     * @param errno the system's error number, 0 if there is none
     */
    record StartFailed(String reason, int errno) implements BatchEvent {}

    /** All of the job's processes are stopped. */
    record Suspended(int processes) implements BatchEvent {}

    /** All of the job's processes go on. */
    record Continued() implements BatchEvent {}

    /** The program is gone, with all its descendants. */
    record Exited(JobExit exit) implements BatchEvent {}

    /** The program is gone and nobody knows how it ended (the machine went down). */
    record Lost(String reason) implements BatchEvent {}
}
