// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import roost.image.ImageRecord;
import roost.job.CaptureProgress;
import roost.job.CpuTime;
import roost.job.Initiator;
import roost.job.JobExit;
import roost.job.JobNews;

/**
 * What a slot tells the queue about the batch job it was given. After {@link Started}, or {@link
 * Suspended} or {@link Continued} for a job found again, exactly one of {@link Exited} and {@link
 * Lost} follows; after {@link Refused} or {@link StartFailed} nothing does.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = BatchEvent.Refused.class, name = "Refused"),
    @JsonSubTypes.Type(value = BatchEvent.Started.class, name = "Started"),
    @JsonSubTypes.Type(value = BatchEvent.Found.class, name = "Found"),
    @JsonSubTypes.Type(value = BatchEvent.StartFailed.class, name = "StartFailed"),
    @JsonSubTypes.Type(value = BatchEvent.Suspended.class, name = "Suspended"),
    @JsonSubTypes.Type(value = BatchEvent.Continued.class, name = "Continued"),
    @JsonSubTypes.Type(value = BatchEvent.Capturing.class, name = "Capturing"),
    @JsonSubTypes.Type(value = BatchEvent.Captured.class, name = "Captured"),
    @JsonSubTypes.Type(value = BatchEvent.SelfCheckpointed.class, name = "SelfCheckpointed"),
    @JsonSubTypes.Type(value = BatchEvent.NotCaptured.class, name = "NotCaptured"),
    @JsonSubTypes.Type(value = BatchEvent.MustLeave.class, name = "MustLeave"),
    @JsonSubTypes.Type(value = BatchEvent.Exited.class, name = "Exited"),
    @JsonSubTypes.Type(value = BatchEvent.Lost.class, name = "Lost")
})
public sealed interface BatchEvent {

    /** The slot does not take the job: it has one, or a COD job runs there. Nothing was touched. */
    record Refused(String reason) implements BatchEvent {}

    /** The program runs. */
    record Started(long pid, long startedAtMillis, JobNews.Origin origin) implements BatchEvent {
        public Started(long pid, long startedAtMillis) {
            this(pid, startedAtMillis, JobNews.Origin.BEGINNING);
        }
    }

    /** The program runs since before the node was started. */
    record Found(long pid) implements BatchEvent {}

    /**
     * The program could not be started; nothing of it is left.
     *
     * @param errno the system's error number, 0 if there is none
     */
    record StartFailed(String reason, int errno, JobNews.Obstacle obstacle) implements BatchEvent {
        public StartFailed(String reason, int errno) {
            this(reason, errno, JobNews.Obstacle.START);
        }
    }

    /** All of the job's processes are stopped. */
    record Suspended(int processes) implements BatchEvent {}

    /** All of the job's processes go on. */
    record Continued() implements BatchEvent {}

    /** An image of the program is being written. */
    record Capturing(CaptureProgress progress) implements BatchEvent {}

    /**
     * An image is complete, durable and in the store; told at least once for each.
     *
     * @param used as in {@link JobNews.Captured}
     */
    record Captured(ImageRecord image, CpuTime used) implements BatchEvent {}

    /** The program checkpointed itself; told at least once for each. */
    record SelfCheckpointed(JobNews.SelfCheckpointed checkpoint) implements BatchEvent {}

    /** An image that was asked for was not made. */
    record NotCaptured(String reason) implements BatchEvent {}

    /**
     * The slot wants to be rid of the job, which is to go back into the queue; asked for again with
     * {@code fast} if the first time took too long.
     */
    record MustLeave(Initiator by, boolean fast, String reason) implements BatchEvent {}

    /**
     * The program is gone, with all its descendants.
     *
     * @param traces what it left
     */
    record Exited(JobExit exit, JobNews.Traces traces) implements BatchEvent {
        public Exited(JobExit exit) {
            this(exit, JobNews.Traces.NONE);
        }
    }

    /** The program is gone and nobody knows how it ended (the machine went down). */
    record Lost(String reason) implements BatchEvent {}

    /**
     * What the owner of the job is told of the job's own news; nothing of what only the slot wants.
     */
    static List<BatchEvent> of(JobNews news) {
        if (news instanceof JobNews.Started started) {
            return List.of(new Started(started.pid(), started.startedAtMillis(), started.origin()));
        } else if (news instanceof JobNews.Found found) {
            return List.of(
                    new Found(found.pid()), found.stopped() ? new Suspended(0) : new Continued());
        } else if (news instanceof JobNews.StartFailed failed) {
            return List.of(new StartFailed(failed.reason(), failed.errno(), failed.obstacle()));
        } else if (news instanceof JobNews.Stopped stopped) {
            return List.of(new Suspended(stopped.processes()));
        } else if (news instanceof JobNews.Continued) {
            return List.of(new Continued());
        } else if (news instanceof JobNews.Exited exited) {
            return List.of(new Exited(exited.exit(), exited.traces()));
        } else if (news instanceof JobNews.Capturing capturing) {
            return List.of(new Capturing(capturing.progress()));
        } else if (news instanceof JobNews.Captured captured) {
            return List.of(new Captured(captured.image(), captured.used()));
        } else if (news instanceof JobNews.SelfCheckpointed checkpoint) {
            return List.of(new SelfCheckpointed(checkpoint));
        } else if (news instanceof JobNews.NotCaptured not) {
            return List.of(new NotCaptured(not.reason()));
        } else if (news instanceof JobNews.Lost lost) {
            return List.of(new Lost(lost.reason()));
        }
        return List.of();
    }
}
