// SPDX-License-Identifier: Apache-2.0
package roost.node;

import akka.actor.AbstractActorWithTimers;
import akka.actor.ActorSystem;
import akka.actor.Address;
import akka.actor.Props;
import akka.cluster.Cluster;
import akka.cluster.ClusterEvent;
import akka.cluster.DowningProvider;
import akka.cluster.Member;
import java.time.Duration;
import scala.Option;
import scala.concurrent.duration.FiniteDuration;

/**
 * Takes a node out of the cluster when it has been unreachable for a while.
 *
 * <p>Akka's split brain resolver was rejected: it makes the losing side of a partition shut itself
 * down. Here every durable fact lives on exactly one node and cluster singletons hold only what
 * they can rebuild, so a node that is alone does no harm, and must go on serving what it holds.
 */
public final class AutoDown extends DowningProvider {
    private final Duration margin;

    public AutoDown(ActorSystem system) {
        this.margin = system.settings().config().getDuration("roost.cluster.down-after");
    }

    @Override
    public FiniteDuration downRemovalMargin() {
        return scala.jdk.javaapi.DurationConverters.toScala(Duration.ZERO);
    }

    @Override
    public Option<Props> downingActorProps() {
        return Option.apply(Props.create(Watcher.class, margin));
    }

    /** Counts how long each member has been unreachable. */
    static final class Watcher extends AbstractActorWithTimers {
        private record Overdue(Address address) {}

        private final Cluster cluster = Cluster.get(context().system());
        private final Duration margin;

        Watcher(Duration margin) {
            this.margin = margin;
        }

        @Override
        public void preStart() {
            cluster.subscribe(
                    self(),
                    ClusterEvent.initialStateAsEvents(),
                    ClusterEvent.ReachabilityEvent.class,
                    ClusterEvent.MemberRemoved.class);
        }

        @Override
        public void postStop() {
            cluster.unsubscribe(self());
        }

        @Override
        public Receive createReceive() {
            return receiveBuilder()
                    .match(ClusterEvent.UnreachableMember.class, e -> watch(e.member()))
                    .match(ClusterEvent.ReachableMember.class, e -> forget(e.member()))
                    .match(ClusterEvent.MemberRemoved.class, e -> forget(e.member()))
                    .match(Overdue.class, overdue -> cluster.down(overdue.address()))
                    .matchAny(ignored -> {})
                    .build();
        }

        private void watch(Member member) {
            getTimers().startSingleTimer(member.address(), new Overdue(member.address()), margin);
        }

        private void forget(Member member) {
            getTimers().cancel(member.address());
        }
    }
}
