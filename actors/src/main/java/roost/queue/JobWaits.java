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
    void imaged(JobReport.ImageNews news, Optional<ClassAd> image) {
        boolean taken = news.kind() == JobReport.ImageNews.Kind.TAKEN;
        end(
                wait -> wait.wish() == BatchJobActor.Wish.CHECKPOINT,
                wait ->
                        wait.end(
                                taken ? JobOutcome.SUCCESS : JobOutcome.ERROR,
                                taken ? "" : news.reason(),
                                taken ? image : Optional.empty()));
    }

    /**
     * The job does not run, or not any more.
     *
     * @param newest its newest image
     */
    void left(JobState state, Optional<ClassAd> newest) {
        Optional<Eviction> eviction = state.totals().saved().lastEviction();
        boolean checkpointed = eviction.map(Eviction::checkpointed).orElse(false);
        end(
                wait -> wait.wish() != BatchJobActor.Wish.CHECKPOINT,
                wait -> wait.end(JobOutcome.SUCCESS, "", checkpointed ? newest : Optional.empty()));
        end(
                wait -> true,
                wait -> wait.end(JobOutcome.ERROR, "the job ended first", Optional.empty()));
    }

    private void end(
            java.util.function.Predicate<Wait> which, java.util.function.Consumer<Wait> how) {
        List<Wait> ended = waits.stream().filter(which).toList();
        waits.removeAll(ended);
        ended.forEach(how);
    }
}
