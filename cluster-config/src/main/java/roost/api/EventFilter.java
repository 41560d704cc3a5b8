// SPDX-License-Identifier: Apache-2.0
package roost.api;

import java.util.Set;

/**
 * Which state changes a subscriber wants.
 *
 * @param kinds names of {@link ApiEvent} records, such as {@code ClaimChanged}; empty means all
 */
public record EventFilter(Set<String> kinds) implements Wire {
    public static final EventFilter ALL = new EventFilter(Set.of());

    public boolean accepts(ApiEvent event) {
        return kinds.isEmpty()
                || event instanceof ApiEvent.Overrun
                || kinds.contains(event.getClass().getSimpleName());
    }
}
