// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import roost.api.ApiEvent;
import roost.id.JobId;
import roost.image.ImageRecord;

/** What subscribers are told of a job's changes. Pure. */
final class JobNotices {
    private JobNotices() {}

    /**
     * @param changes what led from one state to the other, in order; at least one
     */
    static List<ApiEvent> of(
            JobId id, String owner, JobState before, JobState after, List<JobChange> changes) {
        List<ApiEvent> notices = new ArrayList<>();
        for (JobChange change : changes) {
            if (change instanceof JobChange.ImageTaken taken) {
                notices.add(imageTaken(id, owner, taken));
            } else if (change instanceof JobChange.Ended ended) {
                ended.eviction().ifPresent(e -> notices.add(evicted(id, owner, change, after, e)));
            } else if (change instanceof JobChange.Lost lost) {
                lost.eviction().ifPresent(e -> notices.add(evicted(id, owner, change, after, e)));
            }
        }
        String from = JobStatus.name(before.status());
        String to = JobStatus.name(after.status());
        boolean fresh = before instanceof JobState.New;
        if (fresh || !from.equals(to)) {
            JobChange cause = changes.get(changes.size() - 1);
            notices.add(
                    new ApiEvent.JobChanged(
                            cause.at(),
                            id,
                            owner,
                            fresh ? Optional.empty() : Optional.of(from),
                            to,
                            cause.getClass().getSimpleName()));
        }
        return notices;
    }

    private static ApiEvent imageTaken(JobId id, String owner, JobChange.ImageTaken taken) {
        ImageRecord image = taken.image();
        return new ApiEvent.ImageTaken(
                taken.at(),
                id,
                owner,
                image.generation(),
                image.bytes(),
                image.pauseMicros(),
                image.tookMillis(),
                image.reason());
    }

    private static ApiEvent evicted(
            JobId id, String owner, JobChange change, JobState after, Eviction eviction) {
        return new ApiEvent.JobEvicted(
                change.at(),
                id,
                owner,
                after.totals().lastSlot(),
                eviction.by().name(),
                eviction.why(),
                eviction.checkpointed(),
                Math.round(1000 * eviction.lostSeconds()));
    }
}
