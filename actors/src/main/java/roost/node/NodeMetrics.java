// SPDX-License-Identifier: Apache-2.0
package roost.node;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.function.Supplier;
import roost.claim.ClaimDirectory;
import roost.journal.JournalExtension;
import roost.observe.Metrics;
import roost.queue.JobTally;

/** The numbers that parts of a node can be asked for; the doors count for themselves. */
final class NodeMetrics {
    private static final List<String> CLAIM_STATES =
            List.of("Idle", "Running", "Suspended", "Vacating", "Killing");

    private NodeMetrics() {}

    static void register(
            Metrics metrics,
            ClaimDirectory claims,
            JobTally jobs,
            JournalExtension.Opened journal) {
        for (String state : CLAIM_STATES) {
            metrics.gauge(
                    "roost_claims",
                    "COD claims on this node.",
                    () -> claims.all().filter(claim -> claim.state().equals(state)).count(),
                    "state",
                    state);
        }
        for (String status : jobs.statuses()) {
            metrics.gauge(
                    "roost_jobs",
                    "Batch jobs in the queue.",
                    () -> jobs.in(status),
                    "status",
                    status);
        }
        metrics.total("roost_images", "Images of batch jobs that were made.", jobs::images);
        metrics.total("roost_image_bytes", "Bytes in those images.", jobs::imageBytes);
        metrics.totalTime(
                "roost_image_pause_seconds",
                "How long programs stood still for their images.",
                jobs::pauseMicros);
        metrics.totalTime(
                "roost_work_saved_seconds",
                "Running time of batch jobs that images saved.",
                jobs::savedMicros);
        metrics.totalTime(
                "roost_work_lost_seconds",
                "Running time of batch jobs that evictions cost.",
                jobs::lostMicros);
        Supplier<JournalExtension.Statistics> now = journal::statistics;
        metrics.total(
                "roost_journal_commits", "Synced batches written.", () -> now.get().commits());
        metrics.total(
                "roost_journal_changes", "Changes in those batches.", () -> now.get().changes());
        metrics.total(
                "roost_journal_refused",
                "Changes refused: the journal is read-only or its queue is full.",
                () -> now.get().refused());
        metrics.total(
                "roost_journal_failed",
                "Changes that could not be written.",
                () -> now.get().failed());
        metrics.gauge("roost_journal_waiting", "Changes that wait now.", () -> now.get().waiting());
        metrics.gauge(
                "roost_heap_used_bytes",
                "Heap in use, garbage included.",
                () -> ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        metrics.gauge(
                "roost_uptime_seconds",
                "Since the process started.",
                () -> ManagementFactory.getRuntimeMXBean().getUptime() / 1000);
    }
}
