// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import roost.capture.HostFacts;
import roost.image.ImageRecord;
import roost.image.Outputs.FileNote;
import roost.job.CpuTime;
import roost.job.Initiator;
import roost.job.JobExit;
import roost.queue.JobChange.Fate;
import roost.queue.JobChange.Purpose;

class JobStateTest {
    private static final JobChange MATCHED =
            new JobChange.Matched(10, "slot1@here", 1, "/dir", "<host>");
    private static final JobChange STARTED = JobChange.Started.fresh(20_000, 77);

    /** One change of each kind, and of those with a purpose or fate one of each. */
    private static final List<JobChange> CHANGES =
            List.of(
                    new JobChange.Submitted(5),
                    MATCHED,
                    new JobChange.Unmatched(15, "busy", false),
                    STARTED,
                    new JobChange.Suspended(30_000, 3),
                    new JobChange.Continued(40_000),
                    new JobChange.ImageTaken(42_000, image(1, 41_000), 2, CpuTime.NONE),
                    new JobChange.ImageFailed(42_500, "no space"),
                    // Of no size, because the sum of sizes would make ever new states.
                    new JobChange.SelfCheckpointed(43_000, 1, 0, CpuTime.NONE, ""),
                    new JobChange.EndRequested(
                            45_000, Purpose.HOLD, Initiator.USER, "later", false),
                    new JobChange.EndRequested(
                            45_000, Purpose.REMOVE, Initiator.USER, "away", false),
                    ended(Fate.COMPLETE),
                    ended(Fate.HOLD),
                    ended(Fate.REQUEUE),
                    ended(Fate.REMOVE),
                    new JobChange.Lost(
                            50_000,
                            "machine went down",
                            Fate.REQUEUE,
                            Optional.empty(),
                            CpuTime.NONE),
                    new JobChange.Held(60_000, "wait", HoldCode.USER_REQUEST, 0),
                    new JobChange.Released(70_000, "go"),
                    new JobChange.Removed(80_000, "away"));

    private static final Map<Class<? extends JobState>, Set<Class<? extends JobChange>>> LEGAL =
            Map.of(
                    JobState.New.class,
                    Set.of(JobChange.Submitted.class, JobChange.Held.class),
                    JobState.Idle.class,
                    Set.of(JobChange.Matched.class, JobChange.Held.class, JobChange.Removed.class),
                    JobState.Matched.class,
                    Set.of(
                            JobChange.Unmatched.class,
                            JobChange.Started.class,
                            JobChange.ImageTaken.class,
                            JobChange.Held.class,
                            JobChange.Removed.class),
                    JobState.Running.class,
                    Set.of(
                            JobChange.Suspended.class,
                            JobChange.Continued.class,
                            JobChange.ImageTaken.class,
                            JobChange.ImageFailed.class,
                            JobChange.SelfCheckpointed.class,
                            JobChange.EndRequested.class,
                            JobChange.Ended.class,
                            JobChange.Lost.class),
                    JobState.Held.class,
                    Set.of(JobChange.Released.class, JobChange.Removed.class),
                    JobState.Gone.class,
                    Set.of());

