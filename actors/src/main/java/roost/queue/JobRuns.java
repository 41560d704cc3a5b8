// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import akka.actor.typed.ActorRef;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.id.NodeAddress;
import roost.id.SlotName;
import roost.job.Checkpointing;
import roost.job.JobFailure;
import roost.job.JobSpec;
import roost.job.SelfCheckpointing;
import roost.slot.BatchEvent;
import roost.slot.SlotActor;

/** What one batch job tells the slots it runs on. Belongs to a {@link BatchJobActor}. */
final class JobRuns {
    private final JobId id;
    private final ClassAd ad;
    private final BatchJobActor.Surroundings surroundings;
    private final IntFunction<ActorRef<BatchEvent>> events;
    private final Elsewhere away;

    /** Gives the one who takes orders for a run on a slot of another node. */
    interface Elsewhere {
        /**
         * @param before what earlier runs came to
         */
        Consumer<SlotActor.Command> run(SlotName slot, int run, JobState.Totals before);
    }

    /**
     * @param events who hears of a run, by the run's number
     * @param away for runs on other nodes
     */
    JobRuns(
            JobId id,
            ClassAd ad,
            BatchJobActor.Surroundings surroundings,
            IntFunction<ActorRef<BatchEvent>> events,
            Elsewhere away) {
        this.id = id;
        this.ad = ad;
        this.surroundings = surroundings;
        this.events = events;
        this.away = away;
    }

    /** The address of a slot's node; empty if it has just left the pool. */
    String hostOf(SlotName slot) {
        return surroundings.slots().containsKey(slot)
                ? surroundings.host().sinful()
                : surroundings.away().addressOf(slot).map(NodeAddress::sinful).orElse("");
    }

    void start(JobState.Matched state) {
        try {
            slot(state.slot(), state.run(), state.totals())
                    .accept(
                            new SlotActor.StartBatch(
                                    id,
                                    spec(state.slot(), state.totals().saved()),
                                    Path.of(state.directory()),
                                    events.apply(state.run())));
        } catch (JobFailure e) {
            events.apply(state.run()).tell(new BatchEvent.StartFailed(e.getMessage(), 0));
        }
    }

    /** Looks for a run of an earlier life of the node. */
    void reattach(JobState.Matched state) {
        reattach(state.slot(), state.run(), state.directory(), state.totals());
    }

    void reattach(JobState.Running state) {
        reattach(state.slot(), state.run(), state.directory(), state.totals());
    }

    private void reattach(String slot, int run, String directory, JobState.Totals totals) {
        try {
            slot(slot, run, totals)
                    .accept(
                            new SlotActor.ReattachBatch(
                                    id,
                                    spec(slot, totals.saved()),
                                    Path.of(directory),
                                    events.apply(run)));
        } catch (JobFailure e) {
            events.apply(run).tell(new BatchEvent.Lost(e.getMessage()));
        }
    }

    void end(JobState.Running state, JobChange.EndRequested end) {
        SlotActor.How how = SlotActor.How.GRACEFUL;
        if (end.fast()) {
            how = SlotActor.How.FAST;
        } else if (end.purpose() == JobChange.Purpose.REMOVE) {
            how = SlotActor.How.SOFT;
        }
        slot(state).accept(new SlotActor.EndBatch(id, how, end.reason()));
    }

    void checkpoint(JobState.Running state, String reason) {
        slot(state).accept(new SlotActor.CheckpointBatch(Optional.of(id), reason));
    }

    /** The run's end is durable. */
    void forget(JobState.Running state) {
        slot(state).accept(new SlotActor.ForgetBatch(id));
    }

    /**
     * It is durable that the run came to nothing. On another node nothing is kept of such a run.
     */
    void forget(JobState.Matched state) {
        SlotName.parse(state.slot())
                .map(surroundings.slots()::get)
                .ifPresent(own -> own.tell(new SlotActor.ForgetBatch(id)));
    }

    private Consumer<SlotActor.Command> slot(JobState.Running state) {
        return slot(state.slot(), state.run(), state.totals());
    }

    private Consumer<SlotActor.Command> slot(String name, int run, JobState.Totals before) {
        SlotName slot = SlotName.parse(name).orElseThrow();
        ActorRef<SlotActor.Command> own = surroundings.slots().get(slot);
        return own != null ? own::tell : away.run(slot, run, before);
    }

    private JobSpec spec(String slot, SavedWork saved) throws JobFailure {
        JobSpec spec =
                surroundings
                        .specs()
                        .of(ad, id.toString(), SlotName.parse(slot).orElseThrow().slot());
        CheckpointKind kind = CheckpointKind.of(ad);
        if (kind.byItself()) {
            return SelfCheckpointing.of(
                            ad,
                            surroundings.images().store().of(id).directory(),
                            spec.killSignal(),
                            saved.own().attempts())
                    .map(spec::with)
                    .orElse(spec);
        }
        return kind.library()
                ? spec.with(
                        new Checkpointing(
                                id,
                                surroundings.images().store().of(id).live(),
                                kind.images(),
                                saved.images(),
                                saved.highest(),
                                saved.outputs()))
                : spec;
    }
}
