// SPDX-License-Identifier: Apache-2.0
package roost.id;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/**
 * A slot's full name, {@code slot1@host}.
 *
 * @param slotId 1 or more
 * @param machine the node's name, never empty
 */
public record SlotName(int slotId, String machine) {
    public SlotName {
        if (slotId < 1 || machine.isEmpty()) {
            throw new IllegalArgumentException("slot" + slotId + "@" + machine + " is no slot");
        }
    }

    /** Reads {@code slotN@host}; empty if the text is none. */
    public static Optional<SlotName> parse(String text) {
        int at = text.indexOf('@');
        if (!text.startsWith("slot") || at < 0) {
            return Optional.empty();
        }
        try {
            int id = Integer.parseInt(text.substring("slot".length(), at));
            return Optional.of(new SlotName(id, text.substring(at + 1)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static SlotName fromJson(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("no slot name"));
    }

    /** The part before the {@code @}. */
    public String slot() {
        return "slot" + slotId;
    }

    @JsonValue
    @Override
    public String toString() {
        return slot() + "@" + machine;
    }
}
