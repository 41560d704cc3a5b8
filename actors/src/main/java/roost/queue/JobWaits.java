// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import roost.api.ApiReply.JobOutcome;
import roost.api.ApiReply.JobResult;
import roost.classad.ClassAd;
import roost.id.JobId;

/**
 * Who waits until a job's image is complete, or until the job is off its slot. Belongs to the
 * queue's actor; only the results are seen by others.
 */
final class JobWaits {
    private final List<Wait> waits = new ArrayList<>();

    /**
     * One that waits.
     *
     * @param result completed with how it ended, never with an exception
     */
    record Wait(JobId id, BatchJobActor.Wish wish, CompletableFuture<JobResult> result) {
        private void end(JobOutcome outcome, String reason, Optional<ClassAd> image) {
            result.complete(
                    new JobResult(
                            id,
                            outcome,
                            reason.isEmpty() ? Optional.empty() : Optional.of(reason),
                            image));
        }
    }

    static boolean canBeAwaited(BatchJobActor.Wish wish) {
        return switch (wish) {
            case VACATE, VACATE_FAST, CHECKPOINT -> true;
            case REMOVE, REMOVE_AT_ONCE, HOLD, RELEASE, REQUEUE, REQUEUE_AT_ONCE -> false;
        };
    }

    Wait begin(JobId id, BatchJobActor.Wish wish) {
        Wait wait = new Wait(id, wish, new CompletableFuture<>());
        waits.add(wait);
        return wait;
    }

    void giveUp(Wait wait) {
        waits.remove(wait);
    }

    /** An image is complete, or there will be none. */
    void imaged(BatchJobActor.ImageNews news, Optional<ClassAd> image) {
        boolean taken = news.kind() == BatchJobActor.ImageNews.Kind.TAKEN;
        end(
                wait -> wait.wish() == BatchJobActor.Wish.CHECKPOINT,
                wait ->
                        wait.end(
                                taken ? JobOutcome.SUCCESS : JobOutcome.ERROR,
                                taken ? "" : news.reason(),
                                taken ? image : Optional.empty()));
    }

    /** The job is in another state. */
    void moved(JobState state) {
        if (state instanceof JobState.Running) {
            return;
        }
        end(
                wait -> true,
                wait -> {
                    boolean vacated = wait.wish() != BatchJobActor.Wish.CHECKPOINT;
                    wait.end(
                            vacated ? JobOutcome.SUCCESS : JobOutcome.ERROR,
                            vacated ? "" : "the job ended first",
                            Optional.empty());
                });
    }

    private void end(
            java.util.function.Predicate<Wait> which, java.util.function.Consumer<Wait> how) {
        List<Wait> ended = waits.stream().filter(which).toList();
        waits.removeAll(ended);
        ended.forEach(how);
    }
}
