// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.classad.ClassAd;
import roost.config.CondorConfig;
import roost.config.ConfigSource;
import roost.slot.SlotArbiter.Phase;
import roost.slot.SlotMachine.Order;
import roost.slot.SlotMachine.Standing;

/** What a slot remembers for its policy, with a clock that the test moves. */
@Timeout(60)
class SlotPolicyTest {
    private static final Instant START = Instant.parse("2026-11-21T09:00:00Z");
    private static final ClassAd CHECKPOINTABLE = ClassAd.parse("[JobUniverse = 1]");
    private static final ClassAd VANILLA = ClassAd.parse("[JobUniverse = 5]");
    private static final Optional<Phase> RUNNING = Optional.of(Phase.RUNNING);
    private static final Optional<Phase> STOPPED = Optional.of(Phase.STOPPED);

    private final TestClock clock = new TestClock(START);
    private final List<String> warnings = new ArrayList<>();
    private ClassAd slot = ClassAd.parse("[LoadAvg = 0.2; CondorLoadAvg = 0.1; Switch = 0]");
    private OwnerPolicy inForce;
    private SlotPolicy policy;

    @TempDir Path directory;

    @BeforeEach
    void defaults() {
        inForce = read();
        policy = new SlotPolicy(() -> inForce, clock, warnings::add);
    }

    private void policy(String... lines) {
        inForce = read(lines);
    }

