// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import roost.id.JobId;
import roost.id.NodeAddress;
import roost.image.ImageRecord;
import roost.job.CpuTime;
import roost.userlog.JobEvent;
import roost.userlog.UserLogEntry;

/** What the user log says about each change of a job. Pure. */
final class JobLogEntries {
    private JobLogEntries() {}

    /**
     * @param after the job's state after the change
     * @param queue the node where the job was submitted
     */
    static List<UserLogEntry> of(JobId id, JobChange change, JobState after, NodeAddress queue) {
        List<UserLogEntry> entries = new ArrayList<>();
        for (JobEvent event : events(change, after, queue.sinful())) {
            Instant time = Instant.ofEpochMilli(change.at());
            entries.add(new UserLogEntry(id.cluster(), id.proc(), time, event));
        }
        return entries;
    }

    private static List<JobEvent> events(JobChange change, JobState after, String queue) {
        if (change instanceof JobChange.Submitted) {
            return List.of(new JobEvent.Submitted(queue, Optional.empty()));
        }
        String host = hostOf(after).orElse(queue);
        if (change instanceof JobChange.Started started) {
            return started(started, host);
        }
        if (change instanceof JobChange.ImageTaken taken) {
            return imageTaken(taken, after);
        }
        if (change instanceof JobChange.ImageFailed failed) {
            return List.of(
                    new JobEvent.RemoteError(
                            "starter", host, "no image was made: " + failed.reason(), false));
        }
        if (change instanceof JobChange.SelfCheckpointed own) {
            return List.of(selfCheckpointed(own, host));
        }
        if (change instanceof JobChange.Suspended suspended) {
            return List.of(new JobEvent.Suspended(suspended.processes()));
        }
        if (change instanceof JobChange.Continued) {
            return List.of(new JobEvent.Unsuspended());
        }
        if (change instanceof JobChange.Ended ended) {
            return ended(ended, after);
        }
        if (change instanceof JobChange.Lost lost) {
            return fate(
                    lost.fate(),
                    lost.reason(),
                    after,
                    new JobEvent.Evicted(
                            new JobEvent.Evicted.WithoutCheckpoint(),
                            usage(lost.used()),
                            JobEvent.Usage.NONE,
                            0,
                            0,
                            reason(lost.eviction(), lost.reason())));
        }
        if (change instanceof JobChange.Held held) {
            return List.of(held(held.reason(), held.code(), held.subcode()));
        }
        if (change instanceof JobChange.Released released) {
            return List.of(new JobEvent.Released(text(released.reason())));
        }
        if (change instanceof JobChange.Removed removed) {
            return List.of(new JobEvent.Aborted(text(removed.reason())));
        }
        // Matched, Unmatched and EndRequested are the queue's own business.
        return List.of();
    }

    /** Where it runs; empty if it does not, or if its journal is too old to say. */
    private static Optional<String> hostOf(JobState state) {
        return state instanceof JobState.Running running ? text(running.host()) : Optional.empty();
    }

    private static JobEvent selfCheckpointed(JobChange.SelfCheckpointed own, String host) {
        return own.problem().isEmpty()
                ? new JobEvent.Checkpointed(usage(own.used()), JobEvent.Usage.NONE, own.bytes())
                : new JobEvent.RemoteError(
                        "starter",
                        host,
                        "checkpoint " + own.number() + " was not kept: " + own.problem(),
                        false);
    }

    private static List<JobEvent> ended(JobChange.Ended ended, JobState after) {
        JobEvent.Usage run = usage(ended.userSeconds(), ended.systemSeconds());
        if (ended.fate() == JobChange.Fate.COMPLETE) {
            JobEvent.Usage total =
                    usage(after.totals().userSeconds(), after.totals().systemSeconds());
            return List.of(
                    new JobEvent.Terminated(
                            termination(ended),
                            run,
                            JobEvent.Usage.NONE,
                            total,
                            JobEvent.Usage.NONE,
                            0,
                            0,
                            0,
                            0));
        }
        return fate(
                ended.fate(),
                ended.reason(),
                after,
                new JobEvent.Evicted(
                        outcome(ended),
                        run,
                        JobEvent.Usage.NONE,
                        bytesSent(ended, after),
                        0,
                        reason(ended.eviction(), ended.reason())));
    }

