// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Optional;
import roost.id.ClaimId;
import roost.id.SlotName;

/**
 * What happened to a claim: the events of its journal. Type names and fields are frozen, because
 * journals hold them. Times are Unix milliseconds.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(ClaimEvent.Requested.class),
    @JsonSubTypes.Type(ClaimEvent.Renewed.class),
    @JsonSubTypes.Type(ClaimEvent.Delegated.class),
    @JsonSubTypes.Type(ClaimEvent.Activated.class),
    @JsonSubTypes.Type(ClaimEvent.JobSuspended.class),
    @JsonSubTypes.Type(ClaimEvent.JobResumed.class),
    @JsonSubTypes.Type(ClaimEvent.EndRequested.class),
    @JsonSubTypes.Type(ClaimEvent.JobEnded.class),
    @JsonSubTypes.Type(ClaimEvent.Released.class)
})
public sealed interface ClaimEvent extends ClaimRecord {

    /** The claim exists, idle. */
    @JsonTypeName("Requested")
    record Requested(
            long at,
            ClaimId id,
            SlotName slot,
            String user,
            String domain,
            String clientHost,
            Optional<Lease> lease)
            implements ClaimEvent {}

    /** The lease counts anew. */
    @JsonTypeName("Renewed")
    record Renewed(Lease lease) implements ClaimEvent {}

    /** Jobs of this claim get a credential file. */
    @JsonTypeName("Delegated")
    record Delegated(String path) implements ClaimEvent {}

    /** A job is to run; from here on its start is owed. */
    @JsonTypeName("Activated")
    record Activated(long at, Activation activation) implements ClaimEvent {}

    /** The job is to be stopped. */
    @JsonTypeName("JobSuspended")
    record JobSuspended(long at) implements ClaimEvent {}

    /** The job is to go on. */
    @JsonTypeName("JobResumed")
    record JobResumed(long at) implements ClaimEvent {}

    /**
     * The job is to end.
     *
     * @param fast killed at once instead of asked
     * @param release the claim goes with the job
     * @param cause what made it so, for people
     */
    @JsonTypeName("EndRequested")
    record EndRequested(long at, boolean fast, boolean release, String cause)
            implements ClaimEvent {}

    /**
     * The job is gone.
     *
     * @param how how it ended or why it could not start, for people
     * @param failed whether it never ran
     */
    @JsonTypeName("JobEnded")
    record JobEnded(long at, String how, boolean failed) implements ClaimEvent {}

    /** The claim is gone. */
    @JsonTypeName("Released")
    record Released(long at, String cause) implements ClaimEvent {}
}
