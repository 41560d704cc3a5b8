// SPDX-License-Identifier: Apache-2.0
package roost.guest;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import roost.id.JobId;
import roost.id.SlotName;
import roost.job.JobSpec;

/**
 * What a host journals about its guests. The type names and fields are frozen, because journals
 * hold them.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(GuestEvent.Admitted.class),
    @JsonSubTypes.Type(GuestEvent.Left.class)
})
sealed interface GuestEvent extends GuestRecord {

    /** A run is owed a start. */
    @JsonTypeName("Admitted")
    record Admitted(Guest guest) implements GuestEvent {}

    /** Nothing of the run is left. */
    @JsonTypeName("Left")
    record Left(RunKey key) implements GuestEvent {}

    /**
     * One run.
     *
     * @param number counts the guests of this node
     * @param directory the run's sandbox, absolute
     */
    record Guest(RunKey key, int number, SlotName slot, JobSpec spec, String directory)
            implements GuestRecord {

        /**
         * What the slot calls it: jobs of other queues may have the number of one of this node's,
         * so they go by numbers that no job has.
         */
        JobId id() {
            return new JobId(-number, 0);
        }
    }

    /** All runs of other nodes' jobs. */
    record Guests(int next, List<Guest> present) implements GuestRecord {
        static final Guests NONE = new Guests(1, List.of());

        Optional<Guest> get(RunKey key) {
            return present.stream().filter(guest -> guest.key().equals(key)).findFirst();
        }

        Guests apply(GuestEvent event) {
            List<Guest> changed = new ArrayList<>(present);
            if (event instanceof Admitted admitted) {
                changed.add(admitted.guest());
                return new Guests(admitted.guest().number() + 1, changed);
            }
            changed.removeIf(guest -> guest.key().equals(((Left) event).key()));
            return new Guests(next, changed);
        }
    }
}
