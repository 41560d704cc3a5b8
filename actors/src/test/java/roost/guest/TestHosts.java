// SPDX-License-Identifier: Apache-2.0
package roost.guest;

import akka.actor.typed.ActorRef;
import roost.capture.HostFacts;
import roost.id.NodeAddress;

/** Other nodes that a test plays. */
public final class TestHosts {
    private TestHosts() {}

    public static Hosts of(
            String machine, ActorRef<GuestsActor.Command> actor, NodeAddress address) {
        Hosts hosts = new Hosts();
        HostFacts facts = new HostFacts(machine, "6.1", 62, "cpu", 0, 0);
        hosts.put(machine, new Hosts.Host(actor, address, facts));
        return hosts;
    }
}
