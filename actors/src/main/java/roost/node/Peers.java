// SPDX-License-Identifier: Apache-2.0
package roost.node;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import roost.api.ApiException;
import roost.id.NodeAddress;

/** The other nodes of the pool, for whoever asks, on any thread. */
final class Peers {
    /**
     * Another node.
     *
     * @param name its machine name; empty until it has said it
     * @param asked what it has not answered yet
     */
    record Peer(
            NodeAddress address,
            ActorRef<NodeActor.Command> node,
            Optional<String> name,
            Set<CompletableFuture<?>> asked) {

        /** The same answer, which fails if the node leaves the pool before it. */
        <T> CompletableFuture<T> orGone(CompletableFuture<T> answer, Peers peers) {
            asked.add(answer);
            answer.whenComplete((reply, failure) -> asked.remove(answer));
            if (!peers.has(this)) {
                answer.completeExceptionally(gone(address));
            }
            return answer;
        }
    }

    /** What those are told who wait for a node that died, or cannot be reached any more. */
    private static ApiException gone(NodeAddress address) {
        return new ApiException(
                ApiException.Code.UNAVAILABLE,
                "Failed to connect to startd " + address,
                "that node left the pool before it answered; whether the request was carried out is"
                        + " not known");
    }

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
        for (Peer peer : peers.values()) {
            if (!peer.node().equals(now.get(peer.address()))) {
                peers.remove(peer.address());
                ApiException gone = gone(peer.address());
                peer.asked().forEach(answer -> answer.completeExceptionally(gone));
            }
        }
        List<Peer> fresh =
                now.entrySet().stream()
                        .filter(entry -> !peers.containsKey(entry.getKey()))
                        .map(
                                e ->
                                        new Peer(
                                                e.getKey(),
                                                e.getValue(),
                                                Optional.empty(),
                                                ConcurrentHashMap.newKeySet()))
                        .toList();
        fresh.forEach(peer -> peers.put(peer.address(), peer));
        return fresh;
    }

    void named(NodeAddress address, String name) {
        peers.computeIfPresent(
                address,
                (same, peer) ->
                        new Peer(peer.address(), peer.node(), Optional.of(name), peer.asked()));
    }

    private boolean has(Peer peer) {
        Peer known = peers.get(peer.address());
        return known != null && known.asked() == peer.asked();
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
