// SPDX-License-Identifier: Apache-2.0
package roost.guest;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import roost.api.Wire;
import roost.slot.BatchEvent;

/** What a host says about one run to the queue's node. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "news")
@JsonSubTypes({
    @JsonSubTypes.Type(value = GuestNews.Said.class, name = "Said"),
    @JsonSubTypes.Type(value = GuestNews.Unknown.class, name = "Unknown"),
    @JsonSubTypes.Type(value = GuestNews.Forgotten.class, name = "Forgotten")
})
public sealed interface GuestNews extends Wire {
    RunKey key();

    /** The slot's own word; may be told more than once. */
    record Said(RunKey key, BatchEvent event) implements GuestNews {}

    /** There is no such run here. */
    record Unknown(RunKey key) implements GuestNews {}

    /** Nothing is left of the run here. */
    record Forgotten(RunKey key) implements GuestNews {}
}
