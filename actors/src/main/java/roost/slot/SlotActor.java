// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import akka.actor.typed.ActorRef;
import java.nio.file.Path;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.id.SlotName;
import roost.job.JobSpec;

/** One slot of this node: at most one batch job, any number of COD jobs. */
public final class SlotActor {
    private SlotActor() {}

    /** What a slot can be told. */
    public sealed interface Command {}

    /** Run a batch job. The answer is a {@link BatchEvent}, and more of them follow. */
    public record StartBatch(JobId id, JobSpec spec, Path jobDir, ActorRef<BatchEvent> events)
            implements Command {}

    /**
     * Take up a batch job that an earlier life of the node started: found again with the same pid,
     * or found ended, or lost.
     */
    public record ReattachBatch(JobId id, JobSpec spec, Path jobDir, ActorRef<BatchEvent> events)
            implements Command {}

    /**
     * End the batch job; nothing happens if the slot has another.
     *
     * @param fast kill it at once instead of asking it with its kill signal
     */
    public record EndBatch(JobId id, boolean fast) implements Command {}

    /**
     * A slot as it now is, sent to those who registered, at every change; changes that follow each
     * other quickly are told as one.
     *
     * @param acceptsBatch whether a batch job could start there now
     */
    public record SlotUpdate(
            SlotName name, ClassAd ad, boolean acceptsBatch, ActorRef<Command> slot) {}

    /** Register for {@link SlotUpdate}; the present state is sent at once. */
    public record Listen(ActorRef<SlotUpdate> listener) implements Command {}
}
