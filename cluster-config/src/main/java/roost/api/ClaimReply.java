// SPDX-License-Identifier: Apache-2.0
package roost.api;

import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.Optional;
import roost.classad.ClassAd;
import roost.id.ClaimId;
import roost.id.NodeAddress;

/**
 * The answer to a claim request: HTCondor's reply ad in typed form.
 *
 * @param startd address of the node that answered
 * @param error HTCondor's ErrorString; present unless the result is Success (one failure, a start
 *     that failed at once, has none in HTCondor either)
 * @param hint what to do about the error, for people; never part of the compatible text
 * @param id the claim, for a request that made one
 * @param ad for a request the slot's ad; for release and deactivate {@code LastClaimState}
 */
@JsonTypeName("ClaimReply")
public record ClaimReply(
        CaResult result,
        NodeAddress startd,
        Optional<String> error,
        Optional<String> hint,
        Optional<ClaimId> id,
        ClassAd ad)
        implements ApiReply {
    public boolean succeeded() {
        return result == CaResult.SUCCESS;
    }
}
