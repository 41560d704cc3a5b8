// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import roost.job.CpuTime;
import roost.job.Initiator;
import roost.job.JobExit;
import roost.posix.Signals;

class JobEndTest {
    private static final Optional<JobChange.EndRequested> NOBODY = Optional.empty();

    @ParameterizedTest
    @ValueSource(ints = {Signals.USR2, Signals.QUIT, Signals.KILL, Signals.USR1})
    void aStandardJobThatDiesOfOneOfTheseGoesBackIntoTheQueue(int signal) {
        assertThat(JobEnd.classify(true, died(signal), NOBODY)).isEqualTo(JobEnd.Kind.EVICTED);
        assertThat(JobEnd.classify(false, died(signal), NOBODY)).isEqualTo(JobEnd.Kind.FINISHED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 6, 11, Signals.TERM})
    void aStandardJobThatEndsOtherwiseIsFinishedEvenIfItWasToLeave(int signal) {
        assertThat(JobEnd.classify(true, died(signal), wanted(JobChange.Purpose.REQUEUE)))
                .isEqualTo(JobEnd.Kind.FINISHED);
        assertThat(JobEnd.classify(true, died(signal), wanted(JobChange.Purpose.HOLD)))
                .isEqualTo(JobEnd.Kind.FINISHED);
    }

    @Test
    void aJobThatIsRemovedIsNotFinishedHoweverItEnds() {
        assertThat(JobEnd.classify(true, died(0), wanted(JobChange.Purpose.REMOVE)))
                .isEqualTo(JobEnd.Kind.EVICTED);
    }

    @Test
    void anotherJobThatWasToldToEndIsEvictedHoweverItEnds() {
        assertThat(JobEnd.classify(false, died(0), wanted(JobChange.Purpose.REQUEUE)))
                .isEqualTo(JobEnd.Kind.EVICTED);
    }

    @Test
    void aJobThatItsMachineEndedWithoutTheQueuesWordIsEvictedAndSaysSo() {
        JobExit asked = new JobExit(0, 0, false, true, 1, 1, 1, 10_000, 50_000);
        assertThat(JobEnd.classify(false, asked, NOBODY)).isEqualTo(JobEnd.Kind.EVICTED);
        assertThat(JobEnd.eviction(running(NOBODY), asked, false, false))
                .isEqualTo(
                        new Eviction(Initiator.NODE, "the machine it ran on stopped", false, 30));
    }

    @Test
    void anEvictionSaysWhoWhyAndWhatItCost() {
        assertThat(
                        JobEnd.eviction(
                                running(wanted(JobChange.Purpose.REQUEUE)),
                                died(Signals.USR2),
                                true,
                                true))
                .isEqualTo(new Eviction(Initiator.POLICY, "the owner is back", true, 0));
    }

    @Test
    void anEvictionWithoutTheImageThatWasAskedForSaysSo() {
        Eviction eviction =
                JobEnd.eviction(
                        running(wanted(JobChange.Purpose.REQUEUE)),
                        died(Signals.KILL),
                        true,
                        false);
        assertThat(eviction.why()).isEqualTo("the owner is back; no image was complete in time");
        assertThat(eviction.lostSeconds()).isEqualTo(30);
        assertThat(eviction.checkpointed()).isFalse();
    }

    @Test
    void aProgramThatNobodyAskedIsEvictedByItself() {
        assertThat(JobEnd.eviction(running(NOBODY), died(Signals.KILL), true, false))
                .isEqualTo(new Eviction(Initiator.JOB, "the program died of SIGKILL", false, 30));
        assertThat(JobEnd.eviction(running(NOBODY), died(Signals.USR2), true, true).why())
                .isEqualTo("the program checkpointed itself and ended");
    }

    private static JobState.Running running(Optional<JobChange.EndRequested> end) {
        return new JobState.Running(
                0,
                JobState.Totals.ZERO,
                "slot1@here",
                1,
                "/dir",
                7,
                10_000,
                0,
                end,
                20_000,
                0,
                CpuTime.NONE,
                "<host>");
    }

    private static Optional<JobChange.EndRequested> wanted(JobChange.Purpose purpose) {
        return Optional.of(
                new JobChange.EndRequested(
                        40_000, purpose, Initiator.POLICY, "the owner is back", false));
    }

    private static JobExit died(int signal) {
        return new JobExit(0, signal, false, false, 1, 1, 1, 10_000, 50_000);
    }
}
