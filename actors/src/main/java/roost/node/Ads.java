// SPDX-License-Identifier: Apache-2.0
package roost.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import roost.api.ApiException;
import roost.api.ApiReply;
import roost.api.ApiRequest;
import roost.claim.ClaimDirectory;
import roost.claim.ClaimView;
import roost.claim.SlotClaimsAd;
import roost.classad.ClassAd;
import roost.id.NodeAddress;
import roost.id.SlotName;
import roost.match.Constraint;

/** This node's own ads, as queries want them. Safe for use by any thread. */
final class Ads {
    private final SlotBoard slots;
    private final ClaimDirectory claims;
    private final NodeAddress address;
    private final String machine;

    Ads(SlotBoard slots, ClaimDirectory claims, NodeAddress address, String machine) {
        this.slots = slots;
        this.claims = claims;
        this.address = address;
        this.machine = machine;
    }

    /**
     * The ads that satisfy a query.
     *
     * @throws ApiException if the constraint is no expression
     */
    ApiReply.Ads query(ApiRequest.QueryAds query) {
        Optional<Constraint> constraint = query.constraint().map(Constraint::parse);
        List<ClassAd> found = new ArrayList<>();
        Stream<ClassAd> all =
                query.type() == ApiRequest.AdType.NODE
                        ? Stream.of(node())
                        : slots.names().stream().map(name -> slot(name, query.withClaims()));
        all.filter(ad -> !ad.isEmpty())
                .filter(ad -> constraint.isEmpty() || constraint.get().accepts(ad))
                .forEach(ad -> found.add(Constraint.project(ad, query.projection())));
        return new ApiReply.Ads(found, List.of());
    }

    private ClassAd slot(SlotName name, boolean withClaims) {
        ClassAd ad = slots.of(name);
        if (ad.isEmpty()) {
            return ad;
        }
        return SlotClaimsAd.with(
                ad, claims, name, withClaims ? Integer.MAX_VALUE : 0, Optional.empty());
    }

    private ClassAd node() {
        ClassAd.Builder ad = ClassAd.builder();
        ad.put("MyType", "DaemonMaster");
        ad.put("Name", machine);
        ad.put("Machine", machine);
        ad.put("MyAddress", address.sinful());
        ad.putInt("TotalSlots", slots.names().size());
        ad.putInt("NumCODClaims", claims.size());
        return ad.build();
    }

    /** A user's claims, whole ids included: only for himself. */
    ApiReply.Ads claimsOf(String user) {
        return new ApiReply.Ads(claims.ofUser(user).stream().map(Ads::claim).toList(), List.of());
    }

    private static ClassAd claim(ClaimView view) {
        ClassAd.Builder ad = ClassAd.builder();
        ad.put("MyType", "CODClaim");
        ad.put("ClaimId", view.id().secret());
        ad.put("ShortId", view.id().shortId());
        ad.put("Name", view.slot().toString());
        ad.put("ClaimState", view.state());
        ad.putInt("EnteredCurrentState", view.since() / 1000);
        ad.put("RemoteUser", view.user());
        ad.put("ClientMachine", view.clientHost());
        view.trouble().ifPresent(why -> ad.put("LastStartFailure", why));
        view.run()
                .ifPresent(
                        run -> {
                            run.keyword().ifPresent(word -> ad.put("JobKeyword", word));
                            ad.put("JobId", run.jobId());
                            ad.putInt("JobStart", run.started() / 1000);
                        });
        return ad.build();
    }
}
