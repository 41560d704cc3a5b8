// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import roost.classad.ClassAd;
import roost.classad.EvalContext;
import roost.classad.Value;
import roost.config.CondorConfig;
import roost.config.Knob;
import roost.config.Knobs;

/**
 * The expressions with which a machine's owner says when jobs start, stop and leave. Immutable and
 * pure; the clock is the evaluation context's.
 *
 * <p>Each is evaluated in the slot's ad with the job's as TARGET, and may refer to the others by
 * their names. Where the job is vanilla and a variant {@code X_VANILLA} is set, that counts instead
 * of X, unless it cannot be evaluated.
 *
 * <p>An expression that is undefined or an error counts as {@link Condition#otherwise}. On purpose
 * different: HTCondor's startd then ends for SUSPEND, CONTINUE, PREEMPT, KILL and WANT_VACATE, and
 * takes all its jobs along. Source: HTCondor manual 8.0 §3.5.9; htcondor Resource.cpp, eval_expr.
 */
public final class OwnerPolicy {
    private static final String VANILLA = "_VANILLA";
    private static final int UNIVERSE_STANDARD = 1;
    private static final int UNIVERSE_VANILLA = 5;

    /** Questions that the policy answers with yes or no. */
    public enum Condition {
        START(Knobs.START, false),
        IS_OWNER(Knobs.IS_OWNER, false),
        WANT_SUSPEND(Knobs.WANT_SUSPEND, false),
        SUSPEND(Knobs.SUSPEND, false),
        CONTINUE(Knobs.CONTINUE, false),
        PREEMPT(Knobs.PREEMPT, false),
        WANT_VACATE(Knobs.WANT_VACATE, true),
        KILL(Knobs.KILL, false),
        PERIODIC_CHECKPOINT(Knobs.PERIODIC_CHECKPOINT, false),
        CPU_BUSY(Knobs.CPU_BUSY, false);

        private final Knob knob;
        private final boolean otherwise;

        Condition(Knob knob, boolean otherwise) {
            this.knob = knob;
            this.otherwise = otherwise;
        }

        /** What it counts as where it is undefined or an error. */
        public boolean otherwise() {
            return otherwise;
        }
    }

    /**
     * When a batch job that is suspended for COD jobs must give its memory back; nothing set means
     * never.
     *
     * @param memoryBytes resident memory of the whole job
     * @param time suspended without a break
     */
    public record CodLimits(OptionalLong memoryBytes, Optional<Duration> time) {
        public static final CodLimits NONE = new CodLimits(OptionalLong.empty(), Optional.empty());

        /** Which limit is exceeded, in words; nothing if none is. */
        public Optional<String> exceeded(long heldBytes, Duration suspended) {
            if (memoryBytes.isPresent() && heldBytes > memoryBytes.getAsLong()) {
                return Optional.of(
                        "it held "
                                + (heldBytes >> 20)
                                + " MiB while suspended for a COD job;"
                                + " COD_SUSPENDED_JOB_MAX_MEMORY is "
                                + (memoryBytes.getAsLong() >> 20));
            }
            if (time.isPresent() && suspended.compareTo(time.get()) > 0) {
                return Optional.of(
                        "it was suspended for a COD job for "
                                + suspended.toSeconds()
                                + " s; COD_SUSPENDED_JOB_MAX_TIME is "
                                + time.get().toSeconds());
            }
            return Optional.empty();
        }
    }

    private final ClassAd expressions;
    private final ClassAd published;
    private final Set<Condition> withVariant;
    private final Duration maxVacateTime;
    private final CodLimits codLimits;

    private OwnerPolicy(
            ClassAd expressions,
            Set<Condition> withVariant,
            Duration maxVacateTime,
            CodLimits codLimits) {
        this.expressions = expressions;
        this.published = published(expressions);
        this.withVariant = withVariant;
        this.maxVacateTime = maxVacateTime;
        this.codLimits = codLimits;
    }

    /**
     * The policy of a configuration.
     *
     * @throws roost.config.ConfigException if a value is not what its knob's type says
     */
    public static OwnerPolicy of(CondorConfig config) {
        ClassAd.Builder ad = ClassAd.builder();
        Set<Condition> withVariant = EnumSet.noneOf(Condition.class);
        for (Condition condition : Condition.values()) {
            put(ad, config, condition.knob);
            Knob variant = Knobs.VANILLA_VARIANTS.get(condition.knob);
            if (variant != null && put(ad, config, variant)) {
                withVariant.add(condition);
            }
        }
        put(ad, config, Knobs.MAXJOBRETIREMENTTIME);
        put(ad, config, Knobs.MACHINE_MAX_VACATE_TIME);
        OptionalLong memory =
                config.getString(Knobs.COD_SUSPENDED_JOB_MAX_MEMORY).isPresent()
                        ? OptionalLong.of(
                                config.getInteger(Knobs.COD_SUSPENDED_JOB_MAX_MEMORY) << 20)
                        : OptionalLong.empty();
        Optional<Duration> time =
                config.getString(Knobs.COD_SUSPENDED_JOB_MAX_TIME)
                        .map(set -> config.getDuration(Knobs.COD_SUSPENDED_JOB_MAX_TIME));
        return new OwnerPolicy(
                ad.build(),
                withVariant,
                config.getDuration(Knobs.MAX_VACATE_TIME),
                new CodLimits(memory, time));
    }

    /** Under the names that these attributes have in a slot's ad. */
    private static ClassAd published(ClassAd expressions) {
        ClassAd.Builder ad = ClassAd.builder();
        for (String name : List.of("Start", "CpuBusy")) {
            Optional.ofNullable(expressions.lookup(name)).ifPresent(e -> ad.put(name, e));
        }
        return ad.build();
    }

