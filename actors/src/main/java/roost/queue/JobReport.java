// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.Optional;
import roost.id.JobId;
import roost.id.SlotName;
import roost.image.ImageRecord;
import roost.job.CaptureProgress;

/** What a {@link BatchJobActor} reports to the {@link QueueActor}. */
sealed interface JobReport {
    JobId id();

    /** The job is in this state now; also the first word after a recovery. */
    record Moved(JobId id, JobState state) implements JobReport {}

    /**
     * How the image of a running job goes on. TAKEN is told after the image is journaled.
     *
     * @param bytes written so far, or the image's size
     * @param expectedBytes what it is expected to have; 0 if nobody knows
     * @param sinceMillis when it was begun, Unix milliseconds
     * @param reason for FAILED: why there is none; for WRITING: what it waits for
     */
    record ImageNews(
            JobId id, Kind kind, long bytes, long expectedBytes, long sinceMillis, String reason)
            implements JobReport {
        /** What happened. */
        enum Kind {
            WRITING,
            TAKEN,
            FAILED
        }

        static ImageNews writing(JobId id, CaptureProgress progress) {
            return new ImageNews(
                    id,
                    Kind.WRITING,
                    progress.bytes(),
                    progress.expectedBytes(),
                    progress.sinceMillis(),
                    progress.waitsFor());
        }

        static ImageNews taken(JobId id, ImageRecord image) {
            return new ImageNews(
                    id,
                    Kind.TAKEN,
                    image.bytes(),
                    image.bytes(),
                    image.createdMillis(),
                    image.reason());
        }

        /** Of a job that makes its checkpoints itself. */
        static ImageNews of(JobId id, JobChange.SelfCheckpointed made) {
            return new ImageNews(
                    id,
                    made.problem().isEmpty() ? Kind.TAKEN : Kind.FAILED,
                    made.bytes(),
                    made.bytes(),
                    made.at(),
                    made.problem());
        }

        static ImageNews failed(JobId id, long atMillis, String why) {
            return new ImageNews(id, Kind.FAILED, 0, 0, atMillis, why);
        }
    }

    /**
     * The job does not use a slot that it was given.
     *
     * @param obstacle why it never can, as things are; empty if it is not to run any more
     */
    record SlotUnused(JobId id, SlotName slot, Optional<String> obstacle) implements JobReport {}

    /** A slot would not have the job. */
    record SlotRefused(JobId id, SlotName slot) implements JobReport {}

    /** The job is finished, and so is everything about it but its entry in the queue. */
    record Left(JobId id, JobState.Gone state) implements JobReport {}
}
