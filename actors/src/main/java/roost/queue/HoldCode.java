// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import roost.job.JobNews;

/** The numbers of HoldReasonCode that the queue uses. Source: HTCondor manual, HoldReasonCode. */
final class HoldCode {
    /** The user held the job. */
    static final int USER_REQUEST = 1;

    /** A policy expression of the job became true. */
    static final int JOB_POLICY = 3;

    /** The job's process could not be created; the subcode is the errno. */
    static final int FAILED_TO_CREATE_PROCESS = 6;

    /** The submit file asked for it. */
    static final int SUBMITTED_ON_HOLD = 15;

    /** The job was asked for a checkpoint and did not exit as it had promised. */
    static final int FAILED_TO_CHECKPOINT = 36;

    /**
     * The job has images and none of them is whole. HTCondor has no number for it; those above 1000
     * are free.
     */
    static final int NO_USABLE_IMAGE = 1001;

    /**
     * A file that the job writes was changed by somebody else since the image it would go on from.
     */
    static final int OUTPUT_CHANGED = 1002;

    /** What keeps a program from being started, as a number. */
    static int of(JobNews.Obstacle obstacle) {
        return switch (obstacle) {
            case START, STILL_RUNS -> FAILED_TO_CREATE_PROCESS;
            case IMAGES -> NO_USABLE_IMAGE;
            case OUTPUTS -> OUTPUT_CHANGED;
        };
    }

    private HoldCode() {}
}
