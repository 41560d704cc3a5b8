// SPDX-License-Identifier: Apache-2.0
package roost.node;

import akka.actor.typed.Scheduler;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import roost.claim.ClaimsActor;
import roost.classad.ClassAd;
import roost.id.SlotName;
import roost.slot.SlotActor;
import roost.slot.SlotActor.SlotUpdate;

/** The ad of each slot of this node, for whoever asks, on any thread. */
final class SlotBoard implements ClaimsActor.SlotAds {
    private final List<SlotName> names;
    private final Map<SlotName, SlotUpdate> latest = new ConcurrentHashMap<>();

    /**
     * @param names this node's slots in order
     */
    SlotBoard(Collection<SlotName> names) {
        this.names = List.copyOf(names);
    }

    void put(SlotUpdate update) {
        latest.put(update.name(), update);
    }

    @Override
    public List<SlotName> names() {
        return names;
    }

    @Override
    public ClassAd of(SlotName slot) {
        SlotUpdate update = latest.get(slot);
        return update == null ? ClassAd.EMPTY : update.ad();
    }

    /**
     * The ads as they are now, in the order of the slots, while {@link #of} may be behind by what a
     * slot holds back to send many changes at once. A slot that does not answer in time is as it
     * last said.
     *
     * @return completed by the slot that answers last, in its thread
     */
    CompletableFuture<Map<SlotName, ClassAd>> now(Duration timeout, Scheduler scheduler) {
        Map<SlotName, CompletableFuture<ClassAd>> asked = new LinkedHashMap<>();
        for (SlotName name : names) {
            SlotUpdate last = latest.get(name);
            asked.put(
                    name,
                    last == null
                            ? CompletableFuture.completedFuture(ClassAd.EMPTY)
                            : Asking.ask(last.slot(), SlotActor.Describe::new, timeout, scheduler)
                                    .exceptionally(silent -> of(name)));
        }
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
                .thenApply(
                        all -> {
                            Map<SlotName, ClassAd> ads = new LinkedHashMap<>();
                            asked.forEach((name, ad) -> ads.put(name, ad.join()));
                            return ads;
                        });
    }
}