    @Test
    void everyStateTakesExactlyTheChangesThatFitIt() {
        Set<JobState> seen = new HashSet<>(Set.of(new JobState.New()));
        ArrayDeque<JobState> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            JobState state = open.remove();
            for (JobChange change : CHANGES) {
                if (LEGAL.get(state.getClass()).contains(change.getClass())) {
                    JobState next = state.apply(change);
                    if (next.totals().runs() <= 2
                            && next.totals().suspensions() <= 2
                            && next.totals().saved().taken() <= 2
                            && hasOneKindOfCheckpoints(next.totals().saved())
                            && seen.add(next)) {
                        open.add(next);
                    }
                } else {
                    assertThatThrownBy(() -> state.apply(change))
                            .isInstanceOf(IllegalStateException.class);
                }
            }
        }
        assertThat(seen.stream().map(JobState::getClass).collect(Collectors.toSet()))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(JobState.class.getPermittedSubclasses())
                                .map(c -> c.<JobState>asSubclass(JobState.class))
                                .collect(Collectors.toSet()));
    }

    /** No job has images and checkpoints of its own; both would only multiply the states. */
    private static boolean hasOneKindOfCheckpoints(SavedWork saved) {
        return saved.taken() == 0 || saved.own().attempts() == 0;
    }

    @Test
    void timeSuspendedIsPartOfTheWallTimeAndCountedApart() {
        JobState state =
                run(
                        new JobChange.Submitted(5),
                        MATCHED,
                        STARTED,
                        new JobChange.Suspended(30_000, 3),
                        new JobChange.Continued(34_000),
                        ended(Fate.COMPLETE));
        assertThat(state.totals().wallSeconds()).isEqualTo(30.0);
        assertThat(state.totals().suspendedSeconds()).isEqualTo(4.0);
        assertThat(state.status()).isEqualTo(JobStatus.COMPLETED);
    }

    @Test
    void aRunningJobThatIsHeldCountsAsHeldBeforeItsProcessesAreGone() {
        JobState state =
                run(
                        new JobChange.Submitted(5),
                        MATCHED,
                        STARTED,
                        new JobChange.EndRequested(
                                45_000, Purpose.HOLD, Initiator.USER, "later", false));
        assertThat(state.status()).isEqualTo(JobStatus.HELD);
        assertThat(state).isInstanceOf(JobState.Running.class);
        assertThat(state.apply(ended(Fate.HOLD)))
                .isEqualTo(
                        new JobState.Held(
                                50_000,
                                state.apply(ended(Fate.HOLD)).totals(),
                                "why",
                                HoldCode.USER_REQUEST,
                                0));
    }

    @Test
    void aRunThatIsLostGivesTheJobBackToTheQueueWithItsTimeCounted() {
        JobState state =
                run(
                        new JobChange.Submitted(5),
                        MATCHED,
                        STARTED,
                        new JobChange.Lost(
                                50_000, "gone", Fate.REQUEUE, Optional.empty(), CpuTime.NONE));
        assertThat(state).isInstanceOf(JobState.Idle.class);
        assertThat(state.totals().runs()).isEqualTo(1);
        assertThat(state.totals().wallSeconds()).isEqualTo(30.0);
    }

    @Test
    void anImageSavesTheRunningTimeBeforeItAndAnEvictionLosesWhatCameAfter() {
        JobState running =
                run(
                        new JobChange.Submitted(5),
                        MATCHED,
                        STARTED,
                        new JobChange.Suspended(30_000, 3),
                        new JobChange.Continued(40_000),
                        new JobChange.ImageTaken(43_000, image(1, 42_000), 2, CpuTime.NONE));
        assertThat(running.totals().saved().committedSeconds()).isEqualTo(12.0);
        assertThat(((JobState.Running) running).unsavedSeconds(50_000)).isEqualTo(8.0);
        JobState after =
                running.apply(
                        new JobChange.Lost(
                                50_000,
                                "gone",
                                Fate.REQUEUE,
                                Optional.of(new Eviction(Initiator.NODE, "gone", false, 8.0)),
                                CpuTime.NONE));
        assertThat(after.totals().saved().lostSeconds()).isEqualTo(8.0);
        assertThat(after.totals().saved().newest()).contains(image(1, 42_000));
    }

    @Test
    void aCheckpointOfTheJobItselfSavesItsTimeUnlessItsFilesWereNotKept() {
        JobState running =
                run(
                        new JobChange.Submitted(5),
                        MATCHED,
                        STARTED,
                        new JobChange.SelfCheckpointed(30_000, 1, 10, CpuTime.NONE, ""),
                        new JobChange.SelfCheckpointed(40_000, 2, 0, CpuTime.NONE, "no space"));
        assertThat(running.totals().saved().own()).isEqualTo(new SavedWork.Own(2, 30_000));
        assertThat(running.totals().saved().committedSeconds()).isEqualTo(10.0);
        assertThat(((JobState.Running) running).unsavedSeconds(50_000)).isEqualTo(20.0);
        assertThat(running.apply(ended(Fate.REQUEUE)).totals().saved().goesOn()).isFalse();
    }

    @Test
    void anImageThatWasPassedOverCountsNoMoreAndItsNumberIsNotGivenAgain() {
        JobState state =
                run(
                        new JobChange.Submitted(5),
                        MATCHED,
                        STARTED,
                        new JobChange.ImageTaken(30_000, image(1, 30_000), 2, CpuTime.NONE),
                        new JobChange.ImageTaken(40_000, image(2, 40_000), 2, CpuTime.NONE),
                        new JobChange.Lost(
                                50_000, "gone", Fate.REQUEUE, Optional.empty(), CpuTime.NONE),
                        MATCHED,
                        new JobChange.Started(60_000, 78, 1, List.of("image 2: damaged")));
        assertThat(state.totals().saved().images()).containsExactly(image(1, 30_000));
        assertThat(state.totals().saved().highest()).isEqualTo(2);
        assertThat(state.totals().saved().restarts()).isEqualTo(1);
    }

    @Test
    void whatTheLastRunWroteIsOnlyKnownAsLongAsNoOtherMayHaveWritten() {
        FileNote note = new FileNote("/out", 1, 2, 3);
        JobState matched =
                run(
                        new JobChange.Submitted(5),
                        MATCHED,
                        STARTED,
                        new JobChange.ImageTaken(30_000, image(1, 30_000), 2, CpuTime.NONE),
                        evicted(note),
                        new JobChange.Matched(60_000, "slot1@here", 2, "/dir2", "<host>"));
        assertThat(matched.apply(new JobChange.Unmatched(61_000, "busy", false)))
                .extracting(state -> state.totals().saved().outputs())
                .isEqualTo(List.of(note));
        assertThat(matched.apply(new JobChange.Unmatched(61_000, "gone", true)))
                .extracting(state -> state.totals().saved().outputs())
                .isEqualTo(List.of());
        assertThat(matched.totals().nextRun()).isEqualTo(3);
    }

    private static JobChange evicted(FileNote note) {
        JobExit exit = new JobExit(0, 12, false, true, 1, 1, 1, 20_000, 50_000);
        return JobChange.Ended.of(exit, List.of(note))
                .decided(
                        Fate.REQUEUE,
                        "vacate",
                        Optional.of(new Eviction(Initiator.USER, "vacate", true, 0)));
    }

    @Test
    void aProgramThatCameToItsEndHasNoImagesLeft() {
        JobState state =
                run(
                        new JobChange.Submitted(5),
                        MATCHED,
                        STARTED,
                        new JobChange.ImageTaken(30_000, image(1, 30_000), 2, CpuTime.NONE),
                        ended(Fate.REQUEUE));
        assertThat(state.totals().saved().images()).isEmpty();
        assertThat(state.totals().saved().committedSeconds()).isEqualTo(30.0);
    }

    private static ImageRecord image(int generation, long created) {
        HostFacts host = new HostFacts("here", "6.1", 62, "cpu", 0, 0);
        return new ImageRecord(
                generation, created, 4096, "d" + generation, host, "/bin/p", "x", 1, 2, "why", "l");
    }

    private static JobState run(JobChange... changes) {
        JobState state = new JobState.New();
        for (JobChange change : changes) {
            state = state.apply(change);
        }
        return state;
    }

    private static JobChange.Ended ended(Fate fate) {
        return new JobChange.Ended(
                50_000, 0, 0, false, 1.5, 0.5, 2048, fate, "why", Optional.empty(), List.of());
    }
}
