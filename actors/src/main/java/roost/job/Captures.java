// SPDX-License-Identifier: Apache-2.0
package roost.job;

import akka.actor.typed.ActorRef;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import roost.capture.CaptureEngine.After;
import roost.image.ImageRecord;
import roost.image.Outputs.FileNote;
import roost.journal.FailPoint;
import roost.posix.DiskTrouble;
import roost.posix.ProcessIdentity;

/**
 * The images that one run of a job makes: has them made, one at a time, and takes them into the
 * store. Belongs to a {@link JobActor} and is used by it alone; what takes time comes back to it as
 * a message.
 *
 * <p>A program may also write images by itself, and an image may be complete without anybody having
 * seen it. Therefore adopting looks for whatever is new, and is called whenever there may be
 * something: after a capture, when a job is found again, and when it is gone.
 */
final class Captures {
    /** The image that was asked for is there, or will not be. */
    record Made(Request request, Duration took, Optional<String> failure)
            implements JobActor.Internal {}

    /**
     * The store was looked through.
     *
     * @param request what was asked for; empty if nobody asked
     * @param last whether it was because the program is gone
     * @param outputs the files that it wrote, as they are now; only looked at the last time
     */
    record Adopted(
            Optional<Request> request,
            boolean last,
            Optional<ImageRecord> image,
            List<FileNote> outputs,
            Optional<String> problem)
            implements JobActor.Internal {}

    /** Somebody's wish for an image. */
    record Request(After after, String reason, long sinceMillis) {}

    private final Images images;
    private final JobSpec spec;
    private final Checkpointing job;
    private final Executor blocking;
    private final ActorRef<JobActor.Command> actor;

    private Optional<Request> underWay = Optional.empty();
    private int next;

    /** One look through the store after the other. */
    private CompletableFuture<Void> looks = CompletableFuture.completedFuture(null);

    Captures(Images images, JobSpec spec, Executor blocking, ActorRef<JobActor.Command> actor) {
        this.images = images;
        this.spec = spec;
        this.job = spec.checkpointing().orElseThrow();
        this.blocking = blocking;
        this.actor = actor;
        this.next = job.highest() + 1;
    }

    boolean wanted() {
        return job.wanted();
    }

    Optional<Request> underWay() {
        return underWay;
    }

    /** Asks the program; {@link Made} follows. A request before this one is given up. */
    void begin(ProcessIdentity process, After after, String reason, Duration timeout) {
        Request request = new Request(after, reason, System.currentTimeMillis());
        underWay = Optional.of(request);
        images.capture(process, spec, after, timeout)
                .whenComplete(
                        (took, failure) ->
                                actor.tell(
                                        failure == null
                                                ? new Made(request, took, Optional.empty())
                                                : new Made(
                                                        request,
                                                        Duration.ZERO,
                                                        Optional.of(text(failure)))));
    }

    /** A node is back: the program may have finished an image meanwhile. */
    void adoptFound() {
        adopt(Optional.empty(), false, "found when the node came back", Duration.ZERO);
    }

    /** The image of a request is made: takes it into the store; {@link Adopted} follows. */
    void adopt(Made made) {
        adopt(Optional.of(made.request()), false, made.request().reason(), made.took());
    }

    /** The program is gone: takes what it left into the store; {@link Adopted} follows. */
    void adoptLast() {
        adopt(
                Optional.empty(),
                true,
                underWay.map(Request::reason).orElse("made by the program itself"),
                underWay.map(r -> Duration.ofMillis(System.currentTimeMillis() - r.sinceMillis()))
                        .orElse(Duration.ZERO));
    }

    private void adopt(Optional<Request> request, boolean last, String reason, Duration took) {
        int lowest = next;
        looks =
                looks.thenRunAsync(
                        () -> actor.tell(look(request, last, lowest, reason, took)), blocking);
    }

    private Adopted look(
            Optional<Request> request, boolean last, int lowest, String reason, Duration took) {
        Optional<ImageRecord> image = Optional.empty();
        List<FileNote> outputs = List.of();
        Optional<String> problem = Optional.empty();
        try {
            FailPoint.hit("job.image-complete");
            image = images.adopt(spec, lowest, reason, took);
            FailPoint.hit("job.image-adopted");
            outputs = last ? images.outputs(spec) : List.of();
        } catch (IOException | JobFailure | RuntimeException e) {
            problem = Optional.of(text(e));
        }
        return new Adopted(request, last, image, outputs, problem);
    }

    /** An image is in the store; false if it was told before. */
    boolean note(ImageRecord image) {
        if (image.generation() < next) {
            return false;
        }
        next = image.generation() + 1;
        return true;
    }

    /** A request is over. */
    void done(Request request) {
        if (underWay.filter(request::equals).isPresent()) {
            underWay = Optional.empty();
        }
    }

    CaptureProgress progress(Request request) {
        return images.progress(spec, request.sinceMillis());
    }

    private static String text(Throwable failure) {
        Throwable cause =
                failure instanceof java.util.concurrent.CompletionException
                                && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return DiskTrouble.text(cause);
    }
}
