// SPDX-License-Identifier: Apache-2.0
package roost.bench;

import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Behaviors;
import akka.persistence.typed.PersistenceId;
import akka.persistence.typed.javadsl.CommandHandler;
import akka.persistence.typed.javadsl.EventHandler;
import akka.persistence.typed.javadsl.EventSourcedBehavior;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import roost.claim.ClaimEvent;
import roost.claim.Lease;
import roost.claim.Moment;

/**
 * The least that a durable actor can be: written as all of Roost's are, with an event like theirs,
 * and nothing else to do than to store one after the other.
 */
final class DurableWriter
        extends EventSourcedBehavior<DurableWriter.Go, ClaimEvent, DurableWriter.Nothing> {
    enum Go {
        INSTANCE
    }

    enum Nothing {
        INSTANCE
    }

    private static final ClaimEvent EVENT =
            new ClaimEvent.Renewed(
                    new Lease(3600, new Moment(1_750_000_000_000L, "boot", 1_000_000L)));

    private final akka.actor.typed.ActorRef<Go> self;
    private final long end;
    private final LongAdder events;
    private final CountDownLatch done;

    private DurableWriter(
            PersistenceId id,
            akka.actor.typed.ActorRef<Go> self,
            long end,
            LongAdder events,
            CountDownLatch done) {
        super(id);
        this.self = self;
        this.end = end;
        this.events = events;
        this.done = done;
    }

    /**
     * @param end when to stop, as System.nanoTime tells it
     */
    static Behavior<Go> create(String id, long end, LongAdder events, CountDownLatch done) {
        return Behaviors.setup(
                context -> {
                    context.getSelf().tell(Go.INSTANCE);
                    return new DurableWriter(
                            PersistenceId.ofUniqueId(id), context.getSelf(), end, events, done);
                });
    }

    @Override
    public Nothing emptyState() {
        return Nothing.INSTANCE;
    }

    @Override
    public CommandHandler<Go, ClaimEvent, Nothing> commandHandler() {
        return (state, go) -> Effect().persist(EVENT).thenRun(this::stored);
    }

    private void stored() {
        events.increment();
        if (System.nanoTime() < end) {
            self.tell(Go.INSTANCE);
        } else {
            done.countDown();
        }
    }

    @Override
    public EventHandler<Nothing, ClaimEvent> eventHandler() {
        return (state, event) -> state;
    }
}
