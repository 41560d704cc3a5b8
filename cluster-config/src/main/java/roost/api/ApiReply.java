// SPDX-License-Identifier: Apache-2.0
package roost.api;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Optional;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.id.NodeAddress;

/** What a node answers; see {@link ApiRequest}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "reply")
@JsonSubTypes({
    @JsonSubTypes.Type(ClaimReply.class),
    @JsonSubTypes.Type(ApiReply.Ads.class),
    @JsonSubTypes.Type(ApiReply.Submitted.class),
    @JsonSubTypes.Type(ApiReply.JobResults.class),
    @JsonSubTypes.Type(ApiReply.SlotResults.class),
    @JsonSubTypes.Type(ApiReply.Node.class),
    @JsonSubTypes.Type(ApiReply.Done.class)
})
public sealed interface ApiReply extends Wire
        permits ClaimReply,
                ApiReply.Ads,
                ApiReply.Submitted,
                ApiReply.JobResults,
                ApiReply.SlotResults,
                ApiReply.Node,
                ApiReply.Done {

    /**
     * Ads that were asked for.
     *
     * @param unreachable nodes whose ads could not be had, with the reason
     */
    @JsonTypeName("Ads")
    record Ads(List<ClassAd> ads, List<String> unreachable) implements ApiReply {}

    /** A cluster that is now in the queue, durably. */
    @JsonTypeName("Submitted")
    record Submitted(int cluster, int jobs) implements ApiReply {}

    /** What became of each job that an action named. */
    @JsonTypeName("JobResults")
    record JobResults(List<JobResult> results) implements ApiReply {}

    /**
     * One job's part of an action.
     *
     * @param reason why it failed, where more is known than the outcome says
     * @param image the image that was waited for, as {@link ImageAd} tells of it
     */
    record JobResult(
            JobId id, JobOutcome outcome, Optional<String> reason, Optional<ClassAd> image) {
        public JobResult(JobId id, JobOutcome outcome) {
            this(id, outcome, Optional.empty(), Optional.empty());
        }
    }

    /** What became of the batch job of each slot that a request named. */
    @JsonTypeName("SlotResults")
    record SlotResults(List<SlotResult> results) implements ApiReply {}

    /**
     * One slot's part.
     *
     * @param slot its full name
     * @param job empty if no batch job runs there
     */
    record SlotResult(String slot, Optional<JobResult> job) {}

    /** How an action on a job ended. */
    enum JobOutcome {
        SUCCESS,
        NOT_FOUND,
        PERMISSION_DENIED,
        BAD_STATUS,
        ALREADY_DONE,
        ERROR
    }

    /**
     * A node's own account of itself.
     *
     * @param cluster members of the cluster as this node sees them, "address state roles"
     * @param problems what an operator should know; empty when all is well
     */
    @JsonTypeName("Node")
    record Node(
            String name,
            NodeAddress address,
            String version,
            long pid,
            long startedAt,
            List<String> roles,
            int slots,
            long claims,
            long jobs,
            List<String> cluster,
            List<String> problems,
            Optional<String> localDir)
            implements ApiReply {}

    /** Done, with a sentence for people. */
    @JsonTypeName("Done")
    record Done(String message) implements ApiReply {}
}
