// SPDX-License-Identifier: Apache-2.0
package roost.node;

import akka.actor.typed.ActorSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
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
    /** A slot answers at once, unless the machine is drowning in work. */
    private static final Duration SLOT_ANSWER = Duration.ofSeconds(1);

    private final ActorSystem<?> system;
    private final Executor executor;
    private final SlotBoard slots;
    private final ClaimDirectory claims;
    private final NodeAddress address;
    private final String machine;

    Ads(
            ActorSystem<?> system,
            SlotBoard slots,
            ClaimDirectory claims,
            NodeAddress address,
            String machine) {
        this.system = system;
        this.executor = system.executionContext();
        this.slots = slots;
        this.claims = claims;
        this.address = address;
        this.machine = machine;
    }

    /**
     * The ads that satisfy a query; fails with {@link ApiException} if the constraint is no
     * expression. Slots are asked how they are now, so that whoever was told that something is done
     * finds it done.
     */
    CompletionStage<ApiReply> query(ApiRequest.QueryAds query) {
        if (query.type() == ApiRequest.AdType.NODE) {
            return CompletableFuture.supplyAsync(() -> select(query, List.of(node())), executor);
        }
        return ofSlots().thenApplyAsync(ads -> select(query, withClaims(ads, query)), executor);
    }

    /** The ads of this node's slots as they are now, in order. */
    CompletionStage<Map<SlotName, ClassAd>> ofSlots() {
        return slots.now(SLOT_ANSWER, system.scheduler());
    }

    private static ApiReply select(ApiRequest.QueryAds query, List<ClassAd> all) {
        Optional<Constraint> constraint = query.constraint().map(Constraint::parse);
        List<ClassAd> found = new ArrayList<>();
        all.stream()
                .filter(ad -> constraint.isEmpty() || constraint.get().accepts(ad))
                .forEach(ad -> found.add(Constraint.project(ad, query.projection())));
        return new ApiReply.Ads(found, List.of());
    }

    private List<ClassAd> withClaims(Map<SlotName, ClassAd> ads, ApiRequest.QueryAds query) {
        int most = query.withClaims() ? Integer.MAX_VALUE : 0;
        List<ClassAd> all = new ArrayList<>();
        ads.forEach(
                (name, ad) -> {
                    if (!ad.isEmpty()) {
                        all.add(SlotClaimsAd.with(ad, claims, name, most, Optional.empty()));
                    }
                });
        return all;
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
