// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.List;
import java.util.Optional;
import roost.classad.ClassAd;
import roost.job.Initiator;
import roost.job.JobExit;
import roost.posix.Signals;
import roost.slot.BatchEvent;

/**
 * What the end of a run means for its job. Pure.
 *
 * <p>Source: HTCondor 8.8, {@code condor_starter.std} and the shadow's {@code JOB_CKPTED} and
 * {@code JOB_NOT_CKPTED}: a program of the standard universe that dies of SIGUSR2 or SIGQUIT has
 * been checkpointed, one that dies of SIGKILL or SIGUSR1 has not, and both go back into the queue.
 * On purpose different: whether it was checkpointed is told by its image, not by its signal.
 */
final class JobEnd {
    /** How a run ended. */
    enum Kind {
        /** The program came to its own end, by an exit or a signal of its own. */
        FINISHED,
        /** It was ended before; its job goes on another time. */
        EVICTED
    }

    private JobEnd() {}

    /**
     * What a run that ended does to its job.
     *
     * @param ad the job's ad as it was submitted
     * @param nowMillis for what is decided only now
     */
    static List<JobChange> ended(
            ClassAd ad, JobState.Running run, BatchEvent.Exited exited, long nowMillis) {
        Optional<String> broken = exited.traces().brokenPromise();
        if (broken.isPresent() && run.end().isEmpty()) {
            return heldForBrokenPromise(run, exited.exit(), broken.get(), nowMillis);
        }
        CheckpointKind kind = CheckpointKind.of(ad);
        JobExit exit = exited.exit();
        JobChange.Ended bare = JobChange.Ended.of(exit, exited.traces().outputs());
        if (classify(kind.library(), exit, run.end()) == Kind.EVICTED) {
            Eviction eviction = eviction(run, exit, kind.images(), exited.traces().checkpointed());
            String reason = run.end().map(JobChange.EndRequested::reason).orElse(eviction.why());
            return List.of(bare.decided(fate(run), reason, Optional.of(eviction)));
        }
        ClassAd.Builder withExit = JobAds.now(ad, run).toBuilder();
        JobAds.putExit(withExit, bare);
        JobPolicy.Verdict verdict = JobPolicy.atExit(withExit.build());
        return List.of(bare.decided(verdict.fate(), verdict.reason(), Optional.empty()));
    }

    private static List<JobChange> heldForBrokenPromise(
            JobState.Running run, JobExit exit, String why, long nowMillis) {
        Eviction eviction =
                new Eviction(Initiator.JOB, why, false, run.unsavedSeconds(exit.endedAtMillis()));
        return List.of(
                JobChange.Ended.of(exit, List.of())
                        .decided(JobChange.Fate.REQUEUE, why, Optional.of(eviction)),
                new JobChange.Held(nowMillis, why, HoldCode.FAILED_TO_CHECKPOINT, 0));
    }

    /** What a run of which nothing is left does to its job. */
    static JobChange lost(JobState.Running run, String why, long nowMillis) {
        Initiator by = run.end().map(JobChange.EndRequested::by).orElse(Initiator.NODE);
        String reason = run.end().map(JobChange.EndRequested::reason).orElse(why);
        Eviction eviction = new Eviction(by, reason, false, run.unsavedSeconds(nowMillis));
        return new JobChange.Lost(nowMillis, reason, fate(run), Optional.of(eviction), run.used());
    }

    /** What becomes of the job of a run that did not come to its own end. */
    private static JobChange.Fate fate(JobState.Running run) {
        return switch (run.end()
                .map(JobChange.EndRequested::purpose)
                .orElse(JobChange.Purpose.REQUEUE)) {
            case HOLD -> JobChange.Fate.HOLD;
            case REMOVE -> JobChange.Fate.REMOVE;
            case REQUEUE -> JobChange.Fate.REQUEUE;
        };
    }

    /**
     * @param standard whether the job runs under the checkpoint library
     * @param wanted who asked for its end, if anybody did
     */
    static Kind classify(boolean standard, JobExit exit, Optional<JobChange.EndRequested> wanted) {
        if (!standard) {
            // Whether it ended by itself cannot be told from what its kill signal made it do.
            return wanted.isPresent() || exit.asked() ? Kind.EVICTED : Kind.FINISHED;
        }
        boolean removed =
                wanted.filter(end -> end.purpose() == JobChange.Purpose.REMOVE).isPresent();
        return removed || endedFromOutside(exit.signal()) ? Kind.EVICTED : Kind.FINISHED;
    }

    private static boolean endedFromOutside(int signal) {
        return switch (signal) {
            case Signals.USR2, Signals.QUIT, Signals.KILL, Signals.USR1 -> true;
            default -> false;
        };
    }

    /**
     * Who ended it, and at what cost.
     *
     * @param run the run, with its last image journaled
     * @param imagesWanted whether the job makes images at all
     * @param checkpointed whether the last thing it did was to write one; then all that was done is
     *     in it, and the time since it was begun went into writing it
     */
    static Eviction eviction(
            JobState.Running run, JobExit exit, boolean imagesWanted, boolean checkpointed) {
        double lost = checkpointed ? 0 : run.unsavedSeconds(exit.endedAtMillis());
        return run.end()
                .map(
                        end ->
                                new Eviction(
                                        end.by(),
                                        imagesWanted ? why(run, end, checkpointed) : end.reason(),
                                        checkpointed,
                                        lost))
                .orElseGet(
                        () ->
                                exit.asked()
                                        ? new Eviction(
                                                Initiator.NODE,
                                                "the machine it ran on stopped",
                                                checkpointed,
                                                lost)
                                        : byItself(exit, checkpointed, lost));
    }

    private static Eviction byItself(JobExit exit, boolean checkpointed, double lost) {
        return new Eviction(
                Initiator.JOB,
                checkpointed
                        ? "the program checkpointed itself and ended"
                        : "the program died of " + Signals.name(exit.signal()),
                checkpointed,
                lost);
    }

    private static String why(
            JobState.Running run, JobChange.EndRequested end, boolean checkpointed) {
        boolean asked = !end.fast() && end.purpose() != JobChange.Purpose.REMOVE;
        if (!asked || checkpointed) {
            return end.reason();
        }
        String problem = run.totals().saved().problem();
        return end.reason()
                + "; no image was complete in time"
                + (problem.isEmpty() ? "" : ": " + problem);
    }
}
