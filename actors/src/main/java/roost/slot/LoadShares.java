// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import roost.id.SlotName;

/**
 * Tells apart what of the machine's load this pool's batch jobs make and what everybody else does,
 * and shares it out to the slots: each has the load of its own job, and the rest is dealt out one
 * CPU at a time, to slots in state Owner before others. Safe for use by any thread.
 *
 * <p>Source: htcondor Resource.cpp, compute_condor_load; ResMgr.cpp, assign_load.
 */
final class LoadShares {

    /**
     * A slot's part.
     *
     * @param load LoadAvg
     * @param condorLoad CondorLoadAvg
     * @param totalCondorLoad TotalCondorLoadAvg
     */
    record Loads(double load, double condorLoad, double totalCondorLoad) {}

    private record Slot(SlotName name, boolean owner, double busyCpus) {}

    private final int cpus;
    private final Map<SlotName, Slot> slots = new HashMap<>();

    /**
     * @param cpus of the machine, as far as the node shares them out
     */
    LoadShares(int cpus) {
        this.cpus = Math.max(1, cpus);
    }

    /**
     * Notes what a slot's batch job does, and tells the slot's part of the whole.
     *
     * @param owner whether the slot is in state Owner
     * @param busyCpus how many CPUs its batch job uses
     * @param machineLoad TotalLoadAvg
     */
    synchronized Loads of(SlotName name, boolean owner, double busyCpus, double machineLoad) {
        slots.put(name, new Slot(name, owner, busyCpus));
        double total = 0;
        for (Slot slot : slots.values()) {
            total += condorLoad(slot, machineLoad);
        }
        total = Math.min(total, machineLoad);
        double own = condorLoad(slots.get(name), machineLoad);
        return new Loads(own + ownerLoads(machineLoad - total).get(name), own, total);
    }

    /** On a machine with more to run than it has CPUs, a busy CPU stands for more than one. */
    private double condorLoad(Slot slot, double machineLoad) {
        return Math.min(slot.busyCpus() / cpus * Math.max(cpus, machineLoad), machineLoad);
    }

    private Map<SlotName, Double> ownerLoads(double ownerLoad) {
        List<Slot> order = new ArrayList<>(slots.values());
        order.sort(
                Comparator.comparing((Slot slot) -> !slot.owner())
                        .thenComparing(slot -> slot.name().slotId()));
        Map<SlotName, Double> loads = new HashMap<>();
        double left = Math.max(0, ownerLoad);
        for (Slot slot : order) {
            double part = Math.min(1, left);
            loads.put(slot.name(), part);
            left -= part;
        }
        loads.merge(order.get(0).name(), Math.max(0, left), Double::sum);
        return loads;
    }
}
