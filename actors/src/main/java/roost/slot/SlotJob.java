// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import akka.actor.typed.ActorRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import roost.job.JobActor;
import roost.job.JobNews;
import roost.job.JobSpec;
import roost.job.Preparation;
import roost.job.Sandbox;
import roost.slot.SlotArbiter.Phase;
import roost.slot.SlotArbiter.Want;

/** A batch or COD job as its slot sees it. Belongs to one {@link SlotActor}. */
final class SlotJob {
    final JobSpec spec;
    final Sandbox sandbox;
    final Story story = new Story();
    Want want = Want.RUN;
    Phase phase = Phase.NEW;

    /** How long it has to end. */
    Duration grace = Duration.ZERO;

    /** Why it is to write an image before it ends; empty if it need not. */
    Optional<String> lastImage = Optional.empty();

    /** The sandbox of a COD job that is not started yet. */
    Preparation preparation;

    /** Null as long as it is not started. */
    ActorRef<JobActor.Command> actor;

    SlotJob(JobSpec spec, Path directory) {
        this.spec = spec;
        this.sandbox = Sandbox.at(directory);
    }

    SlotArbiter.Job view() {
        return new SlotArbiter.Job(want, phase);
    }

    void follow(JobNews news) {
        if (news instanceof JobNews.Stopped && phase == Phase.STOPPING) {
            phase = Phase.STOPPED;
        } else if (news instanceof JobNews.Found found) {
            phase = found.stopped() ? Phase.STOPPED : Phase.RUNNING;
        }
    }

    /** Carries out what the arbiter says of a job that was started. */
    void obey(SlotArbiter.Action action) {
        switch (action) {
            case STOP -> {
                phase = Phase.STOPPING;
                actor.tell(JobActor.Stop.INSTANCE);
            }
            case CONTINUE -> {
                phase = Phase.RUNNING;
                actor.tell(JobActor.Continue.INSTANCE);
            }
            case END -> {
                phase = Phase.ENDING;
                actor.tell(new JobActor.End(grace, lastImage));
            }
            case KILL -> {
                phase = Phase.KILLING;
                actor.tell(JobActor.Kill.INSTANCE);
            }
            case START, START_STOPPED, FORGET -> throw new IllegalArgumentException(action.name());
        }
    }
}
