// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import roost.classad.ClassAd;
import roost.classad.EvalContext;
import roost.slot.OwnerPolicy.Condition;
import roost.slot.SlotArbiter.Phase;
import roost.slot.SlotMachine.Decision;
import roost.slot.SlotMachine.Order;
import roost.slot.SlotMachine.Standing;

/**
 * What a slot remembers for its owner's policy, and its looks at it. Does nothing by itself: the
 * slot's actor says what happens, asks, and carries the answers out. Nothing here is durable; after
 * a restart of the node the expressions, asked again, come to the same.
 *
 * <p>While a COD job runs, and for a minute after, the policy sees the load of before: otherwise
 * the COD job would look like the owner's own work and drive the batch job out. Source: htcondor
 * Resource.cpp, hackLoadForCOD.
 */
final class SlotPolicy {
    private static final Duration FROZEN_AFTER_COD = Duration.ofMinutes(1);

    /** Conditions that may well be undefined: nothing an administrator needs to hear about. */
    private static final Set<Condition> MAY_BE_UNDEFINED =
            EnumSet.of(Condition.START, Condition.WANT_SUSPEND, Condition.PERIODIC_CHECKPOINT);

    /** The batch job that the slot has. */
    private static final class Job {
        final ClassAd ad;
        final long startedAt;
        final Duration pledged;
        long lastCheckpoint;
        long heldBytes;
        long vacatingSince;
        long forCodSince;
        boolean leaving;

        Job(ClassAd ad, long startedAt, Duration pledged) {
            this.ad = ad;
            this.startedAt = startedAt;
            this.lastCheckpoint = startedAt;
            this.pledged = pledged;
        }
    }

    /** LoadAvg and CondorLoadAvg as they were before COD jobs ran. */
    private record Frozen(double load, double condorLoad, long until) {
        Frozen until(long time) {
            return new Frozen(load, condorLoad, time);
        }
    }

    private final Supplier<OwnerPolicy> source;
    private final Clock clock;
    private final Consumer<String> warnings;
    private final EvalContext context;
    private final BusyCpus busyCpus = new BusyCpus();
    private final Set<Condition> warned = EnumSet.noneOf(Condition.class);

    private OwnerPolicy policy;
    private Standing free = Standing.UNCLAIMED;
    private Job job;
    private Frozen frozen;
    private long cpuBusySince;

    /**
     * @param source the policy that holds now; asked at every look
     * @param warnings sentences for the node's log
     */
    SlotPolicy(Supplier<OwnerPolicy> source, Clock clock, Consumer<String> warnings) {
        this.source = source;
        this.clock = clock;
        this.warnings = warnings;
        this.context = EvalContext.DEFAULT.withClock(clock);
        this.policy = source.get();
    }

    // --- what happens

    /**
     * The batch job's program runs.
     *
     * @param slot the slot's ad, for what the machine pledges the job
     */
    void jobStarted(ClassAd ad, long startedAtMillis, ClassAd slot) {
        OwnerPolicy now = policy();
        Duration pledged = now.machineVacateTime(now.in(slot), Optional.of(ad), context);
        job = new Job(ad, startedAtMillis, pledged);
        busyCpus.begin(clock.millis(), 0);
    }

    /** The batch job's processes have used and hold so much. */
    void jobUses(double cpuSeconds, long residentBytes) {
        if (job != null) {
            busyCpus.add(clock.millis(), cpuSeconds);
            job.heldBytes = residentBytes;
        }
    }

    void jobGone() {
        job = null;
        free = Standing.UNCLAIMED;
    }

    /**
     * COD jobs run in the slot, or none does.
     *
     * @param slot the slot's ad from before the change
     * @param suspended whether the batch job is stopped
     */
    void cod(boolean running, boolean suspended, ClassAd slot) {
        frozen = freeze(running, slot);
        if (job != null && !(running && suspended)) {
            job.forCodSince = 0;
        } else if (job != null && job.forCodSince == 0) {
            job.forCodSince = clock.millis();
        }
    }

    private Frozen freeze(boolean codRuns, ClassAd slot) {
        if (codRuns) {
            return frozen == null
                    ? new Frozen(
                            slot.getReal("LoadAvg").orElse(0),
                            slot.getReal("CondorLoadAvg").orElse(0),
                            Long.MAX_VALUE)
                    : frozen.until(Long.MAX_VALUE);
        }
        long now = clock.millis();
        if (frozen == null || frozen.until() < now) {
            return null;
        }
        return frozen.until() == Long.MAX_VALUE
                ? frozen.until(now + FROZEN_AFTER_COD.toMillis())
                : frozen;
    }

    // --- what the slot's ad tells

    /** State and Activity of the slot; a batch job that is there outweighs the owner. */
    Standing standing(Optional<Phase> batch) {
        return batch.map(
                        phase ->
                                switch (phase) {
                                    case NEW -> Standing.CLAIMED;
                                    case RUNNING -> whileRunning();
                                    case STOPPING, STOPPED -> Standing.SUSPENDED;
                                    case ENDING -> Standing.VACATING;
                                    case KILLING -> Standing.KILLING;
                                })
                .orElse(free);
    }

    /** A program that was not started yet leaves its slot Claimed/Idle. */
    private Standing whileRunning() {
        if (job == null) {
            return Standing.CLAIMED;
        }
        return job.leaving ? Standing.RETIRING : Standing.BUSY;
    }

    /** What the slot's ad tells of what was seen here. */
    SlotView.Measured measured() {
        if (job == null) {
            busyCpus.addIdle(clock.millis());
        }
        return new SlotView.Measured(
                busyCpus.average(),
                cpuBusySince == 0 ? OptionalLong.empty() : OptionalLong.of(cpuBusySince),
                job == null ? OptionalLong.empty() : OptionalLong.of(job.startedAt),
                job == null ? OptionalLong.empty() : OptionalLong.of(job.lastCheckpoint));
    }

