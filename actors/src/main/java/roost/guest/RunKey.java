// SPDX-License-Identifier: Apache-2.0
package roost.guest;

import roost.api.Wire;
import roost.id.JobId;
import roost.id.NodeAddress;

/**
 * Names one run of a job in the whole pool.
 *
 * @param queue the node whose queue the job is in
 * @param run number of the run, 1 for the first
 */
public record RunKey(NodeAddress queue, JobId job, int run) implements Wire {
    @Override
    public String toString() {
        return job + " (run " + run + ") of " + queue.sinful();
    }
}
