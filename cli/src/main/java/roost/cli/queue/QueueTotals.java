// SPDX-License-Identifier: Apache-2.0
package roost.cli.queue;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import roost.classad.ClassAd;

/** The line of totals under a list of jobs. */
final class QueueTotals {
    private final Map<JobStatus, Integer> counts = new EnumMap<>(JobStatus.class);
    private int all;

    static QueueTotals of(Collection<ClassAd> jobs) {
        QueueTotals totals = new QueueTotals();
        for (ClassAd job : jobs) {
            totals.counts.merge(JobStatus.of(job), 1, Integer::sum);
            totals.all++;
        }
        return totals;
    }

    private int count(JobStatus status) {
        return counts.getOrDefault(status, 0);
    }

    /** The line, with its line end. A job whose output is on its way counts as running. */
    String line(String of) {
        return String.format(
                "Total for %s: %d jobs; %d completed, %d removed, %d idle, %d running, %d held, %d"
                        + " suspended%n",
                of,
                all,
                count(JobStatus.COMPLETED),
                count(JobStatus.REMOVED),
                count(JobStatus.IDLE),
                count(JobStatus.RUNNING) + count(JobStatus.TRANSFERRING_OUTPUT),
                count(JobStatus.HELD),
                count(JobStatus.SUSPENDED));
    }
}
