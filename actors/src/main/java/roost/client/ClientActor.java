// SPDX-License-Identifier: Apache-2.0
package roost.client;

import akka.actor.Address;
import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.AbstractBehavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.Receive;
import akka.actor.typed.receptionist.Receptionist;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import roost.api.ApiEvent;
import roost.api.ApiException;
import roost.api.ApiRequest;
import roost.api.EventFilter;
import roost.id.NodeAddress;
import roost.node.NodeActor;

/**
 * The guardian of a client: knows the pool's nodes from the receptionist and passes on the events
 * that they send. Nothing is durable.
 */
final class ClientActor extends AbstractBehavior<ClientActor.Command> {
    /** What the client can be told. */
    sealed interface Command {}

    /** Deliver events. */
    record Listen(Listener listener) implements Command {}

    /** Deliver no more. */
    record Forget(Listener listener) implements Command {}

    private record Listed(Receptionist.Listing listing) implements Command {}

    private record Happened(ApiEvent event) implements Command {}

    /** Somebody who wants events. */
    record Listener(EventFilter filter, Consumer<ApiEvent> consumer) {}

    /** The nodes that there are; filled by the actor, read by any thread. */
    static final class Nodes {
        private final Map<NodeAddress, ActorRef<NodeActor.Command>> byAddress =
                new ConcurrentHashMap<>();
        private final Map<ActorRef<NodeActor.Command>, Set<CompletableFuture<?>>> asked =
                new ConcurrentHashMap<>();
        private final CountDownLatch first = new CountDownLatch(1);

        boolean awaitFirst(Duration patience) {
            try {
                return first.await(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        List<NodeAddress> addresses() {
            return byAddress.keySet().stream()
                    .sorted(java.util.Comparator.comparing(NodeAddress::sinful))
                    .toList();
        }

        /** The node that holds what the request is about, or else any. */
        Optional<ActorRef<NodeActor.Command>> answering(ApiRequest<?> request) {
            if (request instanceof ApiRequest.OnClaim onClaim) {
                return Optional.ofNullable(byAddress.get(onClaim.id().node()));
            }
            if (request instanceof ApiRequest.RequestClaim claim
                    && claim.target().address().isPresent()) {
                return Optional.ofNullable(byAddress.get(claim.target().address().get()));
            }
            return addresses().stream().findFirst().map(byAddress::get);
        }

        /** The same answer, which fails if the node leaves the pool before it. */
        <T> CompletableFuture<T> orGone(
                ActorRef<NodeActor.Command> node, CompletableFuture<T> answer) {
            Set<CompletableFuture<?>> waiting =
                    asked.computeIfAbsent(node, same -> ConcurrentHashMap.newKeySet());
            waiting.add(answer);
            answer.whenComplete((reply, failure) -> waiting.remove(answer));
            if (!byAddress.containsValue(node)) {
                answer.completeExceptionally(gone());
            }
            return answer;
        }

        private static ApiException gone() {
            return new ApiException(
                    ApiException.Code.UNAVAILABLE,
                    "the node left the pool before it answered",
                    "whether the request was carried out is not known");
        }

        private void replace(Map<NodeAddress, ActorRef<NodeActor.Command>> now) {
            byAddress.putAll(now);
            byAddress.keySet().retainAll(now.keySet());
            for (ActorRef<NodeActor.Command> node : asked.keySet()) {
                if (!now.containsValue(node)) {
                    asked.remove(node).forEach(answer -> answer.completeExceptionally(gone()));
                }
            }
            if (!now.isEmpty()) {
                first.countDown();
            }
        }
    }

    private final Nodes nodes;
    private final List<Listener> listeners = new ArrayList<>();
    private final ActorRef<ApiEvent> events;
    private final Set<ActorRef<NodeActor.Command>> watched = new HashSet<>();
    private Set<ActorRef<NodeActor.Command>> present = Set.of();

    static Behavior<Command> create(Nodes nodes) {
        return Behaviors.setup(context -> new ClientActor(context, nodes));
    }

    private ClientActor(ActorContext<Command> context, Nodes nodes) {
        super(context);
        this.nodes = nodes;
        this.events = context.messageAdapter(ApiEvent.class, Happened::new);
        context.getSystem()
                .receptionist()
                .tell(
                        Receptionist.subscribe(
                                NodeActor.KEY,
                                context.messageAdapter(Receptionist.Listing.class, Listed::new)));
    }

    @Override
    public Receive<Command> createReceive() {
        return newReceiveBuilder()
                .onMessage(Listed.class, this::onListed)
                .onMessage(Listen.class, this::onListen)
                .onMessage(Forget.class, this::onForget)
                .onMessage(Happened.class, this::onHappened)
                .build();
    }

    private Behavior<Command> onListed(Listed listed) {
        present = listed.listing().getServiceInstances(NodeActor.KEY);
        Map<NodeAddress, ActorRef<NodeActor.Command>> now = new TreeMap<>(BY_TEXT);
        for (ActorRef<NodeActor.Command> node : present) {
            Address address = node.path().address();
            now.put(
                    new NodeAddress(
                            address.getHost().orElseThrow(), address.getPort().orElseThrow()),
                    node);
        }
        nodes.replace(now);
        watched.retainAll(present);
        watchIfWanted();
        return this;
    }

    private static final java.util.Comparator<NodeAddress> BY_TEXT =
            java.util.Comparator.comparing(NodeAddress::sinful);

    /** Nodes send events only to clients that have a listener for them. */
    private void watchIfWanted() {
        if (listeners.isEmpty()) {
            return;
        }
        for (ActorRef<NodeActor.Command> node : present) {
            if (watched.add(node)) {
                node.tell(new NodeActor.SendEvents(events));
            }
        }
    }

    private Behavior<Command> onListen(Listen listen) {
        listeners.add(listen.listener());
        watchIfWanted();
        return this;
    }

    private Behavior<Command> onForget(Forget forget) {
        listeners.remove(forget.listener());
        return this;
    }

    private Behavior<Command> onHappened(Happened happened) {
        for (Listener listener : listeners) {
            if (listener.filter().accepts(happened.event())) {
                listener.consumer().accept(happened.event());
            }
        }
        return this;
    }
}
