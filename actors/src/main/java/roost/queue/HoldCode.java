// SPDX-License-Identifier: Apache-2.0
package roost.queue;

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

    private HoldCode() {}
}
