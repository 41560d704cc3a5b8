// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import java.util.Optional;
import roost.id.ClaimId;
import roost.id.SlotName;

/**
 * What stays the same about a claim through all its states, and the lease.
 *
 * @param id whole id, cookie included: never log it
 * @param user account that made the claim, the only one that may use it
 * @param domain where that account is known
 * @param clientHost numeric address the request came from
 * @param lease none means that the claim lives until it is released
 * @param activations how often a job was started under it
 * @param proxy path of a delegated credential file
 */
public record Claim(
        ClaimId id,
        SlotName slot,
        String user,
        String domain,
        String clientHost,
        Optional<Lease> lease,
        int activations,
        Optional<String> proxy) {

    Claim withLease(Optional<Lease> renewed) {
        return new Claim(id, slot, user, domain, clientHost, renewed, activations, proxy);
    }

    Claim activated(Activation activation) {
        return new Claim(
                id,
                slot,
                user,
                domain,
                clientHost,
                activation.lease().or(() -> lease),
                activation.number(),
                proxy);
    }

    Claim withProxy(String path) {
        return new Claim(id, slot, user, domain, clientHost, lease, activations, Optional.of(path));
    }
}