    private OwnerPolicy read(String... lines) {
        Path file = directory.resolve("condor_config");
        try {
            Files.writeString(file, String.join("\n", lines) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return OwnerPolicy.of(
                CondorConfig.load(
                        ConfigSource.ofProcess()
                                .withEnvironment(Map.of("CONDOR_CONFIG", file.toString()))));
    }

    private void turn(int position) {
        slot = slot.toBuilder().putInt("Switch", position).build();
    }

    private void started(ClassAd job) {
        policy.jobStarted(job, clock.millis(), slot);
    }

    private Optional<Order> look(Optional<Phase> phase) {
        return policy.look(slot, phase).order();
    }

    @Test
    void anOwnerWhoComesAndGoesTakesAFreeSlotAndGivesItBack() {
        policy("IS_OWNER = Switch == 1");
        look(Optional.empty());
        assertThat(policy.standing(Optional.empty())).isEqualTo(Standing.UNCLAIMED);
        turn(1);
        look(Optional.empty());
        assertThat(policy.standing(Optional.empty())).isEqualTo(Standing.OWNER);
        assertThat(policy.accepts()).isFalse();
        assertThat(policy.refusal(slot, VANILLA).orElseThrow()).contains("IS_OWNER is TRUE");
        turn(0);
        look(Optional.empty());
        assertThat(policy.accepts()).isTrue();
        assertThat(policy.refusal(slot, VANILLA)).isEmpty();
    }

    @Test
    void aJobForWhichStartDoesNotHoldIsRefused() {
        policy("START = TARGET.JobUniverse == 1");
        look(Optional.empty());
        assertThat(policy.refusal(slot, VANILLA)).isPresent();
        assertThat(policy.refusal(slot, CHECKPOINTABLE)).isEmpty();
    }

    @Test
    void aJobThatMustLeaveRetiresFirstAndThenVacates() {
        policy("PREEMPT = Switch == 1", "MAXJOBRETIREMENTTIME = 700");
        started(VANILLA);
        assertThat(look(RUNNING)).isEmpty();
        turn(1);
        assertThat(look(RUNNING)).isEmpty();
        assertThat(policy.standing(RUNNING)).isEqualTo(Standing.RETIRING);
        turn(0);
        clock.advance(Duration.ofSeconds(99));
        assertThat(look(RUNNING)).isEmpty();
        // From here on the machine's 600 s to vacate do not fit into the retirement.
        clock.advance(Duration.ofSeconds(1));
        assertThat(look(RUNNING)).contains(Order.VACATE);
    }

    @Test
    void aNewJobDoesNotInheritThatItsPredecessorHadToLeave() {
        policy("PREEMPT = Switch == 1", "MAXJOBRETIREMENTTIME = 7000");
        started(VANILLA);
        turn(1);
        look(RUNNING);
        policy.jobGone();
        turn(0);
        started(VANILLA);
        assertThat(policy.standing(RUNNING)).isEqualTo(Standing.BUSY);
    }

    @Test
    void theTimeToVacateIsTheOnePledgedWhenTheJobStarted() {
        policy("MachineMaxVacateTime = 40");
        look(Optional.empty());
        started(VANILLA);
        policy("MachineMaxVacateTime = 4");
        look(RUNNING);
        assertThat(policy.vacateTime(slot)).hasSeconds(40);
    }

    @Test
    void aVacatingJobIsKilledWhenItsTimeIsOver() {
        policy("MachineMaxVacateTime = 40");
        look(Optional.empty());
        started(VANILLA);
        Optional<Phase> ending = Optional.of(Phase.ENDING);
        assertThat(look(ending)).isEmpty();
        clock.advance(Duration.ofSeconds(40));
        assertThat(look(ending)).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(look(ending)).contains(Order.KILL);
    }

    @Test
    void periodicCheckpointsCountFromTheStartAndThenFromTheLast() {
        policy("PERIODIC_CHECKPOINT = (time() - LastPeriodicCheckpoint) >= 30");
        started(CHECKPOINTABLE);
        for (int i = 0; i < 3; i++) {
            assertThat(lookWithLastCheckpoint()).isEmpty();
            clock.advance(Duration.ofSeconds(30));
            assertThat(lookWithLastCheckpoint()).contains(Order.CHECKPOINT);
        }
    }

    private Optional<Order> lookWithLastCheckpoint() {
        long last = policy.measured().lastPeriodicCheckpoint().orElseThrow() / 1000;
        slot = slot.toBuilder().putInt("LastPeriodicCheckpoint", last).build();
        return look(RUNNING);
    }

    @Test
    void aJobThatCannotBeCheckpointedIsNotAsked() {
        policy("PERIODIC_CHECKPOINT = True");
        started(VANILLA);
        assertThat(look(RUNNING)).isEmpty();
    }

    @Test
    void forACodJobNothingIsAskedButTheLimits() {
        policy("PREEMPT = True", "COD_SUSPENDED_JOB_MAX_TIME = 60");
        started(CHECKPOINTABLE);
        policy.cod(true, true, slot);
        assertThat(look(STOPPED)).isEmpty();
        clock.advance(Duration.ofSeconds(61));
        assertThat(look(STOPPED)).contains(Order.VACATE);
    }

    @Test
    void theTimeSuspendedForCodBeginsAnewWhenTheJobRanMeanwhile() {
        policy("COD_SUSPENDED_JOB_MAX_TIME = 60");
        started(CHECKPOINTABLE);
        policy.cod(true, true, slot);
        clock.advance(Duration.ofSeconds(50));
        policy.cod(false, false, slot);
        policy.cod(true, true, slot);
        clock.advance(Duration.ofSeconds(50));
        assertThat(look(STOPPED)).isEmpty();
    }

    @Test
    void aJobThatHoldsTooMuchMemoryLeavesUnlessItWouldLoseItsWork() {
        policy("COD_SUSPENDED_JOB_MAX_MEMORY = 100");
        for (ClassAd job : List.of(CHECKPOINTABLE, VANILLA)) {
            started(job);
            policy.jobUses(1, 200L << 20);
            policy.cod(true, true, slot);
            assertThat(look(STOPPED).isPresent()).isEqualTo(job == CHECKPOINTABLE);
            policy.cod(false, false, slot);
            policy.jobGone();
        }
    }

    @Test
    void whileCodRunsAndAMinuteLongerThePolicySeesTheLoadOfBefore() {
        policy("PREEMPT = LoadAvg > 3", "MAXJOBRETIREMENTTIME = 7000");
        policy.cod(true, false, slot);
        started(VANILLA);
        slot = slot.toBuilder().putReal("LoadAvg", 9).build();
        policy.cod(false, false, slot);
        clock.advance(Duration.ofSeconds(60));
        policy.cod(false, false, slot);
        look(RUNNING);
        assertThat(policy.standing(RUNNING)).isEqualTo(Standing.BUSY);
        clock.advance(Duration.ofSeconds(1));
        policy.cod(false, false, slot);
        look(RUNNING);
        assertThat(policy.standing(RUNNING)).isEqualTo(Standing.RETIRING);
    }

    @Test
    void theCpusAreBusySinceCpuBusyHolds() {
        policy("CpuBusy = Switch == 1");
        look(Optional.empty());
        assertThat(policy.measured().cpuBusySince()).isEmpty();
        turn(1);
        look(Optional.empty());
        clock.advance(Duration.ofSeconds(9));
        look(Optional.empty());
        assertThat(policy.measured().cpuBusySince()).hasValue(START.toEpochMilli());
        turn(0);
        look(Optional.empty());
        assertThat(policy.measured().cpuBusySince()).isEmpty();
    }

    @Test
    void anExpressionThatCannotBeEvaluatedIsToldOnce() {
        policy("SUSPEND = NoSuchAttribute", "WANT_SUSPEND = True", "KILL = 1 + \"a\"");
        started(VANILLA);
        look(RUNNING);
        look(RUNNING);
        look(Optional.of(Phase.ENDING));
        assertThat(warnings)
                .containsExactly(
                        "SUSPEND is neither true nor false and counts as false: NoSuchAttribute",
                        "KILL is neither true nor false and counts as false: 1 + \"a\"");
    }

    @Test
    void aDecisionIsExplainedWithItsExpression() {
        policy("PREEMPT = Switch == 1", "WANT_VACATE = False");
        turn(1);
        started(VANILLA);
        assertThat(policy.explain(policy.look(slot, RUNNING)))
                .isEqualTo("PREEMPT is TRUE, WANT_VACATE is FALSE: Switch == 1");
    }
}