    private static JobEvent.Evicted.Outcome outcome(JobChange.Ended ended) {
        if (ended.eviction().isPresent()) {
            return ended.eviction().get().checkpointed()
                    ? new JobEvent.Evicted.WithCheckpoint()
                    : new JobEvent.Evicted.WithoutCheckpoint();
        }
        return ended.fate() == JobChange.Fate.REQUEUE
                ? new JobEvent.Evicted.Requeued(termination(ended))
                : new JobEvent.Evicted.WithoutCheckpoint();
    }

    /** What the job sent to be kept as the last thing it did. */
    private static long bytesSent(JobChange.Ended ended, JobState after) {
        boolean checkpointed = ended.eviction().map(Eviction::checkpointed).orElse(false);
        return checkpointed
                ? after.totals().saved().newest().map(ImageRecord::bytes).orElse(0L)
                : 0;
    }

    /** Why, and what it cost. */
    private static Optional<String> reason(Optional<Eviction> eviction, String otherwise) {
        return eviction.isEmpty()
                ? text(otherwise)
                : Optional.of(
                        String.format(
                                Locale.ROOT,
                                "%s; %.1f s of work lost",
                                eviction.get().why(),
                                eviction.get().lostSeconds()));
    }

    /** Images that could not be gone on from are told of, because that costs the user work. */
    private static List<JobEvent> started(JobChange.Started started, String host) {
        List<JobEvent> events = new ArrayList<>();
        for (String damaged : started.passedOver()) {
            events.add(new JobEvent.RemoteError("starter", host, damaged, false));
        }
        events.add(new JobEvent.Executing(host));
        return events;
    }

    /**
     * The size is told of every image. That the job was checkpointed is told only if it goes on: of
     * one that is being ended, its eviction says so.
     */
    private static List<JobEvent> imageTaken(JobChange.ImageTaken taken, JobState after) {
        ImageRecord image = taken.image();
        JobEvent size =
                new JobEvent.ImageSize(
                        (image.bytes() + 1023) / 1024,
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        OptionalLong.empty());
        boolean goesOn = after instanceof JobState.Running running && running.end().isEmpty();
        return goesOn
                ? List.of(
                        size,
                        new JobEvent.Checkpointed(
                                usage(taken.used()), JobEvent.Usage.NONE, image.bytes()))
                : List.of(size);
    }

    private static List<JobEvent> fate(
            JobChange.Fate fate, String reason, JobState after, JobEvent evicted) {
        return switch (fate) {
            case HOLD -> {
                JobState.Held held = (JobState.Held) after;
                yield List.of(evicted, held(reason, held.code(), held.subcode()));
            }
            case REMOVE -> List.of(new JobEvent.Aborted(text(reason)));
            case REQUEUE, COMPLETE -> List.of(evicted);
        };
    }

    private static JobEvent held(String reason, int code, int subcode) {
        return new JobEvent.Held(text(reason), code, subcode);
    }

    private static JobEvent.Termination termination(JobChange.Ended ended) {
        return ended.signal() == 0
                ? new JobEvent.Exited(ended.status())
                : new JobEvent.Signalled(
                        ended.signal(), ended.coreFile() ? Optional.of("core") : Optional.empty());
    }

    private static JobEvent.Usage usage(CpuTime used) {
        return usage(used.userSeconds(), used.systemSeconds());
    }

    private static JobEvent.Usage usage(double user, double system) {
        return new JobEvent.Usage(seconds(user), seconds(system));
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    private static Optional<String> text(String reason) {
        return reason.isEmpty() ? Optional.empty() : Optional.of(reason);
    }
}
