// SPDX-License-Identifier: Apache-2.0
package roost.node;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import roost.id.NodeAddress;

/** The other nodes of the pool, for whoever asks, on any thread. */
final class Peers {
    /**
     * Another node.
     *
     * @param name its machine name; empty until it has said it
     */
    record Peer(NodeAddress address, ActorRef<NodeActor.Command> node, Optional<String> name) {}

    private final NodeAddress own;
    private final Map<NodeAddress, Peer> peers = new ConcurrentHashMap<>();

    Peers(NodeAddress own) {
        this.own = own;
    }

    /**
     * The nodes that there are now, this one among them.
     *
     * @return those that were not known before
     */
    List<Peer> update(Set<ActorRef<NodeActor.Command>> nodes) {
        Map<NodeAddress, ActorRef<NodeActor.Command>> now = new HashMap<>();
        for (ActorRef<NodeActor.Command> node : nodes) {
            addressOf(node).ifPresent(address -> now.put(address, node));
        }
        peers.values().removeIf(peer -> !peer.node().equals(now.get(peer.address())));
        List<Peer> fresh =
                now.entrySet().stream()
                        .filter(entry -> !peers.containsKey(entry.getKey()))
                        .map(e -> new Peer(e.getKey(), e.getValue(), Optional.empty()))
                        .toList();
        fresh.forEach(peer -> peers.put(peer.address(), peer));
        return fresh;
    }

    void named(NodeAddress address, String name) {
        peers.computeIfPresent(
                address, (same, peer) -> new Peer(peer.address(), peer.node(), Optional.of(name)));
    }

    List<Peer> all() {
        return List.copyOf(peers.values());
    }

    Optional<Peer> at(NodeAddress address) {
        return Optional.ofNullable(peers.get(address));
    }

    /** The node whose machine has this name, or whose name's first part it is. */
    Optional<Peer> named(String name) {
        return peers.values().stream()
                .filter(peer -> peer.name().map(n -> sameMachine(n, name)).orElse(false))
                .findFirst();
    }

    /** Whether a machine is meant by a name: its own, or the first part of it. */
    static boolean sameMachine(String machine, String name) {
        return machine.equalsIgnoreCase(name) || machine.split("\\.", 2)[0].equalsIgnoreCase(name);
    }

    /** A local reference has no address in it, and is this node itself: no peer. */
    private Optional<NodeAddress> addressOf(ActorRef<?> ref) {
        Address address = ref.path().address();
        if (address.getHost().isEmpty() || address.getPort().isEmpty()) {
            return Optional.empty();
        }
        NodeAddress there = new NodeAddress(address.getHost().get(), address.getPort().get());
        return there.equals(own) ? Optional.empty() : Optional.of(there);
    }
}
