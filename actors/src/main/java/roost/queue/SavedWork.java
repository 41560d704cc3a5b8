// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.List;
import java.util.Optional;
import roost.image.ImageRecord;
import roost.image.Outputs.FileNote;
import roost.image.Retention;

/**
 * The images of a job and what they are worth: part of {@link JobState.Totals}. Pure.
 *
 * @param images those that exist, oldest first; this list is the catalogue, the store only keeps
 *     the files
 * @param highest the highest generation ever given, so that none is given twice
 * @param taken how many images were ever made
 * @param restarts how often the job went on from one
 * @param committedSeconds running time that no eviction can take any more
 * @param lostSeconds running time that evictions did take
 * @param lastEviction the newest one
 * @param lastEvictionAt when that was, Unix milliseconds; 0 if never
 * @param outputs the files that the last run wrote, as they were at its end; empty if nobody saw
 *     that end, or the job has run since
 * @param bytes size of all images and checkpoints that were ever kept
 * @param problem why there is no newer image although one was asked for; empty if there is none
 * @param own the checkpoints of a job that checkpoints itself
 */
record SavedWork(
        List<ImageRecord> images,
        int highest,
        int taken,
        int restarts,
        double committedSeconds,
        double lostSeconds,
        Optional<Eviction> lastEviction,
        long lastEvictionAt,
        List<FileNote> outputs,
        long bytes,
        String problem,
        Own own)
        implements QueueRecord {

    /**
     * Checkpoints that the job itself makes.
     *
     * @param attempts how many it tried; the number of the last
     * @param lastAt when the last was made whose files are safe, Unix milliseconds; 0 if none was
     */
    record Own(int attempts, long lastAt) implements QueueRecord {
        static final Own NONE = new Own(0, 0);
    }

    static final SavedWork NONE =
            new SavedWork(
                    List.of(), 0, 0, 0, 0, 0, Optional.empty(), 0, List.of(), 0, "", Own.NONE);

    SavedWork {
        images = List.copyOf(images);
        outputs = outputs == null ? List.of() : List.copyOf(outputs);
        own = own == null ? Own.NONE : own;
        problem = problem == null ? "" : problem;
    }

    /** The job checkpointed itself, or tried to; what it did since the last time is safe or not. */
    SavedWork plus(JobChange.SelfCheckpointed change, double seconds) {
        boolean success = change.problem().isEmpty();
        return new SavedWork(
                images,
                highest,
                taken,
                restarts,
                success ? committedSeconds + seconds : committedSeconds,
                lostSeconds,
                lastEviction,
                lastEvictionAt,
                outputs,
                bytes + change.bytes(),
                change.problem(),
                new Own(change.number(), success ? change.at() : own.lastAt()));
    }

    /** An image was asked for in vain. */
    SavedWork failed(String reason) {
        return new SavedWork(
                images,
                highest,
                taken,
                restarts,
                committedSeconds,
                lostSeconds,
                lastEviction,
                lastEvictionAt,
                outputs,
                bytes,
                reason,
                own);
    }

    /** The job may have run since its last end was seen. */
    SavedWork withoutOutputs() {
        return new SavedWork(
                images,
                highest,
                taken,
                restarts,
                committedSeconds,
                lostSeconds,
                lastEviction,
                lastEvictionAt,
                List.of(),
                bytes,
                problem,
                own);
    }

    /** Whether there is something that the job would go on from. */
    boolean goesOn() {
        return !images.isEmpty() || own.lastAt() != 0;
    }

    /** The image that the job would go on from. */
    Optional<ImageRecord> newest() {
        return images.isEmpty() ? Optional.empty() : Optional.of(images.get(images.size() - 1));
    }

    /** A new image, which saves that much running time. */
    SavedWork plus(ImageRecord image, int keep, double seconds) {
        List<ImageRecord> all = new java.util.ArrayList<>(images);
        all.add(image);
        return with(
                Retention.kept(all, keep),
                Math.max(highest, image.generation()),
                taken + 1,
                committedSeconds + seconds,
                bytes + image.bytes(),
                own);
    }

    /**
     * The job runs, from an image if the generation is not 0; those after it are damaged and count
     * no more.
     */
    SavedWork started(int generation) {
        return new SavedWork(
                generation == 0
                        ? images
                        : images.stream().filter(i -> i.generation() <= generation).toList(),
                highest,
                taken,
                generation == 0 ? restarts : restarts + 1,
                committedSeconds,
                lostSeconds,
                lastEviction,
                lastEvictionAt,
                List.of(),
                bytes,
                problem,
                own);
    }

    /** The program came to its own end: its images have nothing to go on with. */
    SavedWork ended(double seconds) {
        return with(
                List.of(),
                highest,
                taken,
                committedSeconds + seconds,
                bytes,
                new Own(own.attempts(), 0));
    }

    SavedWork evicted(Eviction eviction, long at, List<FileNote> newOutputs) {
        return new SavedWork(
                images,
                highest,
                taken,
                restarts,
                committedSeconds,
                lostSeconds + eviction.lostSeconds(),
                Optional.of(eviction),
                at,
                newOutputs,
                bytes,
                problem,
                own);
    }

    private SavedWork with(
            List<ImageRecord> newImages,
            int newHighest,
            int newTaken,
            double committed,
            long newBytes,
            Own newOwn) {
        return new SavedWork(
                newImages,
                newHighest,
                newTaken,
                restarts,
                committed,
                lostSeconds,
                lastEviction,
                lastEvictionAt,
                outputs,
                newBytes,
                "",
                newOwn);
    }
}
