// SPDX-License-Identifier: Apache-2.0
package roost.node;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import roost.claim.ClaimsActor;
import roost.classad.ClassAd;
import roost.id.SlotName;
import roost.slot.SlotActor.SlotUpdate;

/** The latest ad of each slot of this node, for whoever asks, on any thread. */
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
}
