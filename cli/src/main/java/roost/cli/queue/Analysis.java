// SPDX-License-Identifier: Apache-2.0
package roost.cli.queue;

import java.util.List;
import roost.classad.ClassAd;
import roost.classad.Expr;

/** {@code condor_q -better-analyze}: the node's reasons, a paragraph a job. */
final class Analysis {
    private Analysis() {}

    static String print(List<ClassAd> jobs) {
        StringBuilder text = new StringBuilder();
        for (ClassAd job : jobs) {
            String id = JobTable.id(job).toString();
            Expr requirements = job.lookup("Requirements");
            if (requirements != null) {
                text.append("The Requirements expression for job ").append(id).append(" is\n\n");
                text.append("    ").append(requirements).append("\n\n");
            }
            text.append("Job ").append(id).append(": ");
            text.append(job.getString("RoostAnalysis").orElse(status(job)).strip());
            text.append("\n\n");
        }
        return text.toString();
    }

    private static String status(ClassAd job) {
        return switch (JobStatus.of(job)) {
            case RUNNING, TRANSFERRING_OUTPUT ->
                    "runs on " + job.getString("RemoteHost").orElse("a slot that is not known");
            case SUSPENDED -> "is suspended";
            case HELD -> "is held: " + job.getString("HoldReason").orElse("Reason unspecified");
            case COMPLETED -> "has completed";
            case REMOVED -> "has been removed";
            case IDLE, UNKNOWN -> "waits; the node says nothing about why";
        };
    }
}
