// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
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
        List<ImageRecord> all = new ArrayList<>(images);
        all.add(image);
        return with(
                next -> {
                    next.images = Retention.kept(all, keep);
                    next.highest = Math.max(highest, image.generation());
                    next.taken++;
                    next.committedSeconds += seconds;
                    next.bytes += image.bytes();
                    next.problem = "";
                });
    }

    /** The job checkpointed itself, or tried to; what it did since the last time is safe or not. */
    SavedWork plus(JobChange.SelfCheckpointed change, double seconds) {
        boolean success = change.problem().isEmpty();
        return with(
                next -> {
                    next.committedSeconds += success ? seconds : 0;
                    next.bytes += change.bytes();
                    next.problem = change.problem();
                    next.own = new Own(change.number(), success ? change.at() : own.lastAt());
                });
    }

    /** An image was asked for in vain. */
    SavedWork failed(String reason) {
        return with(next -> next.problem = reason);
    }

    /**
     * The job runs, from an image if the generation is not 0; those after it are damaged and count
     * no more.
     */
    SavedWork started(int generation) {
        return withoutOutputs()
                .with(
                        next -> {
                            if (generation != 0) {
                                next.images.removeIf(image -> image.generation() > generation);
                                next.restarts++;
                            }
                        });
    }

    /** The job may have run since its last end was seen. */
    SavedWork withoutOutputs() {
        return with(next -> next.outputs = List.of());
    }

    /** The program came to its own end: its images have nothing to go on with. */
    SavedWork ended(double seconds) {
        return with(
                next -> {
                    next.images = List.of();
                    next.committedSeconds += seconds;
                    next.problem = "";
                    next.own = new Own(own.attempts(), 0);
                });
    }

    SavedWork evicted(Eviction eviction, long at, List<FileNote> newOutputs) {
        return with(
                next -> {
                    next.lostSeconds += eviction.lostSeconds();
                    next.lastEviction = Optional.of(eviction);
                    next.lastEvictionAt = at;
                    next.outputs = newOutputs;
                });
    }

    private SavedWork with(Consumer<Draft> change) {
        Draft next = new Draft(this);
        change.accept(next);
        return next.done();
    }

    /** What is to be the next value. */
    private static final class Draft {
        private List<ImageRecord> images;
        private int highest;
        private int taken;
        private int restarts;
        private double committedSeconds;
        private double lostSeconds;
        private Optional<Eviction> lastEviction;
        private long lastEvictionAt;
        private List<FileNote> outputs;
        private long bytes;
        private String problem;
        private Own own;

        private Draft(SavedWork from) {
            images = new ArrayList<>(from.images);
            highest = from.highest;
            taken = from.taken;
            restarts = from.restarts;
            committedSeconds = from.committedSeconds;
            lostSeconds = from.lostSeconds;
            lastEviction = from.lastEviction;
            lastEvictionAt = from.lastEvictionAt;
            outputs = from.outputs;
            bytes = from.bytes;
            problem = from.problem;
            own = from.own;
        }

        private SavedWork done() {
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
                    problem,
                    own);
        }
    }
}
