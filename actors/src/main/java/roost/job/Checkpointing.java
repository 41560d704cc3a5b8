// SPDX-License-Identifier: Apache-2.0
package roost.job;

import java.nio.file.Path;
import java.util.List;
import roost.id.JobId;
import roost.image.ImageRecord;
import roost.image.Outputs.FileNote;

/**
 * That a job runs under the checkpoint library, and what it goes on from.
 *
 * @param job whose images these are
 * @param live where the library writes: one name for all of a job's life, in a directory of its own
 * @param wanted false if the job must neither make images nor go on from one, {@code
 *     +WantCheckpoint = False}
 * @param images those that its journal knows, oldest first
 * @param highest the highest generation ever given
 * @param outputs the files that the last run wrote, as they were at its end; empty if nobody saw it
 */
public record Checkpointing(
        JobId job,
        Path live,
        boolean wanted,
        List<ImageRecord> images,
        int highest,
        List<FileNote> outputs) {
    public Checkpointing {
        images = List.copyOf(images);
        outputs = List.copyOf(outputs);
    }
}