    // --- looks at the policy

    private OwnerPolicy policy() {
        OwnerPolicy current = source.get();
        if (current != policy) {
            policy = current;
            warned.clear();
        }
        return policy;
    }

    /** Why the slot takes no batch job, or not this one; nothing if it does. */
    Optional<String> refusal(ClassAd slot, ClassAd batchJob) {
        if (free == Standing.OWNER) {
            return Optional.of("the machine's owner needs the slot (IS_OWNER is TRUE)");
        }
        OwnerPolicy now = policy();
        return now.holds(Condition.START, now.in(slot), Optional.of(batchJob), context)
                ? Optional.empty()
                : Optional.of("the slot's START is not TRUE for this job");
    }

    /** Whether the slot would take some batch job, as far as the owner is concerned. */
    boolean accepts() {
        return free != Standing.OWNER;
    }

    /** Whether the job, which was found stopped after a restart of the node, may go on. */
    boolean mayGoOn(ClassAd slot) {
        OwnerPolicy now = policy();
        return now.holds(Condition.CONTINUE, now.in(slot), Optional.of(job.ad), context);
    }

    /** How long the batch job has to end when it is asked to now. */
    Duration vacateTime(ClassAd slot) {
        OwnerPolicy now = policy();
        if (job == null) {
            return now.machineVacateTime(now.in(slot), Optional.empty(), context);
        }
        return OwnerPolicy.vacateTime(
                job.pledged, slot, job.ad, retirementLeft(now.in(slot)), context);
    }

    private Duration retirementLeft(ClassAd my) {
        Duration runTime = Duration.ofMillis(Math.max(0, clock.millis() - job.startedAt));
        return policy.retirementLeft(my, job.ad, runTime, context);
    }

    /** Looks at the policy once and notes what it says; the caller carries the order out. */
    Decision look(ClassAd slot, Optional<Phase> batch) {
        ClassAd my = policy().in(withFrozenLoad(slot));
        lookAtCpus(my);
        Standing now = standing(batch);
        if (now == Standing.VACATING && job != null && job.vacatingSince == 0) {
            job.vacatingSince = clock.millis();
        }
        boolean leaving = job != null && job.leaving;
        Decision decision = SlotMachine.decide(now, leaving, new Look(my));
        if (batch.isEmpty()) {
            free = decision.standing();
        } else if (job != null) {
            job.leaving = decision.leaving();
            if (decision.order().filter(Order.CHECKPOINT::equals).isPresent()) {
                job.lastCheckpoint = clock.millis();
            }
        }
        return decision;
    }

    /** What the decision's expression says, for people: {@code PREEMPT is TRUE: LoadAvg > 3}. */
    String explain(Decision decision) {
        int blank = decision.why().indexOf(' ');
        for (Condition condition : Condition.values()) {
            if (blank > 0 && condition.name().equals(decision.why().substring(0, blank))) {
                return decision.why() + ": " + policy.text(condition);
            }
        }
        return decision.why();
    }

    private void lookAtCpus(ClassAd my) {
        boolean busy = frozen == null && holds(Condition.CPU_BUSY, my, Optional.empty());
        if (!busy) {
            cpuBusySince = 0;
        } else if (cpuBusySince == 0) {
            cpuBusySince = clock.millis();
        }
    }

    private ClassAd withFrozenLoad(ClassAd slot) {
        if (frozen == null) {
            return slot;
        }
        return slot.toBuilder()
                .putReal("LoadAvg", frozen.load())
                .putReal("CondorLoadAvg", frozen.condorLoad())
                .putBool("CpuIsBusy", false)
                .putInt("CpuBusyTime", 0)
                .build();
    }

    private boolean holds(Condition condition, ClassAd my, Optional<ClassAd> batchJob) {
        Optional<Boolean> answer = policy.answer(condition, my, batchJob, context);
        if (answer.isEmpty() && !MAY_BE_UNDEFINED.contains(condition) && warned.add(condition)) {
            warnings.accept(
                    condition
                            + " is neither true nor false and counts as "
                            + condition.otherwise()
                            + ": "
                            + policy.text(condition));
        }
        return answer.orElse(condition.otherwise());
    }

    /** Answers of one look. */
    private final class Look implements SlotMachine.Answers {
        private final ClassAd my;

        Look(ClassAd my) {
            this.my = my;
        }

        @Override
        public boolean holds(Condition condition) {
            if (condition == Condition.PERIODIC_CHECKPOINT
                    && (job == null || !OwnerPolicy.hasPeriodicCheckpoints(job.ad))) {
                return false;
            }
            return SlotPolicy.this.holds(
                    condition, my, Optional.ofNullable(job).map(present -> present.ad));
        }

        @Override
        public boolean suspendedForCod() {
            return job != null && job.forCodSince != 0;
        }

        @Override
        public Optional<String> codLimit() {
            if (!OwnerPolicy.writesImageToLeave(job.ad)) {
                return Optional.empty();
            }
            Duration suspended = Duration.ofMillis(clock.millis() - job.forCodSince);
            return policy.codLimits().exceeded(job.heldBytes, suspended);
        }

        @Override
        public boolean retirementOver() {
            if (job == null) {
                return true;
            }
            Duration left = retirementLeft(my);
            // So that a job that takes all its time to vacate is gone when its retirement is over.
            return vacateTime(my).compareTo(left) >= 0;
        }

        @Override
        public boolean vacateTimeOver() {
            return job != null && clock.millis() - job.vacatingSince > vacateTime(my).toMillis();
        }
    }
}
