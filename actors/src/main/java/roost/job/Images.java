// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import roost.capture.CaptureEngine.After;
import roost.image.FileCheckpoints;
import roost.image.ImageRecord;
import roost.image.Outputs.FileNote;
import roost.posix.ProcessIdentity;

/** The images of checkpointed jobs, as their runs use them. All but {@link #capture} block. */
public interface Images {

    /**
     * How a run begins.
     *
     * @param placement what to execute, in place of the one given
     * @param found an image that no journal knew and that the run goes on from
     */
    record Beginning(
            Starters.Placement placement, JobNews.Origin origin, Optional<ImageRecord> found) {}

    /**
     * Finds out what a job goes on from, puts its output files back to where they were then, and
     * says what is to be executed.
     *
     * @throws JobFailure if it has images and none is whole, or a file that it writes was changed
     *     by somebody else
     */
    Beginning begin(JobSpec spec, Starters.Placement placement) throws JobFailure;

    /**
     * Has the program make an image. Completes when it is durable, and with {@link After#EXIT} the
     * program has ended as well. A stopped program has to be let go on afterwards; it makes the
     * image before it does anything else.
     *
     * @return how long it took from the request
     */
    CompletionStage<Duration> capture(
            ProcessIdentity process, JobSpec job, After after, Duration timeout);

    /** How far the image that is being written is. */
    CaptureProgress progress(JobSpec job, long sinceMillis);

    /**
     * Takes the newest image of a job into the store, if it is not there yet.
     *
     * @param next the lowest generation that the job's journal does not know
     * @param took from the request until it was durable; zero if nobody asked for it
     * @throws IOException if there is a new one that cannot be used
     */
    Optional<ImageRecord> adopt(JobSpec job, int next, String reason, Duration took)
            throws IOException;

    /** Where the files of a job that checkpoints itself are kept; there from now on. */
    FileCheckpoints fileCheckpoints(JobSpec job) throws IOException, JobFailure;

    /** The files that the program wrote, as far as its newest image knows them, as they are now. */
    List<FileNote> outputs(JobSpec job) throws IOException, JobFailure;
}
