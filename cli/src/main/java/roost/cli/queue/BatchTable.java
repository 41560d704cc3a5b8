// SPDX-License-Identifier: Apache-2.0
package roost.cli.queue;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import roost.classad.ClassAd;
import roost.cli.format.Durations;
import roost.id.JobId;

/**
 * {@code condor_q} as it is by default: a row for all jobs of a user that have one batch name, or
 * one cluster. Source: HTCondor 8.8 condor_q, jobProgress print format.
 */
final class BatchTable {
    private static final int NAME_WIDTH = 11;

    private BatchTable() {}

    /** What is counted of one batch. */
    private static final class Batch {
        private final String owner;
        private final String name;
        private long submitted = Long.MAX_VALUE;
        private JobId first;
        private JobId last;
        private final Set<Integer> clusters = new HashSet<>();
        private boolean totalKnown = true;
        private long total;
        private int present;
        private int completed;
        private int running;
        private int idle;
        private int held;

        Batch(String owner, String name) {
            this.owner = owner;
            this.name = name;
        }

        void add(ClassAd job) {
            JobId id = JobTable.id(job);
            first = first == null || id.compareTo(first) < 0 ? id : first;
            last = last == null || id.compareTo(last) > 0 ? id : last;
            submitted = Math.min(submitted, job.getInteger("QDate").orElse(Long.MAX_VALUE));
            if (clusters.add(id.cluster())) {
                totalKnown &= job.has("TotalSubmitProcs");
                total += job.getInteger("TotalSubmitProcs").orElse(0);
            }
            present++;
            switch (JobStatus.of(job)) {
                case IDLE -> idle++;
                case RUNNING, TRANSFERRING_OUTPUT, SUSPENDED -> running++;
                case HELD -> held++;
                case COMPLETED -> completed++;
                case REMOVED, UNKNOWN -> {}
            }
        }

        /** Jobs that are done, whether they have left the queue or not. */
        long done() {
            return completed + (totalKnown ? Math.max(0, total - present) : 0);
        }

        String ids() {
            if (first.equals(last)) {
                return first.toString();
            }
            return first.cluster() == last.cluster()
                    ? first + "-" + last.proc()
                    : first + " ... " + last;
        }
    }

    static String print(List<ClassAd> jobs, ZoneId zone) {
        Map<List<String>, Batch> batches = new LinkedHashMap<>();
        for (ClassAd job : jobs) {
            String owner = job.getString("Owner").orElse("??");
            String name = job.getString("JobBatchName").orElse("ID: " + JobTable.id(job).cluster());
            batches.computeIfAbsent(List.of(owner, name), key -> new Batch(owner, name)).add(job);
        }
        boolean anyHeld = batches.values().stream().anyMatch(batch -> batch.held > 0);
        int ownerWidth = 5;
        int nameWidth = NAME_WIDTH;
        for (Batch batch : batches.values()) {
            ownerWidth = Math.max(ownerWidth, batch.owner.length());
            nameWidth = Math.max(nameWidth, batch.name.length());
        }
        String left = "%-" + ownerWidth + "s %-" + nameWidth + "s %11s %6s %6s %6s ";
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(left, "OWNER", "BATCH_NAME", "SUBMITTED", "DONE", "RUN ", "IDLE"));
        text.append(anyHeld ? "  HOLD " : "").append(" TOTAL JOB_IDS\n");
        for (Batch batch : batches.values()) {
            List<Object> cells = new ArrayList<>();
            cells.add(batch.owner);
            cells.add(batch.name);
            cells.add(
                    batch.submitted == Long.MAX_VALUE
                            ? "???"
                            : Durations.date(batch.submitted, zone));
            cells.add(count(batch.done()));
            cells.add(count(batch.running));
            cells.add(count(batch.idle));
            text.append(String.format(left, cells.toArray()));
            text.append(anyHeld ? String.format("%6s ", count(batch.held)) : "");
            String total = batch.totalKnown ? count(batch.total) : "_";
            text.append(String.format("%6s %s%n", total, batch.ids()));
        }
        return text.toString();
    }

    private static String count(long number) {
        return number == 0 ? "_" : Long.toString(number);
    }
}
