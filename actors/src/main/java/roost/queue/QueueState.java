// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.ArrayList;
import java.util.List;
import roost.id.JobId;

/**
 * What the queue remembers durably.
 *
 * @param nextCluster number of the next cluster; numbers are never used twice
 * @param jobs ads of the jobs in the queue as submitted, in long form
 */
record QueueState(int nextCluster, List<QueuedJob> jobs) implements QueueRecord {
    static final QueueState EMPTY = new QueueState(1, List.of());

    /** One job as submitted. */
    record QueuedJob(JobId id, String ad) implements QueueRecord {}

    boolean has(JobId id) {
        return jobs.stream().anyMatch(job -> job.id().equals(id));
    }

    QueueState apply(QueueEvent event) {
        List<QueuedJob> changed = new ArrayList<>(jobs);
        if (event instanceof QueueEvent.ClusterSubmitted submitted) {
            int proc = 0;
            for (String ad : submitted.ads()) {
                changed.add(new QueuedJob(new JobId(submitted.cluster(), proc++), ad));
            }
            return new QueueState(submitted.cluster() + 1, changed);
        }
        JobId left = ((QueueEvent.JobLeft) event).job();
        changed.removeIf(job -> job.id().equals(left));
        return new QueueState(nextCluster, changed);
    }
}
