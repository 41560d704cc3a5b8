// SPDX-License-Identifier: Apache-2.0
package roost.cli.queue;

import roost.classad.ClassAd;

/** Values of the attribute JobStatus. Source: HTCondor manual 8.8, job ClassAd attributes. */
enum JobStatus {
    UNKNOWN('?'),
    IDLE('I'),
    RUNNING('R'),
    REMOVED('X'),
    COMPLETED('C'),
    HELD('H'),
    TRANSFERRING_OUTPUT('>'),
    SUSPENDED('S');

    private final char letter;

    JobStatus(char letter) {
        this.letter = letter;
    }

    /** How lists show it. */
    char letter() {
        return letter;
    }

    static JobStatus of(ClassAd job) {
        long number = job.getInteger("JobStatus").orElse(0);
        return number > 0 && number < values().length ? values()[(int) number] : UNKNOWN;
    }

    /** Whether a job in this status has a process. */
    boolean hasProcess() {
        return this == RUNNING || this == SUSPENDED || this == TRANSFERRING_OUTPUT;
    }
}
