// SPDX-License-Identifier: Apache-2.0
package roost.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;
import java.util.Optional;

/**
 * A batch job's id, written {@code cluster.proc}.
 *
 * @param cluster 1 or more
 * @param proc 0 or more
 */
public record JobId(int cluster, int proc) implements Comparable<JobId> {
    private static final Comparator<JobId> ORDER =
            Comparator.comparingInt(JobId::cluster).thenComparingInt(JobId::proc);

    /** Reads {@code cluster.proc}; empty if the text is none. */
    public static Optional<JobId> parse(String text) {
        int dot = text.indexOf('.');
        try {
            int cluster = Integer.parseInt(text.substring(0, Math.max(dot, 0)));
            int proc = Integer.parseInt(text.substring(dot + 1));
            return cluster >= 1 && proc >= 0
                    ? Optional.of(new JobId(cluster, proc))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static JobId fromJson(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("no job id"));
    }

    @Override
    public int compareTo(JobId other) {
        return ORDER.compare(this, other);
    }

    @JsonValue
    @Override
    public String toString() {
        return cluster + "." + proc;
    }
}
