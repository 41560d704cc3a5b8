// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import java.util.OptionalLong;
import java.util.function.Consumer;
import roost.guest.RunKey;
import roost.id.JobId;
import roost.id.SlotName;
import roost.slot.SlotActor;

/**
 * A job's runs on other nodes: a child of its {@link BatchJobActor} for each, which ends by itself
 * when nothing is left to be said. Belongs to that actor, which has nothing to say to a run any
 * more once it has begun the next.
 */
final class AwayRuns implements JobRuns.Elsewhere {
    private final ActorContext<?> context;
    private final JobId id;
    private final BatchJobActor.Surroundings surroundings;

    /** The number of the newest run on another node; 0 if there is none. */
    private int number;

    private ActorRef<AwayRun.Command> child;

    AwayRuns(ActorContext<?> context, JobId id, BatchJobActor.Surroundings surroundings) {
        this.context = context;
        this.id = id;
        this.surroundings = surroundings;
    }

    @Override
    public Consumer<SlotActor.Command> run(SlotName slot, int run, JobState.Totals before) {
        if (run != number) {
            number = run;
            child = context.spawnAnonymous(behavior(slot, run, before));
        }
        ActorRef<AwayRun.Command> there = child;
        return order -> there.tell(new AwayRun.Order(order));
    }

    private Behavior<AwayRun.Command> behavior(SlotName slot, int run, JobState.Totals before) {
        OptionalLong previousEnd =
                before.lastEnd().stream().mapToLong(JobChange.Ended::at).findFirst();
        return AwayRun.create(
                surroundings.away(),
                new RunKey(surroundings.host(), id, run),
                slot,
                surroundings.images().store().of(id),
                previousEnd,
                surroundings.images().blocking());
    }

    /** What is needed is begun anew. */
    void stop() {
        if (number != 0) {
            context.stop(child);
            number = 0;
        }
    }
}
