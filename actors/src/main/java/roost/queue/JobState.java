// SPDX-License-Identifier: Apache-2.0
package roost.queue;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import roost.job.CpuTime;

/**
 * Where a batch job stands, and the pure function from one standing to the next.
 *
 * <p>Transitions: Idle -Matched-> Matched -Started-> Running -ImageTaken|ImageFailed-> Running
 * -Ended|Lost-> Gone | Held | Idle; Matched -Unmatched-> Idle; Idle|Matched -Held-> Held
 * -Released-> Idle; Idle|Held -Removed-> Gone. A running job that is held or removed stays Running
 * with a purpose until its processes are gone. A change that does not fit its state is a bug and
 * throws.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
    @JsonSubTypes.Type(JobState.New.class),
    @JsonSubTypes.Type(JobState.Idle.class),
    @JsonSubTypes.Type(JobState.Matched.class),
    @JsonSubTypes.Type(JobState.Running.class),
    @JsonSubTypes.Type(JobState.Held.class),
    @JsonSubTypes.Type(JobState.Gone.class)
})
sealed interface JobState extends QueueRecord {
    /** When this state was entered, Unix milliseconds. */
    long since();

    Totals totals();

    /** HTCondor's JobStatus number. */
    int status();

    /** The number of the run that the job has on a machine; empty if it has none there. */
    default OptionalInt runOn(String machine) {
        String at = "@" + machine;
        if (this instanceof Matched matched && matched.slot().endsWith(at)) {
            return OptionalInt.of(matched.run());
        }
        return this instanceof Running running && running.slot().endsWith(at)
                ? OptionalInt.of(running.run())
                : OptionalInt.empty();
    }

    /** Whether it has been told to end already, so fast. */
    default boolean ends(boolean fast) {
        return this instanceof Running running
                && running.end().filter(end -> end.fast() || !fast).isPresent();
    }

    /** The directory of the run that the job has; empty if it has none. */
    default Optional<Path> runDirectory() {
        if (this instanceof Matched matched) {
            return Optional.of(Path.of(matched.directory()));
        }
        return this instanceof Running running
                ? Optional.of(Path.of(running.directory()))
                : Optional.empty();
    }

    JobState apply(JobChange change);

    /**
     * Sums over all runs.
     *
     * @param runs how often the job was started
     * @param wallSeconds time spent running, suspension included
     * @param suspendedSeconds time spent suspended
     * @param suspensions how often the job was suspended
     * @param lastSlot where it ran last; empty if it never ran
     * @param lastEnd how the last run ended
     * @param saved its images
     * @param lastRun the number of the newest run, started or not; 0 in old snapshots, too
     */
    record Totals(
            int runs,
            double wallSeconds,
            double suspendedSeconds,
            int suspensions,
            double userSeconds,
            double systemSeconds,
            long maxRssKib,
            String lastSlot,
            Optional<JobChange.Ended> lastEnd,
            SavedWork saved,
            int lastRun)
            implements QueueRecord {
        static final Totals ZERO =
                new Totals(0, 0, 0, 0, 0, 0, 0, "", Optional.empty(), SavedWork.NONE, 0);

        public Totals {
            saved = saved == null ? SavedWork.NONE : saved;
        }

        /** A number that no run of the job has had, and none that was never started either. */
        int nextRun() {
            return Math.max(lastRun, runs) + 1;
        }

        private Totals matched(int run) {
            return with(next -> next.lastRun = run);
        }

        private Totals started(String slot, int generation) {
            return with(
                    next -> {
                        next.runs++;
                        next.lastSlot = slot;
                        next.saved = saved.started(generation);
                    });
        }

        private Totals suspended() {
            return with(next -> next.suspensions++);
        }

        private Totals plusTimes(double wall, double suspended) {
            return with(
                    next -> {
                        next.wallSeconds += wall;
                        next.suspendedSeconds += suspended;
                    });
        }

        private Totals plus(CpuTime used) {
            return with(
                    next -> {
                        next.userSeconds += used.userSeconds();
                        next.systemSeconds += used.systemSeconds();
                    });
        }

        private Totals ended(JobChange.Ended end) {
            return plus(new CpuTime(end.userSeconds(), end.systemSeconds()))
                    .with(
                            next -> {
                                next.maxRssKib = Math.max(maxRssKib, end.maxRssKib());
                                next.lastEnd = Optional.of(end);
                            });
        }

        private Totals with(SavedWork newSaved) {
            return with(next -> next.saved = newSaved);
        }

        private Totals with(Consumer<Draft> change) {
            Draft next = new Draft(this);
            change.accept(next);
            return next.done();
        }

        /** What is to be the next value. */
        private static final class Draft {
            private int runs;
            private double wallSeconds;
            private double suspendedSeconds;
            private int suspensions;
            private double userSeconds;
            private double systemSeconds;
            private long maxRssKib;
            private String lastSlot;
            private Optional<JobChange.Ended> lastEnd;
            private SavedWork saved;
            private int lastRun;

            private Draft(Totals from) {
                runs = from.runs;
                wallSeconds = from.wallSeconds;
                suspendedSeconds = from.suspendedSeconds;
                suspensions = from.suspensions;
                userSeconds = from.userSeconds;
                systemSeconds = from.systemSeconds;
                maxRssKib = from.maxRssKib;
                lastSlot = from.lastSlot;
                lastEnd = from.lastEnd;
                saved = from.saved;
                lastRun = from.lastRun;
            }

            private Totals done() {
                return new Totals(
                        runs,
                        wallSeconds,
                        suspendedSeconds,
                        suspensions,
                        userSeconds,
                        systemSeconds,
                        maxRssKib,
                        lastSlot,
                        lastEnd,
                        saved,
                        lastRun);
            }
        }
    }

    /** Before anything was journaled. */
    @JsonTypeName("New")
    record New() implements JobState {
        @Override
        public long since() {
            return 0;
        }

        @Override
        public Totals totals() {
            return Totals.ZERO;
        }

        @Override
        public int status() {
            return JobStatus.IDLE;
        }

        @Override
        public JobState apply(JobChange change) {
            if (change instanceof JobChange.Submitted submitted) {
                return new Idle(submitted.at(), Totals.ZERO);
            }
            if (change instanceof JobChange.Held held) {
                return hold(held, Totals.ZERO);
            }
            throw unexpected(this, change);
        }
    }

    /** Waits for a slot. */
    @JsonTypeName("Idle")
    record Idle(long since, Totals totals) implements JobState {
        @Override
        public int status() {
            return JobStatus.IDLE;
        }

        @Override
        public JobState apply(JobChange change) {
            if (change instanceof JobChange.Matched m) {
                return new Matched(
                        m.at(),
                        totals.matched(m.run()),
                        m.slot(),
                        m.run(),
                        m.directory(),
                        m.host());
            }
            if (change instanceof JobChange.Held held) {
                return hold(held, totals);
            }
            if (change instanceof JobChange.Removed removed) {
                return new Gone(removed.at(), totals, JobStatus.REMOVED, removed.reason());
            }
            throw unexpected(this, change);
        }
    }

    /** Has a slot; its start there is under way. */
    @JsonTypeName("Matched")
    record Matched(long since, Totals totals, String slot, int run, String directory, String host)
            implements JobState {
        public Matched {
            host = host == null ? "" : host;
        }

        @Override
        public int status() {
            return JobStatus.IDLE;
        }

        @Override
        public JobState apply(JobChange change) {
            if (change instanceof JobChange.Unmatched unmatched) {
                return new Idle(
                        unmatched.at(),
                        unmatched.mayHaveRun()
                                ? totals.with(totals.saved().withoutOutputs())
                                : totals);
            }
            if (change instanceof JobChange.ImageTaken taken) {
                // Found on the disk by the start; how much work it saves is not known.
                SavedWork work = totals.saved().plus(taken.image(), taken.keep(), 0);
                return new Matched(since, totals.with(work), slot, run, directory, host);
            }
            if (change instanceof JobChange.Started s) {
                return new Running(
                        s.at(),
                        totals.started(slot, s.generation()),
                        slot,
                        run,
                        directory,
                        s.pid(),
                        s.at(),
                        0,
                        Optional.empty(),
                        s.at(),
                        0,
                        CpuTime.NONE,
                        host);
            }
            if (change instanceof JobChange.Held held) {
                return hold(held, totals);
            }
            if (change instanceof JobChange.Removed removed) {
                return new Gone(removed.at(), totals, JobStatus.REMOVED, removed.reason());
            }
            throw unexpected(this, change);
        }
    }

    /**
     * Runs, or is suspended for a COD job.
     *
     * @param startedAt when this run's program was started
     * @param suspendedAt when it was suspended; 0 if it is not
     * @param end who wants it ended and why; empty if nobody does
     * @param savedAt up to when its work is in an image, or when it was started
     * @param suspendedSinceSaved seconds of suspensions since then that are over
     * @param used by this run up to its last image
     * @param host address of the node where it runs, {@code <ip:port>}; empty if it was not noted
     */
    @JsonTypeName("Running")
    record Running(
            long since,
            Totals totals,
            String slot,
            int run,
            String directory,
            long pid,
            long startedAt,
            long suspendedAt,
            Optional<JobChange.EndRequested> end,
            long savedAt,
            double suspendedSinceSaved,
            CpuTime used,
            String host)
            implements JobState {
        public Running {
            savedAt = savedAt == 0 ? startedAt : savedAt;
            used = used == null ? CpuTime.NONE : used;
            host = host == null ? "" : host;
        }

        boolean suspended() {
            return suspendedAt != 0;
        }

        /** A job that is being held or removed counts as that before its processes are gone. */
        @Override
        public int status() {
            JobChange.Purpose purpose = end.map(JobChange.EndRequested::purpose).orElse(null);
            if (purpose == JobChange.Purpose.HOLD) {
                return JobStatus.HELD;
            }
            if (purpose == JobChange.Purpose.REMOVE) {
                return JobStatus.REMOVED;
            }
            return suspended() ? JobStatus.SUSPENDED : JobStatus.RUNNING;
        }

        /** Running time that is in no image, in seconds. */
        double unsavedSeconds(long at) {
            double suspended =
                    suspendedSinceSaved
                            + (suspended() ? seconds(Math.max(suspendedAt, savedAt), at) : 0);
            return Math.max(0, seconds(savedAt, at) - suspended);
        }

        @Override
        public JobState apply(JobChange change) {
            if (change instanceof JobChange.Suspended s) {
                return with(s.at(), totals.suspended(), s.at(), end, suspendedSinceSaved);
            }
            if (change instanceof JobChange.Continued c) {
                double suspended = suspendedSeconds(c.at());
                double sinceSaved =
                        suspended() ? seconds(Math.max(suspendedAt, savedAt), c.at()) : 0;
                return with(
                        c.at(),
                        totals.plusTimes(0, suspended),
                        0,
                        end,
                        suspendedSinceSaved + sinceSaved);
            }
            if (change instanceof JobChange.EndRequested wanted) {
                return with(since, totals, suspendedAt, Optional.of(wanted), suspendedSinceSaved);
            }
            if (change instanceof JobChange.ImageTaken taken) {
                long created = Math.max(savedAt, taken.image().createdMillis());
                return saved(
                        created,
                        totals.saved().plus(taken.image(), taken.keep(), unsavedSeconds(created)),
                        taken.used());
            }
            if (change instanceof JobChange.ImageFailed failed) {
                return saved(savedAt, totals.saved().failed(failed.reason()), used);
            }
            if (change instanceof JobChange.SelfCheckpointed own) {
                return saved(
                        own.problem().isEmpty() ? Math.max(savedAt, own.at()) : savedAt,
                        totals.saved().plus(own, unsavedSeconds(own.at())),
                        own.used());
            }
            if (change instanceof JobChange.Ended ended) {
                Totals sums = timesUntil(ended.at()).ended(ended);
                SavedWork work =
                        ended.eviction()
                                .map(
                                        eviction ->
                                                sums.saved()
                                                        .evicted(
                                                                eviction,
                                                                ended.at(),
                                                                ended.outputs()))
                                .orElseGet(() -> sums.saved().ended(unsavedSeconds(ended.at())));
                return after(ended.fate(), ended.at(), sums.with(work), ended.reason());
            }
            if (change instanceof JobChange.Lost lost) {
                Totals sums = timesUntil(lost.at()).plus(lost.used());
                SavedWork work =
                        lost.eviction()
                                .map(
                                        eviction ->
                                                sums.saved()
                                                        .evicted(eviction, lost.at(), List.of()))
                                .orElse(sums.saved());
                return after(lost.fate(), lost.at(), sums.with(work), lost.reason());
            }
            throw unexpected(this, change);
        }

        private Running with(
                long newSince,
                Totals newTotals,
                long newSuspendedAt,
                Optional<JobChange.EndRequested> newEnd,
                double newSuspendedSinceSaved) {
            return new Running(
                    newSince,
                    newTotals,
                    slot,
                    run,
                    directory,
                    pid,
                    startedAt,
                    newSuspendedAt,
                    newEnd,
                    savedAt,
                    newSuspendedSinceSaved,
                    used,
                    host);
        }

        private Running saved(long at, SavedWork work, CpuTime newUsed) {
            return new Running(
                    since,
                    totals.with(work),
                    slot,
                    run,
                    directory,
                    pid,
                    startedAt,
                    suspendedAt,
                    end,
                    at,
                    at == savedAt ? suspendedSinceSaved : 0,
                    newUsed,
                    host);
        }

        private static double seconds(long from, long to) {
            return Math.max(0, to - from) / 1000.0;
        }

        private double suspendedSeconds(long at) {
            return suspended() ? seconds(suspendedAt, at) : 0;
        }

        private Totals timesUntil(long at) {
            return totals.plusTimes(seconds(startedAt, at), suspendedSeconds(at));
        }

        private JobState after(JobChange.Fate fate, long at, Totals sums, String reason) {
            int holdCode = end.isPresent() ? HoldCode.USER_REQUEST : HoldCode.JOB_POLICY;
            return switch (fate) {
                case COMPLETE -> new Gone(at, sums, JobStatus.COMPLETED, reason);
                case REMOVE -> new Gone(at, sums, JobStatus.REMOVED, reason);
                case HOLD -> new Held(at, sums, reason, holdCode, 0);
                case REQUEUE -> new Idle(at, sums);
            };
        }
    }

    /** Waits for a release. */
    @JsonTypeName("Held")
    record Held(long since, Totals totals, String reason, int code, int subcode)
            implements JobState {
        @Override
        public int status() {
            return JobStatus.HELD;
        }

        @Override
        public JobState apply(JobChange change) {
            if (change instanceof JobChange.Released released) {
                return new Idle(released.at(), totals);
            }
            if (change instanceof JobChange.Removed removed) {
                return new Gone(removed.at(), totals, JobStatus.REMOVED, removed.reason());
            }
            throw unexpected(this, change);
        }
    }

    /**
     * Finished one way or the other; what is left is to tell the queue.
     *
     * @param status {@link JobStatus#COMPLETED} or {@link JobStatus#REMOVED}
     */
    @JsonTypeName("Gone")
    record Gone(long since, Totals totals, int status, String reason) implements JobState {
        @Override
        public JobState apply(JobChange change) {
            throw unexpected(this, change);
        }
    }

    private static Held hold(JobChange.Held held, Totals totals) {
        return new Held(held.at(), totals, held.reason(), held.code(), held.subcode());
    }

    private static IllegalStateException unexpected(JobState state, JobChange change) {
        return new IllegalStateException(
                "a batch job in " + state + " cannot go on with " + change);
    }
}
