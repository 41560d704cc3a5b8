// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.List;

/**
 * The numbers of the job ad's JobStatus attribute. Source: HTCondor manual, job ClassAd attributes.
 */
final class JobStatus {
    static final int IDLE = 1;
    static final int RUNNING = 2;
    static final int REMOVED = 3;
    static final int COMPLETED = 4;
    static final int HELD = 5;
    static final int SUSPENDED = 7;

    static final List<Integer> ALL = List.of(IDLE, RUNNING, REMOVED, COMPLETED, HELD, SUSPENDED);

    private JobStatus() {}

    static String name(int status) {
        return switch (status) {
            case IDLE -> "Idle";
            case RUNNING -> "Running";
            case REMOVED -> "Removed";
            case COMPLETED -> "Completed";
            case HELD -> "Held";
            case SUSPENDED -> "Suspended";
            default -> throw new IllegalArgumentException("no JobStatus " + status);
        };
    }
}
