// SPDX-License-Identifier: Apache-2.0
package roost.api;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Optional;
import roost.id.JobId;

/** A state change, as subscribers see it. Times are Unix milliseconds. Carries no secrets. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(ApiEvent.ClaimChanged.class),
    @JsonSubTypes.Type(ApiEvent.JobChanged.class),
    @JsonSubTypes.Type(ApiEvent.ImageTaken.class),
    @JsonSubTypes.Type(ApiEvent.JobEvicted.class),
    @JsonSubTypes.Type(ApiEvent.SlotChanged.class),
    @JsonSubTypes.Type(ApiEvent.NodeChanged.class),
    @JsonSubTypes.Type(ApiEvent.Overrun.class)
})
public sealed interface ApiEvent extends Wire {
    long timeMillis();

    /**
     * A claim went from one state to another.
     *
     * @param claim public claim id
     * @param from state before; empty for a new claim
     * @param to state after; {@code Released} when the claim is gone
     * @param cause what made it so, for people: {@code user:ann}, {@code job exited with 0}, ...
     */
    @JsonTypeName("ClaimChanged")
    record ClaimChanged(
            long timeMillis,
            String claim,
            String slot,
            String user,
            Optional<String> from,
            String to,
            String cause)
            implements ApiEvent {}

    /** A batch job's status changed; both in the words of JobStatus: Idle, Running, Held, ... */
    @JsonTypeName("JobChanged")
    record JobChanged(
            long timeMillis,
            JobId job,
            String owner,
            Optional<String> from,
            String to,
            String cause)
            implements ApiEvent {}

    /**
     * An image of a batch job is complete and journaled.
     *
     * @param generation counts the job's images from 1
     * @param bytes its size
     * @param pauseMicros how long the program stood still for it
     * @param tookMillis from the request until it was durable
     * @param reason why it was made, for people
     */
    @JsonTypeName("ImageTaken")
    record ImageTaken(
            long timeMillis,
            JobId job,
            String owner,
            int generation,
            long bytes,
            long pauseMicros,
            long tookMillis,
            String reason)
            implements ApiEvent {}

    /**
     * A batch job was taken off its slot before its program ended.
     *
     * @param by who did it: USER, POLICY, COD, NODE or JOB
     * @param reason why, for people
     * @param checkpointed whether it wrote an image as the last thing it did
     * @param lostMillis running time since its newest image
     */
    @JsonTypeName("JobEvicted")
    record JobEvicted(
            long timeMillis,
            JobId job,
            String owner,
            String slot,
            String by,
            String reason,
            boolean checkpointed,
            long lostMillis)
            implements ApiEvent {}

    /** A slot's State or Activity changed. */
    @JsonTypeName("SlotChanged")
    record SlotChanged(long timeMillis, String slot, String state, String activity)
            implements ApiEvent {}

    /** A node joined or left the pool. */
    @JsonTypeName("NodeChanged")
    record NodeChanged(long timeMillis, String node, String what) implements ApiEvent {}

    /** The listener was too slow; events were lost and the stream ends here. */
    @JsonTypeName("Overrun")
    record Overrun(long timeMillis, long lost) implements ApiEvent {}
}
