// SPDX-License-Identifier: Apache-2.0
package roost.guest;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import roost.api.Wire;
import roost.capture.HostFacts;
import roost.classad.ClassAd;
import roost.id.NodeAddress;
import roost.id.SlotName;

/** What a host says about itself to a queue that asked. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "news")
@JsonSubTypes({
    @JsonSubTypes.Type(value = HostNews.HostIs.class, name = "HostIs"),
    @JsonSubTypes.Type(value = HostNews.SlotIs.class, name = "SlotIs")
})
public sealed interface HostNews extends Wire {
    NodeAddress host();

    /**
     * The host itself; comes first.
     *
     * @param machine its name, the part of its slots' names after the {@code @}
     * @param facts what a restart of an image there depends on
     */
    record HostIs(NodeAddress host, String machine, HostFacts facts) implements HostNews {}

    /** One of its slots, as it now is. */
    record SlotIs(NodeAddress host, SlotName slot, ClassAd ad, boolean acceptsBatch)
            implements HostNews {}
}
