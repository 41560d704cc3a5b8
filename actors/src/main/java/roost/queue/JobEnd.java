// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.Optional;
import roost.job.Initiator;
import roost.job.JobExit;
import roost.posix.Signals;

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
     * @param checkpointed whether the last thing it did was to write one
     */
    static Eviction eviction(
            JobState.Running run, JobExit exit, boolean imagesWanted, boolean checkpointed) {
        double lost = run.unsavedSeconds(exit.endedAtMillis());
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
