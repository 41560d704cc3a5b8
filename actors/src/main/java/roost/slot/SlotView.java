// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import java.util.Optional;
import java.util.OptionalLong;
import roost.id.JobId;
import roost.id.SlotName;
import roost.job.JobSpec;

/**
 * What a slot's ad is made from.
 *
 * @param state HTCondor's word, of the batch side only: COD does not change it
 * @param activity HTCondor's word; {@code Suspended} while the batch job is stopped
 * @param stateSince Unix milliseconds
 * @param activitySince Unix milliseconds
 * @param borrowed whether a COD job runs, so that no batch job may start
 * @param measured what the slot's policy has seen
 */
public record SlotView(
        SlotName name,
        String state,
        String activity,
        long stateSince,
        long activitySince,
        boolean borrowed,
        Optional<JobId> batchJob,
        Optional<JobSpec> batchSpec,
        Measured measured) {

    /**
     * What a slot's policy has seen; times are Unix milliseconds.
     *
     * @param busyCpus CPUs that the batch job keeps busy, averaged over a minute
     * @param cpuBusySince since when CpuBusy holds; empty if it does not
     * @param jobStart when the batch job's program was started
     * @param lastPeriodicCheckpoint when PERIODIC_CHECKPOINT last held for it, or its start
     */
    public record Measured(
            double busyCpus,
            OptionalLong cpuBusySince,
            OptionalLong jobStart,
            OptionalLong lastPeriodicCheckpoint) {}
}
