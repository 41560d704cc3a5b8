// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.classad.ClassAd;
import roost.classad.EvalContext;
import roost.config.CondorConfig;
import roost.config.ConfigSource;
import roost.slot.OwnerPolicy.CodLimits;
import roost.slot.OwnerPolicy.Condition;

/** The owner's expressions, read from a configuration and asked. */
@Timeout(60)
class OwnerPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");
    private static final EvalContext CONTEXT =
            EvalContext.DEFAULT.withClock(Clock.fixed(NOW, ZoneOffset.UTC));
    private static final ClassAd SLOT = ClassAd.parse("[KeyboardIdle = 30; Activity = \"Busy\"]");
    private static final ClassAd VANILLA = ClassAd.parse("[JobUniverse = 5; Big = true]");
    private static final ClassAd STANDARD = ClassAd.parse("[JobUniverse = 1; Big = true]");

    @TempDir Path directory;

    private OwnerPolicy policy(String... lines) throws Exception {
        Path file = directory.resolve("condor_config");
        Files.writeString(file, String.join("\n", lines) + "\n");
        return OwnerPolicy.of(
                CondorConfig.load(
                        ConfigSource.ofProcess()
                                .withEnvironment(Map.of("CONDOR_CONFIG", file.toString()))));
    }

    private static boolean holds(OwnerPolicy policy, Condition condition, ClassAd job) {
        return policy.holds(condition, policy.in(SLOT), Optional.ofNullable(job), CONTEXT);
    }

    @Test
    void theDefaultsAreHtcondors() throws Exception {
        OwnerPolicy policy = policy();
        for (Condition condition : Condition.values()) {
            boolean expected =
                    switch (condition) {
                        case START, CONTINUE, WANT_VACATE -> true;
                        default -> false;
                    };
            assertThat(holds(policy, condition, VANILLA)).as("%s", condition).isEqualTo(expected);
        }
        assertThat(policy.machineVacateTime(policy.in(SLOT), Optional.of(VANILLA), CONTEXT))
                .isEqualTo(Duration.ofMinutes(10));
        assertThat(policy.codLimits()).isEqualTo(CodLimits.NONE);
    }

    @Test
    void anExpressionSeesTheSlotTheJobAndTheOtherExpressions() throws Exception {
        OwnerPolicy policy =
                policy(
                        "SUSPEND = KeyboardIdle < 60",
                        "WANT_SUSPEND = TARGET.Big && SUSPEND",
                        "PREEMPT = WANT_SUSPEND == False");
        assertThat(holds(policy, Condition.SUSPEND, VANILLA)).isTrue();
        assertThat(holds(policy, Condition.WANT_SUSPEND, VANILLA)).isTrue();
        assertThat(holds(policy, Condition.PREEMPT, VANILLA)).isFalse();
    }

    @Test
    void undefinedAndErrorCountAsTheTableSays() throws Exception {
        for (String broken : new String[] {"NoSuchAttribute", "1 + \"a\"", "\"text\""}) {
            for (Condition condition : Condition.values()) {
                String knob = condition == Condition.CPU_BUSY ? "CpuBusy" : condition.name();
                assertThat(holds(policy(knob + " = " + broken), condition, VANILLA))
                        .as("%s = %s", condition, broken)
                        .isEqualTo(condition == Condition.WANT_VACATE);
            }
        }
    }

    @Test
    void aNumberThatIsNotZeroIsTrue() throws Exception {
        assertThat(holds(policy("SUSPEND = 2"), Condition.SUSPEND, VANILLA)).isTrue();
        assertThat(holds(policy("SUSPEND = 0.0"), Condition.SUSPEND, VANILLA)).isFalse();
    }

    @Test
    void aVariantCountsForVanillaJobsOnly() throws Exception {
        OwnerPolicy policy = policy("SUSPEND = False", "SUSPEND_VANILLA = True");
        assertThat(holds(policy, Condition.SUSPEND, VANILLA)).isTrue();
        assertThat(holds(policy, Condition.SUSPEND, STANDARD)).isFalse();
        assertThat(holds(policy, Condition.SUSPEND, null)).isFalse();
    }

    @Test
    void aVariantThatCannotBeEvaluatedGivesWay() throws Exception {
        OwnerPolicy policy = policy("SUSPEND = True", "SUSPEND_VANILLA = NoSuchAttribute");
        assertThat(holds(policy, Condition.SUSPEND, VANILLA)).isTrue();
    }

    @Test
    void theDefaultOfPeriodicCheckpointHoldsAfterThreeHoursGiveOrTakeHalfOne() throws Exception {
        OwnerPolicy policy = policy();
        for (long minutes : new long[] {0, 149, 211}) {
            ClassAd slot =
                    SLOT.toBuilder()
                            .putInt(
                                    "LastPeriodicCheckpoint",
                                    NOW.minus(Duration.ofMinutes(minutes)).getEpochSecond())
                            .build();
            assertThat(
                            policy.holds(
                                    Condition.PERIODIC_CHECKPOINT,
                                    policy.in(slot),
                                    Optional.of(STANDARD),
                                    CONTEXT))
                    .as("after %d minutes", minutes)
                    .isEqualTo(minutes > 210);
        }
    }

    @Test
    void onlyJobsThatCanBeCheckpointedAreAskedAboutIt() {
        assertThat(OwnerPolicy.hasPeriodicCheckpoints(STANDARD)).isTrue();
        assertThat(OwnerPolicy.hasPeriodicCheckpoints(VANILLA)).isFalse();
        assertThat(
                        OwnerPolicy.hasPeriodicCheckpoints(
                                STANDARD.toBuilder().putBool("WantCheckpoint", false).build()))
                .isFalse();
        assertThat(
                        OwnerPolicy.hasPeriodicCheckpoints(
                                VANILLA.toBuilder().putBool("WantCheckpointSignal", true).build()))
                .isTrue();
    }

    @Test
    void retirementIsTheLesserOfWhatIsAllowedAndWantedSinceTheStart() throws Exception {
        OwnerPolicy policy = policy("MAXJOBRETIREMENTTIME = 100 * (TARGET.Big =?= True)");
        ClassAd my = policy.in(SLOT);
        ClassAd wants = VANILLA.toBuilder().putInt("MaxJobRetirementTime", 30).build();
        Duration run = Duration.ofSeconds(10);
        assertThat(policy.retirementLeft(my, VANILLA, run, CONTEXT))
                .isEqualTo(Duration.ofSeconds(90));
        assertThat(policy.retirementLeft(my, wants, run, CONTEXT))
                .isEqualTo(Duration.ofSeconds(20));
        assertThat(policy.retirementLeft(my, STANDARD, run, CONTEXT)).isZero();
        assertThat(policy.retirementLeft(my, VANILLA, Duration.ofDays(1), CONTEXT)).isZero();
    }

    @Test
    void aJobGetsLessTimeToVacateIfItWantsLessAndMoreOnlyOutOfItsRetirement() {
        Duration pledged = Duration.ofSeconds(60);
        assertThat(vacateTime(VANILLA, pledged, 0)).isEqualTo(pledged);
        assertThat(vacateTime(wants("JobMaxVacateTime", 10), pledged, 0)).hasSeconds(10);
        assertThat(vacateTime(wants("KillSigTimeout", 20), pledged, 0)).hasSeconds(20);
        assertThat(vacateTime(wants("JobMaxVacateTime", 300), pledged, 0)).isEqualTo(pledged);
        assertThat(vacateTime(wants("JobMaxVacateTime", 300), pledged, 200)).hasSeconds(200);
        assertThat(vacateTime(wants("JobMaxVacateTime", 300), pledged, 999)).hasSeconds(300);
    }

    private static ClassAd wants(String attribute, int seconds) {
        return VANILLA.toBuilder().putInt(attribute, seconds).build();
    }

    private static Duration vacateTime(ClassAd job, Duration pledged, int retirement) {
        return OwnerPolicy.vacateTime(pledged, SLOT, job, Duration.ofSeconds(retirement), CONTEXT);
    }

    @Test
    void theMachinesTimeToVacateIsAnExpressionAndMaxVacateTimeWhereThatIsNone() throws Exception {
        OwnerPolicy expression = policy("MachineMaxVacateTime = 10 * (TARGET.JobUniverse == 5)");
        assertThat(expression.machineVacateTime(expression.in(SLOT), Optional.of(VANILLA), CONTEXT))
                .hasSeconds(10);
        OwnerPolicy none = policy("MaxVacateTime = 7", "MachineMaxVacateTime = NoSuchAttribute");
        assertThat(none.machineVacateTime(none.in(SLOT), Optional.empty(), CONTEXT)).hasSeconds(7);
    }

    @Test
    void aCodLimitIsExceededByMoreThanItSaysAndNamed() throws Exception {
        CodLimits limits =
                policy("COD_SUSPENDED_JOB_MAX_MEMORY = 100", "COD_SUSPENDED_JOB_MAX_TIME = 60")
                        .codLimits();
        Duration minute = Duration.ofMinutes(1);
        assertThat(limits)
                .isEqualTo(new CodLimits(OptionalLong.of(100L << 20), Optional.of(minute)));
        assertThat(limits.exceeded(100L << 20, minute)).isEmpty();
        assertThat(limits.exceeded(101L << 20, minute).orElseThrow())
                .contains("it held 101 MiB")
                .contains("COD_SUSPENDED_JOB_MAX_MEMORY is 100");
        assertThat(limits.exceeded(0, minute.plusSeconds(1)).orElseThrow())
                .contains("for 61 s")
                .contains("COD_SUSPENDED_JOB_MAX_TIME is 60");
        assertThat(CodLimits.NONE.exceeded(Long.MAX_VALUE, Duration.ofDays(9))).isEmpty();
    }

    @Test
    void theDesktopPolicyStopsAJobForItsOwnerAndSendsItAwayWhenHeStays() throws Exception {
        OwnerPolicy policy = policy("use POLICY : Desktop");
        ClassAd typing =
                ClassAd.parse(
                        "[KeyboardIdle = 3; LoadAvg = 1.0; CondorLoadAvg = 1.0; CpuBusyTime = 0;"
                                + " State = \"Claimed\"; Activity = \"Suspended\"; JobStart = 0;"
                                + " EnteredCurrentActivity = "
                                + NOW.minusSeconds(700).getEpochSecond()
                                + "]");
        ClassAd away = typing.toBuilder().putInt("KeyboardIdle", 3600).build();
        assertThat(asked(policy, typing, Condition.WANT_SUSPEND)).isTrue();
        assertThat(asked(policy, typing, Condition.SUSPEND)).isTrue();
        assertThat(asked(policy, typing, Condition.CONTINUE)).isFalse();
        assertThat(asked(policy, typing, Condition.PREEMPT)).isTrue();
        assertThat(asked(policy, typing, Condition.IS_OWNER)).isTrue();
        assertThat(asked(policy, away, Condition.SUSPEND)).isFalse();
        assertThat(asked(policy, away, Condition.CONTINUE)).isTrue();
        assertThat(asked(policy, away, Condition.START)).isTrue();
        assertThat(asked(policy, away, Condition.IS_OWNER)).isFalse();
    }

    private static boolean asked(OwnerPolicy policy, ClassAd slot, Condition condition) {
        return policy.holds(condition, policy.in(slot), Optional.of(VANILLA), CONTEXT);
    }
}
