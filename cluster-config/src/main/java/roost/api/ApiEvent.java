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
