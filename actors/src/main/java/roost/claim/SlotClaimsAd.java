// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import roost.classad.ClassAd;
import roost.id.SlotName;

/**
 * The COD attributes of a slot's ad: {@code NumCODClaims}, {@code CODClaims} and {@code
 * COD<n>_...}. Ids are published without their cookies. Source: htcondor cod_mgr.cpp, publish;
 * claim.cpp, publishCOD.
 */
public final class SlotClaimsAd {
    private SlotClaimsAd() {}

    /**
     * A slot's ad with its claims.
     *
     * @param most how many claims are named
     * @param also a claim that is named whether it is among the first or not
     */
    public static ClassAd with(
            ClassAd slotAd,
            ClaimDirectory directory,
            SlotName slot,
            int most,
            Optional<ClaimView> also) {
        List<ClaimView> named = new ArrayList<>(directory.onSlot(slot, most));
        also.filter(claim -> named.stream().noneMatch(n -> n.id().equals(claim.id())))
                .ifPresent(named::add);
        ClassAd.Builder ad = slotAd.toBuilder();
        // The claims are those of this moment, so times in the ad are counted up to it.
        ad.putInt("LastHeardFrom", System.currentTimeMillis() / 1000);
        int count = directory.countOf(slot);
        ad.putInt("NumCODClaims", count);
        if (count == 0) {
            return ad.build();
        }
        List<String> ids = named.stream().map(claim -> claim.id().shortId()).toList();
        ad.put("CODClaims", String.join(", ", ids));
        named.forEach(claim -> publish(ad, claim));
        return ad.build();
    }

    private static void publish(ClassAd.Builder ad, ClaimView claim) {
        String prefix = claim.id().shortId() + "_";
        ad.put(prefix + "ClaimId", claim.id().publicId());
        ad.put(prefix + "ClaimState", claim.state());
        ad.putInt(prefix + "EnteredCurrentState", claim.since() / 1000);
        ad.put(
                prefix + "RemoteUser",
                claim.run().flatMap(ClaimView.Run::user).orElse(claim.user()));
        ad.put(prefix + "ClientMachine", claim.clientHost());
        claim.trouble().ifPresent(why -> ad.put(prefix + "LastStartFailure", why));
        claim.run()
                .ifPresent(
                        run -> {
                            run.accountingGroup()
                                    .ifPresent(group -> ad.put(prefix + "AccountingGroup", group));
                            run.keyword().ifPresent(word -> ad.put(prefix + "JobKeyword", word));
                            ad.put(prefix + "JobId", run.jobId());
                            ad.putInt(prefix + "JobStart", run.started() / 1000);
                        });
    }
}
