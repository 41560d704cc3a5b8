// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import java.util.Optional;
import java.util.function.Supplier;
import roost.api.ApiRequest;
import roost.api.CaResult;
import roost.api.ClaimReply;
import roost.classad.ClassAd;
import roost.id.ClaimId;
import roost.id.NodeAddress;
import roost.security.Identity;
import roost.security.Policy;

/**
 * Who may do what with claims, and the replies in HTCondor's words. Pure but for the policy, which
 * a reconfiguration replaces.
 *
 * <p>Source of texts and order: htcondor command.cpp, command_classad_handler and its callees.
 */
public final class Authority {
    private final Supplier<Policy> policy;
    private final NodeAddress address;

    public Authority(Supplier<Policy> policy, NodeAddress address) {
        this.policy = policy;
        this.address = address;
    }

    /** What stands against a request for a claim, before the claim's state is looked at. */
    Optional<Decision.Refuse> check(Claim claim, ApiRequest.OnClaim request, Identity caller) {
        if (!policy.get().mayActFor(caller, claim.user())) {
            return Optional.of(
                    new Decision.Refuse(
                            CaResult.NOT_AUTHORIZED,
                            "User '" + caller.user() + "' does not match the owner of this claim",
                            "only the user who requested it, and administrators, may use it"));
        }
        if (!(request instanceof ApiRequest.ActivateClaim activate)) {
            return Optional.empty();
        }
        Optional<String> owner = activate.jobAd().flatMap(ad -> ad.getString("Owner"));
        if (owner.isPresent() && !owner.get().equals(caller.user())) {
            return Optional.of(
                    new Decision.Refuse(
                            CaResult.FAILURE,
                            "Owner specified in ClassAd as '"
                                    + owner.get()
                                    + "' yet request sent by user '"
                                    + caller.user()
                                    + "', possible security attack, request refused!",
                            "leave Owner out of the job ad"));
        }
        return policy.get().isAdministrator(caller) ? Optional.empty() : mayClaim(caller);
    }

    /** What stands against the caller having claims at all. */
    Optional<Decision.Refuse> mayClaim(Identity caller) {
        return policy.get().mayClaim(caller)
                ? Optional.empty()
                : Optional.of(
                        new Decision.Refuse(
                                CaResult.NOT_AUTHORIZED,
                                "User '"
                                        + caller.user()
                                        + "' is not authorized for using COD at this machine",
                                "add "
                                        + caller.user()
                                        + " to VALID_COD_USERS in the node's configuration and run"
                                        + " roost reconfig"));
    }

    public ClaimReply notFound(ClaimId id) {
        return refusal(
                CaResult.FAILURE,
                "ClaimID (" + id.secret() + ") not found",
                "it was released, its lease expired, or it belongs to another node");
    }

    ClaimReply success(ClassAd ad) {
        return new ClaimReply(
                CaResult.SUCCESS,
                address,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ad);
    }

    ClaimReply created(ClaimState state, ClassAd slotAd) {
        return new ClaimReply(
                CaResult.SUCCESS,
                address,
                Optional.empty(),
                Optional.empty(),
                Optional.of(state.claim().id()),
                slotAd);
    }

    public ClaimReply refusal(CaResult result, String error, String hint) {
        return new ClaimReply(
                result,
                address,
                Optional.of(error),
                Optional.of(hint),
                Optional.empty(),
                ClassAd.EMPTY);
    }

    ClaimReply refusal(Decision.Refuse refuse) {
        return refusal(refuse.result(), refuse.error(), refuse.hint());
    }

    /**
     * A start that failed at once has no ErrorString in HTCondor; the reason goes into the hint.
     */
    ClaimReply failureWithoutText(String reason) {
        return new ClaimReply(
                CaResult.FAILURE,
                address,
                Optional.empty(),
                Optional.of(reason),
                Optional.empty(),
                ClassAd.EMPTY);
    }
}
