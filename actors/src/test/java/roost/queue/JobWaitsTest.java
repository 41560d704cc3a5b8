// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import roost.api.ApiReply.JobOutcome;
import roost.classad.ClassAd;
import roost.id.JobId;
import roost.job.Initiator;

class JobWaitsTest {
    private static final JobId ID = new JobId(3, 0);
    private static final ClassAd IMAGE = ClassAd.builder().putInt("ImageGeneration", 4).build();

    private final JobWaits waits = new JobWaits();

    @Test
    void whoWaitsForAnImageIsToldWhenItIsComplete() {
        JobWaits.Wait wait = waits.begin(ID, BatchJobActor.Wish.CHECKPOINT);
        waits.imaged(news(JobReport.ImageNews.Kind.TAKEN, ""), Optional.of(IMAGE));
        assertThat(wait.result())
                .isCompletedWithValueMatching(result -> result.outcome() == JobOutcome.SUCCESS)
                .isCompletedWithValueMatching(result -> result.image().equals(Optional.of(IMAGE)));
    }

    @Test
    void whoWaitsForAnImageThatFailsIsToldWhy() {
        JobWaits.Wait wait = waits.begin(ID, BatchJobActor.Wish.CHECKPOINT);
        waits.imaged(news(JobReport.ImageNews.Kind.FAILED, "disk full"), Optional.of(IMAGE));
        assertThat(wait.result().join().outcome()).isEqualTo(JobOutcome.ERROR);
        assertThat(wait.result().join().reason()).contains("disk full");
        assertThat(wait.result().join().image()).isEmpty();
    }

    @Test
    void aJobThatEndsFirstFailsTheWaitForItsImage() {
        JobWaits.Wait wait = waits.begin(ID, BatchJobActor.Wish.CHECKPOINT);
        waits.left(idle(true), Optional.of(IMAGE));
        assertThat(wait.result().join().outcome()).isEqualTo(JobOutcome.ERROR);
        assertThat(wait.result().join().reason()).contains("the job ended first");
    }

    @Test
    void whoWaitsForAJobToLeaveIsNotToldByAnImage() {
        JobWaits.Wait wait = waits.begin(ID, BatchJobActor.Wish.VACATE);
        waits.imaged(news(JobReport.ImageNews.Kind.TAKEN, ""), Optional.of(IMAGE));
        assertThat(wait.result()).isNotDone();
        waits.left(idle(true), Optional.of(IMAGE));
        assertThat(wait.result().join().outcome()).isEqualTo(JobOutcome.SUCCESS);
        assertThat(wait.result().join().image()).contains(IMAGE);
    }

    @Test
    void aJobThatLeftWithoutAnImageShowsNone() {
        JobWaits.Wait wait = waits.begin(ID, BatchJobActor.Wish.VACATE_FAST);
        waits.left(idle(false), Optional.of(IMAGE));
        assertThat(wait.result().join().image()).isEmpty();
    }

    private static JobReport.ImageNews news(JobReport.ImageNews.Kind kind, String reason) {
        return new JobReport.ImageNews(ID, kind, 1, 1, 0, reason);
    }

    private static JobState idle(boolean checkpointed) {
        SavedWork saved =
                SavedWork.NONE.evicted(
                        new Eviction(Initiator.USER, "why", checkpointed, 0), 1, List.of());
        JobState.Totals totals =
                new JobState.Totals(1, 0, 0, 0, 0, 0, 0, "", Optional.empty(), saved, 1);
        return new JobState.Idle(0, totals);
    }
}
