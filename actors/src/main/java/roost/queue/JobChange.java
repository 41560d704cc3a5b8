// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.util.List;
import java.util.Optional;
import roost.classad.ClassAd;
import roost.image.ImageRecord;
import roost.image.Outputs.FileNote;
import roost.job.CpuTime;
import roost.job.Initiator;
import roost.job.JobExit;

/**
 * What happened to a batch job: the events of {@link BatchJobActor}'s journal. The type names and
 * fields are frozen, because journals hold them. All times are Unix milliseconds.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "change")
@JsonSubTypes({
    @JsonSubTypes.Type(JobChange.Submitted.class),
    @JsonSubTypes.Type(JobChange.Matched.class),
    @JsonSubTypes.Type(JobChange.Unmatched.class),
    @JsonSubTypes.Type(JobChange.Started.class),
    @JsonSubTypes.Type(JobChange.Suspended.class),
    @JsonSubTypes.Type(JobChange.Continued.class),
    @JsonSubTypes.Type(JobChange.ImageTaken.class),
    @JsonSubTypes.Type(JobChange.ImageFailed.class),
    @JsonSubTypes.Type(JobChange.SelfCheckpointed.class),
    @JsonSubTypes.Type(JobChange.EndRequested.class),
    @JsonSubTypes.Type(JobChange.Ended.class),
    @JsonSubTypes.Type(JobChange.Lost.class),
    @JsonSubTypes.Type(JobChange.Held.class),
    @JsonSubTypes.Type(JobChange.Released.class),
    @JsonSubTypes.Type(JobChange.Removed.class)
})
sealed interface JobChange extends QueueRecord {
    long at();

    /** The job is in the queue. */
    @JsonTypeName("Submitted")
    record Submitted(long at) implements JobChange {
        /** At the time that the completed ad names. */
        static Submitted of(ClassAd ad) {
            return new Submitted(ad.getInteger("QDate").orElse(0) * 1000);
        }
    }

    /**
     * A slot was chosen; from here on a start is owed there.
     *
     * @param run number of this run, 1 for the first; never given twice, so that what is late of
     *     one that was not started after all is not taken for this one's
     * @param directory the run's sandbox and starter directory
     * @param host address of the slot's node, {@code <ip:port>}; empty in journals that do not say
     */
    @JsonTypeName("Matched")
    record Matched(long at, String slot, int run, String directory, String host)
            implements JobChange {
        public Matched {
            host = host == null ? "" : host;
        }
    }

    /**
     * The slot would not have the job after all, or nothing is left of the run's start.
     *
     * @param mayHaveRun that nobody saw whether the program was started, and wrote
     */
    @JsonTypeName("Unmatched")
    record Unmatched(long at, String reason, boolean mayHaveRun) implements JobChange {}

    /**
     * The program runs.
     *
     * @param generation the image it goes on from; 0 if it began at its beginning
     * @param passedOver newer images that were damaged, and what is wrong with each
     */
    @JsonTypeName("Started")
    record Started(long at, long pid, int generation, List<String> passedOver)
            implements JobChange {
        public Started {
            passedOver = passedOver == null ? List.of() : List.copyOf(passedOver);
        }

        static Started fresh(long at, long pid) {
            return new Started(at, pid, 0, List.of());
        }
    }

    /** The job's processes were stopped, for a COD job. */
    @JsonTypeName("Suspended")
    record Suspended(long at, int processes) implements JobChange {}

    /** The job's processes go on. */
    @JsonTypeName("Continued")
    record Continued(long at) implements JobChange {}

    /**
     * An image of the running program is complete and durable: it is the newest from here on.
     *
     * @param keep how many images the job has at most from here on
     * @param used by the run up to then; nothing if nobody looked
     */
    @JsonTypeName("ImageTaken")
    record ImageTaken(long at, ImageRecord image, int keep, CpuTime used) implements JobChange {
        public ImageTaken {
            used = used == null ? CpuTime.NONE : used;
        }
    }

    /** An image was asked for and not made; those that there are stay. */
    @JsonTypeName("ImageFailed")
    record ImageFailed(long at, String reason) implements JobChange {}

    /**
     * The running program checkpointed itself by ending, and is started again.
     *
     * @param number of the checkpoint, one higher for each attempt
     * @param bytes of the files that were kept
     * @param used by the run up to then
     * @param problem why they were not; empty if they are safe
     */
    @JsonTypeName("SelfCheckpointed")
    record SelfCheckpointed(long at, int number, long bytes, CpuTime used, String problem)
            implements JobChange {
        public SelfCheckpointed {
            used = used == null ? CpuTime.NONE : used;
        }
    }

    /**
     * Somebody wants the running job ended; what becomes of it afterwards is the purpose.
     *
     * @param fast kill it instead of asking it
     */
    @JsonTypeName("EndRequested")
    record EndRequested(long at, Purpose purpose, Initiator by, String reason, boolean fast)
            implements JobChange {
        public EndRequested {
            by = by == null ? Initiator.USER : by;
        }
    }

    /** Why a running job is being ended. */
    enum Purpose {
        HOLD,
        REMOVE,
        REQUEUE
    }

    /**
     * The program is gone.
     *
     * @param signal number of the signal it died of, or 0 if it exited
     * @param status its exit status, meaningful if signal is 0
     * @param coreFile whether a core file was written
     * @param userSeconds CPU seconds of the whole family in user mode in this run
     * @param systemSeconds the same in kernel mode
     * @param maxRssKib largest resident size of a process of the family, KiB
     * @param fate what becomes of the job, decided from its policy when it ended
     * @param reason why it is that fate; empty for a job that simply completed
     * @param eviction that it did not end by itself; empty if it did
     * @param outputs the files that it wrote and that its images know, as they were at this end
     */
    @JsonTypeName("Ended")
    record Ended(
            long at,
            int status,
            int signal,
            boolean coreFile,
            double userSeconds,
            double systemSeconds,
            long maxRssKib,
            Fate fate,
            String reason,
            Optional<Eviction> eviction,
            List<FileNote> outputs)
            implements JobChange {
        public Ended {
            outputs = outputs == null ? List.of() : List.copyOf(outputs);
            eviction = eviction == null ? Optional.empty() : eviction;
        }

        static Ended of(JobExit exit, List<FileNote> outputs) {
            return new Ended(
                    exit.endedAtMillis(),
                    exit.status(),
                    exit.signal(),
                    exit.coreDumped(),
                    exit.userSeconds(),
                    exit.systemSeconds(),
                    exit.maxRssKib(),
                    Fate.COMPLETE,
                    "",
                    Optional.empty(),
                    outputs);
        }

        Ended decided(Fate newFate, String why, Optional<Eviction> evicted) {
            return new Ended(
                    at,
                    status,
                    signal,
                    coreFile,
                    userSeconds,
                    systemSeconds,
                    maxRssKib,
                    newFate,
                    why,
                    evicted,
                    outputs);
        }
    }

    /** What becomes of a job whose program ended. */
    enum Fate {
        COMPLETE,
        REMOVE,
        HOLD,
        REQUEUE
    }

    /**
     * The run is gone without a trace of how it ended (the machine went down).
     *
     * @param used what it is known to have used, up to its last image
     */
    @JsonTypeName("Lost")
    record Lost(long at, String reason, Fate fate, Optional<Eviction> eviction, CpuTime used)
            implements JobChange {
        public Lost {
            used = used == null ? CpuTime.NONE : used;
            eviction = eviction == null ? Optional.empty() : eviction;
        }
    }

    /**
     * The job is held.
     *
     * @param code HTCondor's HoldReasonCode
     * @param subcode HoldReasonSubCode, an errno where the code has one
     */
    @JsonTypeName("Held")
    record Held(long at, String reason, int code, int subcode) implements JobChange {}

    /** The job may run again. */
    @JsonTypeName("Released")
    record Released(long at, String reason) implements JobChange {}

    /** The job left the queue without having run to its end. */
    @JsonTypeName("Removed")
    record Removed(long at, String reason) implements JobChange {}
}
