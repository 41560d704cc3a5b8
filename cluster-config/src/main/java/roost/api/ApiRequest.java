// SPDX-License-Identifier: Apache-2.0
package roost.api;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import roost.classad.ClassAd;
import roost.id.ClaimId;
import roost.id.JobId;
import roost.id.NodeAddress;

/**
 * What can be asked of a node. One record a request; the same records cross the cluster (Jackson
 * CBOR) when the node that was asked is not the one that answers.
 *
 * @param <R> the reply that goes with it
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "request")
@JsonSubTypes({
    @JsonSubTypes.Type(ApiRequest.RequestClaim.class),
    @JsonSubTypes.Type(ApiRequest.ActivateClaim.class),
    @JsonSubTypes.Type(ApiRequest.SuspendClaim.class),
    @JsonSubTypes.Type(ApiRequest.ResumeClaim.class),
    @JsonSubTypes.Type(ApiRequest.RenewClaim.class),
    @JsonSubTypes.Type(ApiRequest.DeactivateClaim.class),
    @JsonSubTypes.Type(ApiRequest.ReleaseClaim.class),
    @JsonSubTypes.Type(ApiRequest.DelegateProxy.class),
    @JsonSubTypes.Type(ApiRequest.ListClaims.class),
    @JsonSubTypes.Type(ApiRequest.QueryAds.class),
    @JsonSubTypes.Type(ApiRequest.SubmitJobs.class),
    @JsonSubTypes.Type(ApiRequest.QueryJobs.class),
    @JsonSubTypes.Type(ApiRequest.ActOnJobs.class),
    @JsonSubTypes.Type(ApiRequest.CheckpointSlots.class),
    @JsonSubTypes.Type(ApiRequest.VacateSlots.class),
    @JsonSubTypes.Type(ApiRequest.QueryImages.class),
    @JsonSubTypes.Type(ApiRequest.GetNode.class),
    @JsonSubTypes.Type(ApiRequest.StopNode.class),
    @JsonSubTypes.Type(ApiRequest.Reconfigure.class)
})
public sealed interface ApiRequest<R extends ApiReply> extends Wire {

    /** A request about one claim, answered by the node that holds it. */
    sealed interface OnClaim extends ApiRequest<ClaimReply> {
        ClaimId id();
    }

    /**
     * Which node a request is for: the one with this address, or the one named, or (both empty) the
     * node that was asked.
     *
     * @param name a machine's name or a slot's full name
     */
    record Target(Optional<String> name, Optional<NodeAddress> address) {
        public static final Target HERE = new Target(Optional.empty(), Optional.empty());

        public static Target named(String name) {
            return new Target(Optional.of(name), Optional.empty());
        }

        public static Target at(NodeAddress address) {
            return new Target(Optional.empty(), Optional.of(address));
        }
    }

    /**
     * CA_REQUEST_CLAIM: make a COD claim on a slot.
     *
     * @param requirements ClassAd expression that a slot must satisfy (the slot's ad is TARGET);
     *     empty means any slot
     * @param leaseSeconds 0 or more; empty means the node's default, which is none
     */
    @JsonTypeName("RequestClaim")
    record RequestClaim(Target target, Optional<String> requirements, OptionalLong leaseSeconds)
            implements ApiRequest<ClaimReply> {}

    /**
     * CA_ACTIVATE_CLAIM: start an application under a claim.
     *
     * @param keyword the application's prefix in the node's configuration
     * @param cluster label for logs and status; default 1
     * @param proc label for logs and status; default 0
     * @param jobAd attributes that define the application; they win over the keyword's
     * @param requirements expression over the starter's abilities
     * @param waitForStart false: answer when the starter has the job (as HTCondor); true: answer
     *     when the program runs, or with the reason why it could not be started
     */
    @JsonTypeName("ActivateClaim")
    record ActivateClaim(
            ClaimId id,
            Optional<String> keyword,
            OptionalInt cluster,
            OptionalInt proc,
            Optional<ClassAd> jobAd,
            Optional<String> requirements,
            boolean waitForStart)
            implements OnClaim {}

    /**
     * CA_SUSPEND_CLAIM.
     *
     * @param ordered false: answer when every process of the job is stopped; true: answer when the
     *     order to stop it is durable and given (as HTCondor)
     */
    @JsonTypeName("SuspendClaim")
    record SuspendClaim(ClaimId id, boolean ordered) implements OnClaim {
        public SuspendClaim(ClaimId id) {
            this(id, false);
        }
    }

    /**
     * CA_RESUME_CLAIM.
     *
     * @param ordered as in {@link SuspendClaim}
     */
    @JsonTypeName("ResumeClaim")
    record ResumeClaim(ClaimId id, boolean ordered) implements OnClaim {
        public ResumeClaim(ClaimId id) {
            this(id, false);
        }
    }

    /** CA_RENEW_LEASE_FOR_CLAIM. */
    @JsonTypeName("RenewClaim")
    record RenewClaim(ClaimId id) implements OnClaim {}

    /** CA_DEACTIVATE_CLAIM: end the application, keep the claim. Answers when the job is gone. */
    @JsonTypeName("DeactivateClaim")
    record DeactivateClaim(ClaimId id, boolean fast) implements OnClaim {}

    /** CA_RELEASE_CLAIM: end the application and the claim. Answers when the job is gone. */
    @JsonTypeName("ReleaseClaim")
    record ReleaseClaim(ClaimId id, boolean fast) implements OnClaim {}

    /** DELEGATE_GSI_CRED_STARTD: give the claim's jobs a credential file. */
    @JsonTypeName("DelegateProxy")
    record DelegateProxy(ClaimId id, byte[] proxy) implements OnClaim {}

    /** The caller's own claims, whole ids included: what HTCondor never had. */
    @JsonTypeName("ListClaims")
    record ListClaims(Target target) implements ApiRequest<ApiReply.Ads> {}

    /**
     * Slot or node ads of the pool.
     *
     * @param constraint expression an ad must satisfy; empty means all
     * @param projection attributes wanted; empty means all
     * @param withClaims whether the COD attributes of every claim are wanted ({@code COD<n>_...});
     *     without, only NumCODClaims
     */
    @JsonTypeName("QueryAds")
    record QueryAds(
            AdType type, Optional<String> constraint, List<String> projection, boolean withClaims)
            implements ApiRequest<ApiReply.Ads> {}

    /** The kinds of ads that a pool holds. */
    enum AdType {
        SLOT,
        NODE
    }

    /**
     * Submits one cluster of batch jobs. The node adds ids, owner and times.
     *
     * @param jobs one ad a proc, in order; 1 to 10,000 of them
     */
    @JsonTypeName("SubmitJobs")
    record SubmitJobs(List<ClassAd> jobs) implements ApiRequest<ApiReply.Submitted> {}

    /**
     * Job ads of this node's queue.
     *
     * @param constraint expression a job must satisfy; empty means all
     * @param projection attributes wanted; empty means all
     * @param analyze adds {@code RoostAnalysis}, the reasons why an idle job does not run
     */
    @JsonTypeName("QueryJobs")
    record QueryJobs(Optional<String> constraint, List<String> projection, boolean analyze)
            implements ApiRequest<ApiReply.Ads> {}

    /**
     * Changes the state of jobs.
     *
     * @param waitForEnd for CHECKPOINT and the two VACATEs: answer when it is done, or with why it
     *     could not be done; otherwise the answer only says that it is under way
     */
    @JsonTypeName("ActOnJobs")
    record ActOnJobs(
            JobAction action, JobSelection selection, Optional<String> reason, boolean waitForEnd)
            implements ApiRequest<ApiReply.JobResults> {}

    /** What can be done to a job. */
    enum JobAction {
        REMOVE,
        REMOVE_FORCED,
        HOLD,
        RELEASE,
        /** Off its slot and back into the queue, with an image if it can be checkpointed. */
        VACATE,
        /** The same without an image: it goes on from the one before. */
        VACATE_FAST,
        /** Write an image and go on. */
        CHECKPOINT
    }

    /** Which jobs an action is for; what is listed is joined by "or". */
    record JobSelection(
            List<JobId> ids,
            List<Integer> clusters,
            List<String> owners,
            Optional<String> constraint,
            boolean all) {}

    /** A request about the batch jobs that run in slots of one node. */
    sealed interface OnSlots extends ApiRequest<ApiReply.SlotResults> {
        /** A slot's full name is that slot; anything else is every slot of the node. */
        Target target();

        boolean waitForEnd();
    }

    /**
     * PCKPT_JOB, PCKPT_ALL_JOBS: write an image of each job that runs there and can be
     * checkpointed; the others are left alone.
     *
     * @param waitForEnd answer when the images are complete, or with why one could not be had
     */
    @JsonTypeName("CheckpointSlots")
    record CheckpointSlots(Target target, boolean waitForEnd) implements OnSlots {}

    /**
     * VACATE_CLAIM, VACATE_ALL_CLAIMS and their fast forms: take the jobs off their slots, which
     * puts them back into the queue. COD jobs are not touched.
     *
     * @param fast kill the jobs at once: what they did since their last image is lost
     * @param waitForEnd answer when the slots are free
     */
    @JsonTypeName("VacateSlots")
    record VacateSlots(Target target, boolean fast, boolean waitForEnd) implements OnSlots {}

    /**
     * The images of the jobs in a node's queue: an ad each, newest first within a job, and one with
     * {@code ImageState = "Writing"} for an image that is being written. See {@link ImageAd}.
     *
     * @param constraint expression that the job must satisfy; empty means all
     */
    @JsonTypeName("QueryImages")
    record QueryImages(Target target, Optional<String> constraint)
            implements ApiRequest<ApiReply.Ads> {}

    /** What the node is and how it does. */
    @JsonTypeName("GetNode")
    record GetNode(Target target) implements ApiRequest<ApiReply.Node> {}

    /**
     * Ends the node.
     *
     * @param fast true: jobs are killed at once; false: they are asked to end and given their time
     */
    @JsonTypeName("StopNode")
    record StopNode(boolean fast) implements ApiRequest<ApiReply.Done> {}

    /** Reads the configuration again. */
    @JsonTypeName("Reconfigure")
    record Reconfigure() implements ApiRequest<ApiReply.Done> {}
}
