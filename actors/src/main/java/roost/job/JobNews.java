// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import roost.image.ImageRecord;
import roost.image.Outputs.FileNote;

/**
 * What a {@link JobActor} tells its slot. A new job says {@link Started} or {@link StartFailed}; a
 * job that was looked for after a restart says {@link Found}, {@link Exited}, {@link StartFailed}
 * or {@link Lost}. A job that was started or found ends with exactly one of {@link Exited} and
 * {@link Lost}. Every image that the job made has been told by then as {@link Captured}.
 */
public sealed interface JobNews {

    /**
     * The program runs.
     *
     * @param origin where it began
     */
    record Started(long pid, long startedAtMillis, Origin origin) implements JobNews {
        public Started(long pid, long startedAtMillis) {
            this(pid, startedAtMillis, Origin.BEGINNING);
        }
    }

    /**
     * Where a run began.
     *
     * @param generation the image it goes on from; empty for the program's beginning
     * @param passedOver newer images that are damaged, a sentence each
     */
    record Origin(OptionalInt generation, List<String> passedOver) {
        public static final Origin BEGINNING = new Origin(OptionalInt.empty(), List.of());
    }

    /** The program runs since before the node was started. */
    record Found(long pid, boolean stopped) implements JobNews {}

    /**
     * The program does not run and never did.
     *
     * @param reason shortened in its middle to {@link #REASON_LENGTH_MAX} characters: it may quote
     *     a whole command line, and goes into journal, ads and logs
     * @param errno why the starter could not start it; 0 if it did not come to that
     */
    record StartFailed(String reason, int errno, Obstacle obstacle) implements JobNews {
        public static final int REASON_LENGTH_MAX = 2000;

        public StartFailed {
            if (reason.length() > REASON_LENGTH_MAX) {
                int half = REASON_LENGTH_MAX / 2 - 5;
                reason =
                        reason.substring(0, half)
                                + " [...] "
                                + reason.substring(reason.length() - half);
            }
        }

        public StartFailed(String reason, int errno) {
            this(reason, errno, Obstacle.START);
        }
    }

    /** What kept a program from being started. */
    enum Obstacle {
        /** The start itself: no such program, no sandbox. */
        START,
        /** None of the job's images is whole. */
        IMAGES,
        /** A file that the job writes was changed by somebody else. */
        OUTPUTS,
        /** An earlier run of the job still lives, on this node or another. */
        STILL_RUNS
    }

    /**
     * Every process of the job is stopped.
     *
     * @param processes how many were
     */
    record Stopped(int processes) implements JobNews {}

    /** Every process of the job goes on. */
    record Continued() implements JobNews {}

    /**
     * What the job uses; told when it was asked to {@link JobActor.Measure}.
     *
     * @param cpu since its start
     * @param residentBytes of all processes there are
     */
    record Uses(CpuTime cpu, long residentBytes) implements JobNews {}

    /** An image of the program is being written. */
    record Capturing(CaptureProgress progress) implements JobNews {}

    /**
     * An image is complete, durable and in the store.
     *
     * @param used up to about when it was taken, in this run; nothing if nobody has looked
     */
    record Captured(ImageRecord image, CpuTime used) implements JobNews {}

    /** An image that was asked for was not made; the program goes on, or is gone. */
    record NotCaptured(String reason) implements JobNews {}

    /**
     * The program and all its descendants are gone.
     *
     * @param traces what it left
     */
    record Exited(JobExit exit, Traces traces) implements JobNews {
        public Exited(JobExit exit) {
            this(exit, Traces.NONE);
        }
    }

    /**
     * What a checkpointed program left when it ended.
     *
     * @param checkpointed whether the last thing it did was to write an image
     * @param outputs the files that it wrote, as far as its newest image knows them
     * @param brokenPromise that it was asked for a checkpoint and ended in another way than it had
     *     promised, in HTCondor's words; empty otherwise
     */
    record Traces(boolean checkpointed, List<FileNote> outputs, Optional<String> brokenPromise) {
        public static final Traces NONE = new Traces(false, List.of());

        /** A program that checkpoints itself did so as the last thing. */
        static final Traces SAVED = new Traces(true, List.of());

        public Traces(boolean checkpointed, List<FileNote> outputs) {
            this(checkpointed, outputs, Optional.empty());
        }

        static Traces broken(String promise) {
            return new Traces(false, List.of(), Optional.of(promise));
        }
    }

    /**
     * The program checkpointed itself by ending; it is started again, unless it is to end.
     *
     * @param number of the checkpoint, one higher for each attempt
     * @param bytes of the files that were kept
     * @param used so far in this run
     * @param problem why they could not be kept; empty if they are safe
     */
    record SelfCheckpointed(
            int number, long atMillis, long bytes, CpuTime used, Optional<String> problem)
            implements JobNews {
        static SelfCheckpointed success(int number, long bytes, CpuTime used) {
            return new SelfCheckpointed(
                    number, System.currentTimeMillis(), bytes, used, Optional.empty());
        }

        static SelfCheckpointed failure(int number, CpuTime used, String why) {
            return new SelfCheckpointed(
                    number, System.currentTimeMillis(), 0, used, Optional.of(String.valueOf(why)));
        }
    }

    /** The program is gone and nobody knows how it ended. */
    record Lost(String reason) implements JobNews {}
}
