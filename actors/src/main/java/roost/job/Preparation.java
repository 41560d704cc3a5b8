// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import roost.classad.ClassAd;

/**
 * The sandbox of a job that may start in a moment. Making it takes as long as making durable that
 * the job is to start, so both are done at once; whoever begins it hands it to {@link JobActor} or
 * abandons it.
 */
public final class Preparation {
    private final JobActor.Surroundings surroundings;
    private final Sandbox sandbox;
    private final CompletableFuture<Starters.Placement> made = new CompletableFuture<>();

    private Preparation(JobActor.Surroundings surroundings, Sandbox sandbox) {
        this.surroundings = surroundings;
        this.sandbox = sandbox;
    }

    /**
     * Begins to make a sandbox. Returns at once.
     *
     * @param machine the slot's ad, for the job to read
     */
    public static Preparation begin(
            JobActor.Surroundings surroundings, JobSpec spec, Sandbox sandbox, ClassAd machine) {
        Preparation preparation = new Preparation(surroundings, sandbox);
        surroundings.blocking().execute(() -> preparation.make(spec, machine));
        return preparation;
    }

    private void make(JobSpec spec, ClassAd machine) {
        try {
            made.complete(surroundings.sandboxes().prepare(spec, sandbox, machine));
        } catch (JobFailure e) {
            made.completeExceptionally(e);
        } catch (RuntimeException e) {
            made.completeExceptionally(new JobFailure(e.toString(), e));
        }
    }

    /** Completes when the sandbox is there; fails with a {@link JobFailure}. */
    CompletionStage<Starters.Placement> made() {
        return made;
    }

    /** The job does not come: what was made for it is removed. */
    public void abandon() {
        made.thenRunAsync(() -> surroundings.sandboxes().remove(sandbox), surroundings.blocking());
    }
}
