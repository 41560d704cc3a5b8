// SPDX-License-Identifier: Apache-2.0
package roost.guest;

import akka.actor.typed.ActorRef;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import roost.capture.HostFacts;
import roost.id.NodeAddress;

/** The other nodes that a queue may use, for whoever asks, on any thread. */
public final class Hosts {
    /**
     * A node of the cluster; it may be out of reach for the moment.
     *
     * @param facts what a restart of an image there depends on
     */
    public record Host(ActorRef<GuestsActor.Command> actor, NodeAddress address, HostFacts facts) {}

    private final Map<String, Host> byMachine = new ConcurrentHashMap<>();

    /** The host whose machine has this name; empty if none of the cluster has. */
    public Optional<Host> of(String machine) {
        return Optional.ofNullable(byMachine.get(machine));
    }

    void put(String machine, Host host) {
        byMachine.put(machine, host);
    }

    void remove(String machine) {
        byMachine.remove(machine);
    }
}
