// SPDX-License-Identifier: Apache-2.0
package roost.job;

/** The user logs that the node keeps for jobs that ask for one. */
public interface JobLogs {

    /** The log of a job; one that does nothing for a job that has none. */
    Log of(JobSpec spec, Sandbox sandbox);

    /** One job's entries. Calls block on the disk; only the first may fail. */
    interface Log {
        /**
         * The program is about to be executed (001).
         *
         * @throws JobFailure if the log cannot be written, in which case the job must not start
         */
        void executing() throws JobFailure;

        /** Every process was stopped (010). */
        void suspended(int processes);

        /** Every process goes on (011). */
        void continued();

        /**
         * The program ended, by itself (005) or because it was made to (004).
         *
         * @param evicted whether somebody asked for it
         */
        void ended(JobExit exit, boolean evicted);

        /** The job could not be started, or was lost (021). */
        void failed(String message);
    }
}
