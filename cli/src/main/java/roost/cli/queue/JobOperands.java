// SPDX-License-Identifier: Apache-2.0
package roost.cli.queue;

import java.util.ArrayList;
import java.util.List;
import roost.cli.option.UsageException;
import roost.id.JobId;

/** Words that name jobs: {@code cluster.proc}, {@code cluster}, or an owner. */
record JobOperands(List<JobId> ids, List<Integer> clusters, List<String> owners) {
    static JobOperands parse(List<String> words) throws UsageException {
        List<JobId> ids = new ArrayList<>();
        List<Integer> clusters = new ArrayList<>();
        List<String> owners = new ArrayList<>();
        for (String word : words) {
            if (word.matches("\\d{1,9}")) {
                clusters.add(Integer.valueOf(word));
            } else if (!word.isEmpty() && Character.isDigit(word.charAt(0))) {
                ids.add(
                        JobId.parse(word)
                                .orElseThrow(
                                        () -> new UsageException("'" + word + "' is no job id")));
            } else {
                owners.add(word);
            }
        }
        return new JobOperands(ids, clusters, owners);
    }

    boolean isEmpty() {
        return ids.isEmpty() && clusters.isEmpty() && owners.isEmpty();
    }

    /** What a job must satisfy to be one of these. */
    String constraint() {
        List<String> parts = new ArrayList<>();
        ids.forEach(id -> parts.add("ClusterId == " + id.cluster() + " && ProcId == " + id.proc()));
        clusters.forEach(cluster -> parts.add("ClusterId == " + cluster));
        owners.forEach(owner -> parts.add(owner(owner)));
        return "(" + String.join(") || (", parts) + ")";
    }

    static String owner(String name) {
        return "Owner == \"" + name.replace("\"", "\\\"") + "\"";
    }
}
