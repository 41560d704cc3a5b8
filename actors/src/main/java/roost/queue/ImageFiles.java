// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import roost.capture.HostFacts;
import roost.id.JobId;
import roost.image.ImageRecord;
import roost.image.ImageStore;
import roost.posix.DiskTrouble;

/**
 * The files behind the jobs' lists of images. A job's journal says which images there are; here the
 * disk follows, after it. Whatever fails is logged and left: the next step, or the sweep at the
 * next start, tries again.
 *
 * @param store where they are
 * @param keep how many a job keeps, 1 or more
 * @param blocking where disk work is done
 */
public record ImageFiles(ImageStore store, int keep, Executor blocking) {
    private static final Logger LOG = LoggerFactory.getLogger(ImageFiles.class);

    /** Deletes what the journal no longer names. */
    void prune(JobId id, List<ImageRecord> images) {
        run(id, () -> store.of(id).prune(images));
    }

    /** The job has left the queue, or begins anew. */
    void remove(JobId id) {
        run(id, () -> store.of(id).remove());
    }

    /**
     * Makes room for a job that never ran: what lies in its place is of another job, whose queue
     * had the same name and began to count anew.
     *
     * @return why that is not possible; empty if it is done
     */
    CompletionStage<Optional<String>> clear(JobId id) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        if (store.of(id).remove()) {
                            LOG.warn("job={} images: removed those of an earlier job", id);
                        }
                        return Optional.empty();
                    } catch (IOException e) {
                        return Optional.of(
                                "the images of an earlier job stay: " + DiskTrouble.text(e));
                    }
                },
                blocking);
    }

    /** Removes the images of jobs that do not exist, and says so in the node's log. */
    void sweep(Predicate<JobId> exists) {
        blocking.execute(() -> store.sweep(exists).forEach(line -> LOG.info("images: {}", line)));
    }

    /**
     * Why a machine cannot go on from an image; empty if it can.
     *
     * @param elsewhere the facts of another machine, which sees the same files; empty for this one
     */
    CompletionStage<Optional<String>> obstacle(
            JobId id, ImageRecord image, Optional<HostFacts> elsewhere) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        HostFacts there =
                                elsewhere.isPresent() ? elsewhere.get() : HostFacts.current();
                        List<String> found = store.of(id).obstacles(image, there);
                        return found.isEmpty()
                                ? Optional.empty()
                                : Optional.of(String.join("; ", found));
                    } catch (IOException damaged) {
                        // The start looks at all of its images and passes this one over.
                        return Optional.empty();
                    }
                },
                blocking);
    }

    private interface Step {
        void run() throws IOException;
    }

    private void run(JobId id, Step step) {
        blocking.execute(
                () -> {
                    try {
                        step.run();
                    } catch (IOException | RuntimeException e) {
                        LOG.warn("job={} images: {}", id, e.toString());
                    }
                });
    }
}
