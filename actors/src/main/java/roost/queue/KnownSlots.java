// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import roost.id.JobId;
import roost.id.SlotName;
import roost.match.Matchmaker;
import roost.slot.SlotActor.SlotUpdate;

/** The slots that a queue may give jobs to: those of its own node, and of others of the pool. */
final class KnownSlots {
    private final String ownMachine;
    private final Map<SlotName, SlotUpdate> slots = new HashMap<>();

    /** Slots that were given a job and have not spoken since; not to be given another. */
    private final Set<SlotName> promised = new HashSet<>();

    /** Why the slots of a machine are none of these, by its name. */
    private final Map<String, String> unfit = new TreeMap<>();

    KnownSlots(String ownMachine) {
        this.ownMachine = ownMachine;
    }

    /** A slot has spoken. */
    void put(SlotUpdate update) {
        unfit.remove(update.name().machine());
        slots.put(update.name(), update);
        promised.remove(update.name());
    }

    /** Another node cannot be given jobs now. */
    void away(String machine) {
        slots.keySet().removeIf(slot -> slot.machine().equals(machine));
        promised.removeIf(slot -> slot.machine().equals(machine));
        unfit.remove(machine);
    }

    /** Another node can never be given jobs, as things are. */
    void unfit(String machine, String why) {
        away(machine);
        unfit.put(machine, why);
    }

    /** Not to be given a job before it has spoken. */
    void promise(SlotName slot) {
        promised.add(slot);
    }

    /** It was promised to a job that does not need it, and therefore has nothing to say. */
    void release(SlotName slot) {
        promised.remove(slot);
    }

    List<SlotUpdate> all() {
        return List.copyOf(slots.values());
    }

    /** A line for each other node whose slots are none of these. */
    String explainUnfit() {
        StringBuilder text = new StringBuilder();
        unfit.forEach(
                (machine, why) ->
                        text.append("The slots of ")
                                .append(machine)
                                .append(" are not used: ")
                                .append(why)
                                .append(".\n"));
        return text.toString();
    }

    /**
     * Decides which job goes where; own slots are used before those of other nodes. The slots count
     * as promised from then on.
     *
     * @param fits whether a job may be given a slot, besides what the ads say
     */
    List<Matchmaker.Pair> pair(
            SortedSet<Matchmaker.Waiting> waiting, BiPredicate<JobId, SlotName> fits) {
        List<Matchmaker.Pair> pairs =
                new ArrayList<>(Matchmaker.pair(waiting, free(this::isOwn), fits));
        List<Matchmaker.Free> others = free(slot -> !isOwn(slot));
        if (!others.isEmpty()) {
            Set<JobId> served = new HashSet<>();
            pairs.forEach(pair -> served.add(pair.job()));
            pairs.addAll(
                    Matchmaker.pair(
                            () -> waiting.stream().filter(w -> !served.contains(w.id())).iterator(),
                            others,
                            fits));
        }
        pairs.forEach(pair -> promised.add(pair.slot()));
        return pairs;
    }

    private boolean isOwn(SlotName slot) {
        return slot.machine().equals(ownMachine);
    }

    private List<Matchmaker.Free> free(Predicate<SlotName> which) {
        List<Matchmaker.Free> free = new ArrayList<>();
        for (SlotUpdate slot : slots.values()) {
            if (slot.acceptsBatch() && !promised.contains(slot.name()) && which.test(slot.name())) {
                free.add(new Matchmaker.Free(slot.name(), slot.ad()));
            }
        }
        return free;
    }
}