    private static boolean put(ClassAd.Builder ad, CondorConfig config, Knob knob) {
        Optional<String> text = config.getString(knob);
        text.ifPresent(expression -> ad.putExpr(knob.name(), expression));
        return text.isPresent();
    }

    public CodLimits codLimits() {
        return codLimits;
    }

    /** The slot's ad with the policy in it: what the expressions are evaluated in. */
    public ClassAd in(ClassAd slot) {
        return slot.with(expressions);
    }

    /** What of the policy stands in the slot's own ad, for matchmaking and for people. */
    public ClassAd published() {
        return published;
    }

    /** How an expression is written, for people. */
    public String text(Condition condition) {
        return String.valueOf(expressions.lookup(condition.knob.name()));
    }

    /**
     * Whether a condition holds.
     *
     * @param my the slot's ad as {@link #in} makes it
     * @param job empty where there is none
     */
    public boolean holds(
            Condition condition, ClassAd my, Optional<ClassAd> job, EvalContext context) {
        return answer(condition, my, job, context).orElse(condition.otherwise);
    }

    /** The same, and nothing where the expression cannot be evaluated to true or false. */
    public Optional<Boolean> answer(
            Condition condition, ClassAd my, Optional<ClassAd> job, EvalContext context) {
        ClassAd target = job.orElse(null);
        String name = condition.knob.name();
        if (withVariant.contains(condition) && universe(job) == UNIVERSE_VANILLA) {
            Optional<Boolean> variant = truth(my.evaluate(name + VANILLA, target, context));
            if (variant.isPresent()) {
                return variant;
            }
        }
        return truth(my.evaluate(name, target, context));
    }

    private static Optional<Boolean> truth(Value value) {
        if (value instanceof Value.Bool bool) {
            return Optional.of(bool.value());
        }
        OptionalDouble number = number(value);
        return number.isPresent() ? Optional.of(number.getAsDouble() != 0) : Optional.empty();
    }

    private static OptionalDouble number(Value value) {
        if (value instanceof Value.Int whole) {
            return OptionalDouble.of(whole.value());
        }
        return value instanceof Value.Real real
                ? OptionalDouble.of(real.value())
                : OptionalDouble.empty();
    }

    /**
     * How much longer a job that must leave may go on undisturbed: what the machine allows, or what
     * the job wants if that is less, since the job's start. Jobs of the standard universe and nice
     * ones want none unless they say so. Source: HTCondor manual 8.0, MAXJOBRETIREMENTTIME.
     */
    public Duration retirementLeft(ClassAd my, ClassAd job, Duration runTime, EvalContext context) {
        double allowed =
                number(my.evaluate(Knobs.MAXJOBRETIREMENTTIME.name(), job, context)).orElse(0);
        boolean modest =
                universe(Optional.of(job)) == UNIVERSE_STANDARD
                        || job.getBoolean("NiceUser").orElse(false);
        double wanted =
                number(job.evaluate("MaxJobRetirementTime", my, context))
                        .orElse(modest ? 0 : allowed);
        Duration left = seconds(Math.min(allowed, wanted)).minus(runTime);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /**
     * How long a vacating job has before it is killed: what the machine allows, or what the job
     * wants if that is less. A job that wants more gets it out of what is left of its retirement.
     * Source: htcondor Resource.cpp, evalMaxVacateTime.
     *
     * @param pledged what the machine allowed when the job started
     */
    public static Duration vacateTime(
            Duration pledged,
            ClassAd my,
            ClassAd job,
            Duration retirementLeft,
            EvalContext context) {
        OptionalDouble wanted = number(job.evaluate("JobMaxVacateTime", my, context));
        if (wanted.isEmpty()) {
            wanted = number(job.evaluate("KillSigTimeout", my, context));
        }
        if (wanted.isEmpty()) {
            return pledged;
        }
        Duration asked = seconds(wanted.getAsDouble());
        if (asked.compareTo(pledged) <= 0) {
            return asked;
        }
        Duration most = retirementLeft.compareTo(pledged) > 0 ? retirementLeft : pledged;
        return asked.compareTo(most) < 0 ? asked : most;
    }

    /** What the machine allows a job that vacates; pledged to the job when it starts. */
    public Duration machineVacateTime(ClassAd my, Optional<ClassAd> job, EvalContext context) {
        OptionalDouble allowed =
                number(
                        my.evaluate(
                                Knobs.MACHINE_MAX_VACATE_TIME.name(), job.orElse(null), context));
        return allowed.isPresent() ? seconds(allowed.getAsDouble()) : maxVacateTime;
    }

    private static Duration seconds(double number) {
        return Duration.ofMillis(Math.round(Math.max(0, Math.min(number, 3_162_240_000.0)) * 1000));
    }

    private static long universe(Optional<ClassAd> job) {
        return job.map(ad -> ad.getInteger("JobUniverse").orElse(UNIVERSE_VANILLA)).orElse(0L);
    }

    /** Whether such a job writes an image when it is asked to leave, and loses nothing by it. */
    public static boolean writesImageToLeave(ClassAd job) {
        return universe(Optional.of(job)) == UNIVERSE_STANDARD
                && job.getBoolean("WantCheckpoint").orElse(true);
    }

    /**
     * Whether PERIODIC_CHECKPOINT is asked for such a job at all: those of the standard universe,
     * and others that want a signal for it.
     */
    public static boolean hasPeriodicCheckpoints(ClassAd job) {
        return writesImageToLeave(job) || job.getBoolean("WantCheckpointSignal").orElse(false);
    }
}
