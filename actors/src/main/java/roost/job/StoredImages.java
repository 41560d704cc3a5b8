// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import roost.capture.CaptureEngine;
import roost.capture.CaptureEngine.After;
import roost.capture.CaptureEngine.Launch;
import roost.capture.OpenFile;
import roost.capture.Preflight;
import roost.image.FileCheckpoints;
import roost.image.ImageRecord;
import roost.image.ImageStore;
import roost.image.JobImages;
import roost.image.Outputs;
import roost.image.Outputs.FileNote;
import roost.journal.FailPoint;
import roost.posix.Accounts;
import roost.posix.DiskTrouble;
import roost.posix.ProcessIdentity;

/** The real images: made by an engine, kept in a store. */
public final class StoredImages implements Images {
    private final CaptureEngine engine;
    private final ImageStore store;
    private final Sandboxes sandboxes;

    /**
     * @param sandboxes says as whom a job runs
     */
    public StoredImages(CaptureEngine engine, ImageStore store, Sandboxes sandboxes) {
        this.engine = engine;
        this.store = store;
        this.sandboxes = sandboxes;
    }

    @Override
    public Beginning begin(JobSpec spec, Starters.Placement placement) throws JobFailure {
        Checkpointing job = spec.checkpointing().orElseThrow();
        JobImages images = images(spec);
        try {
            if (job.images().isEmpty() && job.highest() > 0) {
                // What there was belonged to a run that came to its end.
                images.remove();
            }
            images.prepare(placement.user());
            if (!job.wanted()) {
                return fresh(placement, images, Optional.empty());
            }
            Optional<ImageRecord> found =
                    adopt(spec, job.highest() + 1, "found by the next run", Duration.ZERO);
            JobImages.Choice choice = images.choose(job.images());
            if (choice.image().isEmpty() && choice.damaged().isEmpty()) {
                mustBeCheckpointable(placement.executable());
                return fresh(placement, images, found);
            }
            ImageRecord image =
                    choice.image().orElseThrow(() -> noneIsWhole(images, choice.damaged()));
            rollBack(images, image, job.outputs(), placement.user());
            FailPoint.hit("job.outputs-cut");
            images.makeLive(image.generation());
            FailPoint.hit("job.image-chosen");
            return resumed(placement, images, image, choice.damaged(), found);
        } catch (IOException e) {
            throw new JobFailure(
                    JobNews.Obstacle.IMAGES,
                    "cannot use the images in "
                            + images.directory()
                            + ": "
                            + DiskTrouble.text(e)
                            + "; when that is mended, release the job");
        }
    }

    /** condor_submit looks, too, but not every job comes from there, and programs are replaced. */
    private void mustBeCheckpointable(Path program) throws JobFailure {
        Preflight preflight = engine.check(program);
        if (!preflight.possible()) {
            throw new JobFailure(
                    program + " cannot run in the standard universe: " + preflight.reason());
        }
    }

    private static void rollBack(
            JobImages images,
            ImageRecord image,
            List<FileNote> lastEnd,
            Optional<Accounts.Account> user)
            throws IOException, JobFailure {
        List<OpenFile> files = Outputs.written(images.generation(image.generation()));
        Outputs.Rollback rollback = Outputs.plan(files, Outputs.notes(files, user), lastEnd);
        if (!rollback.problems().isEmpty()) {
            throw new JobFailure(JobNews.Obstacle.OUTPUTS, String.join(". ", rollback.problems()));
        }
        Outputs.apply(rollback, user);
    }

    private Beginning fresh(
            Starters.Placement placement, JobImages images, Optional<ImageRecord> found) {
        Launch launch =
                engine.launch(placement.arguments(), placement.environment(), images.live());
        return new Beginning(
                new Starters.Placement(
                        placement.executable(),
                        launch.command(),
                        placement.workingDirectory(),
                        launch.environment(),
                        placement.user(),
                        false,
                        Optional.of(images.lock())),
                JobNews.Origin.BEGINNING,
                found);
    }

    private Beginning resumed(
            Starters.Placement placement,
            JobImages images,
            ImageRecord image,
            List<JobImages.Damaged> damaged,
            Optional<ImageRecord> found) {
        Launch launch = engine.restart(images.live(), placement.environment());
        return new Beginning(
                new Starters.Placement(
                        Path.of(launch.command().get(0)),
                        launch.command(),
                        placement.workingDirectory(),
                        launch.environment(),
                        placement.user(),
                        true,
                        Optional.of(images.lock())),
                new JobNews.Origin(
                        OptionalInt.of(image.generation()),
                        damaged.stream().map(StoredImages::text).toList()),
                found);
    }

    private static JobFailure noneIsWhole(JobImages images, List<JobImages.Damaged> damaged) {
        return new JobFailure(
                JobNews.Obstacle.IMAGES,
                "none of the job's images is whole ("
                        + String.join("; ", damaged.stream().map(StoredImages::text).toList())
                        + "); put a whole one back into "
                        + images.directory()
                        + " and release the job, or submit it again to begin at the beginning");
    }

    private static String text(JobImages.Damaged damaged) {
        return "image " + damaged.generation() + ": " + damaged.why();
    }

    @Override
    public CompletionStage<Duration> capture(
            ProcessIdentity process, JobSpec job, After after, Duration timeout) {
        return engine.capture(process, images(job).live(), after, timeout)
                .thenApply(CaptureEngine.Captured::took);
    }

    @Override
    public CaptureProgress progress(JobSpec job, long sinceMillis) {
        Path live = images(job).live();
        List<ImageRecord> known = job.checkpointing().orElseThrow().images();
        return new CaptureProgress(
                sinceMillis,
                bytes(live.resolveSibling(live.getFileName() + ".tmp")),
                known.isEmpty() ? 0 : known.get(known.size() - 1).bytes(),
                engine.waiting(live).map(CaptureEngine.Waiting::reason).orElse(""));
    }

    private static long bytes(Path file) {
        try {
            return Files.size(file);
        } catch (IOException notThere) {
            return 0;
        }
    }

    @Override
    public Optional<ImageRecord> adopt(JobSpec job, int next, String reason, Duration took)
            throws IOException {
        return images(job).adopt(next, new JobImages.Origin(reason, took, engine.name()));
    }

    @Override
    public List<FileNote> outputs(JobSpec job) throws IOException, JobFailure {
        try {
            return Outputs.notes(Outputs.written(images(job).live()), sandboxes.user(job));
        } catch (NoSuchFileException noImage) {
            return List.of();
        }
    }

    @Override
    public FileCheckpoints fileCheckpoints(JobSpec job) throws IOException, JobFailure {
        Optional<Accounts.Account> owner = sandboxes.user(job);
        JobImages images = store.at(job.selfCheckpointing().orElseThrow().directory());
        images.prepare(owner);
        return new FileCheckpoints(images.directory(), owner);
    }

    private JobImages images(JobSpec job) {
        return store.at(job.checkpointing().orElseThrow().live().getParent());
    }
}
