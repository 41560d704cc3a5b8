// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import roost.id.JobId;

/**
 * What happened to the queue as a whole: the events of {@link ClusterJournal}. Type names and
 * fields are frozen. Times are Unix milliseconds.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(QueueEvent.ClusterSubmitted.class),
    @JsonSubTypes.Type(QueueEvent.JobLeft.class)
})
sealed interface QueueEvent extends QueueRecord {
    /**
     * A whole cluster came in.
     *
     * @param ads the completed ad of each proc from 0 on, in long form
     */
    @JsonTypeName("ClusterSubmitted")
    record ClusterSubmitted(long at, int cluster, List<String> ads) implements QueueEvent {}

    /** A finished job is in the history and no longer in the queue. */
    @JsonTypeName("JobLeft")
    record JobLeft(long at, JobId job) implements QueueEvent {}
}
