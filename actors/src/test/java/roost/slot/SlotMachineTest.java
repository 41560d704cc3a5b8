// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static roost.slot.OwnerPolicy.Condition.CONTINUE;
import static roost.slot.OwnerPolicy.Condition.IS_OWNER;
import static roost.slot.OwnerPolicy.Condition.KILL;
import static roost.slot.OwnerPolicy.Condition.PERIODIC_CHECKPOINT;
import static roost.slot.OwnerPolicy.Condition.PREEMPT;
import static roost.slot.OwnerPolicy.Condition.SUSPEND;
import static roost.slot.OwnerPolicy.Condition.WANT_SUSPEND;
import static roost.slot.OwnerPolicy.Condition.WANT_VACATE;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import roost.slot.OwnerPolicy.Condition;
import roost.slot.SlotMachine.Decision;
import roost.slot.SlotMachine.Order;
import roost.slot.SlotMachine.Standing;

/** The slot's state machine, against a table, in every standing with every outcome. */
@Timeout(60)
class SlotMachineTest {
    private static final List<Condition> ASKED =
            List.of(
                    IS_OWNER,
                    WANT_SUSPEND,
                    SUSPEND,
                    CONTINUE,
                    PREEMPT,
                    WANT_VACATE,
                    KILL,
                    PERIODIC_CHECKPOINT);

    /** Facts that are no expressions. */
    private enum Fact {
        LEAVING,
        FOR_COD,
        COD_LIMIT,
        RETIREMENT_OVER,
        VACATE_TIME_OVER
    }

    /**
     * A row of the table.
     *
     * @param in standings it is for
     * @param holds what must hold, conditions and facts
     * @param not what must not
     */
    private record Row(
            Set<Standing> in,
            List<Enum<?>> holds,
            List<Enum<?>> not,
            Standing to,
            boolean leaving,
            Optional<Order> order) {

        boolean fits(Standing standing, Outcome outcome) {
            return in.contains(standing)
                    && holds.stream().allMatch(outcome::has)
                    && not.stream().noneMatch(outcome::has);
        }
    }

    private static final Set<Standing> RUNNING = EnumSet.of(Standing.BUSY, Standing.RETIRING);
    private static final Set<Standing> SUSPENDED = EnumSet.of(Standing.SUSPENDED);
    private static final Set<Standing> VACATING = EnumSet.of(Standing.VACATING);

    /** Rows that change something; the first that fits counts. */
    private static final List<Row> TABLE =
            List.of(
                    row(EnumSet.of(Standing.OWNER), of(), of(IS_OWNER), Standing.UNCLAIMED),
                    row(EnumSet.of(Standing.UNCLAIMED), of(IS_OWNER), of(), Standing.OWNER),
                    leaves(RUNNING, of(Fact.LEAVING, Fact.RETIREMENT_OVER, WANT_VACATE)),
                    killed(RUNNING, of(Fact.LEAVING, Fact.RETIREMENT_OVER)),
                    does(RUNNING, of(WANT_SUSPEND, SUSPEND), Standing.SUSPENDED, Order.SUSPEND),
                    leaves(
                            EnumSet.of(Standing.BUSY),
                            of(PREEMPT, Fact.RETIREMENT_OVER, WANT_VACATE),
                            WANT_SUSPEND),
                    killed(
                            EnumSet.of(Standing.BUSY),
                            of(PREEMPT, Fact.RETIREMENT_OVER),
                            WANT_SUSPEND),
                    retires(EnumSet.of(Standing.BUSY), of(PREEMPT), WANT_SUSPEND),
                    does(
                            EnumSet.of(Standing.BUSY),
                            of(PERIODIC_CHECKPOINT),
                            Standing.BUSY,
                            Order.CHECKPOINT),
                    does(
                            EnumSet.of(Standing.RETIRING),
                            of(PERIODIC_CHECKPOINT),
                            Standing.RETIRING,
                            Order.CHECKPOINT),
                    does(
                            SUSPENDED,
                            of(Fact.FOR_COD, Fact.COD_LIMIT),
                            Standing.VACATING,
                            Order.VACATE),
                    does(SUSPENDED, of(Fact.FOR_COD), Standing.SUSPENDED, null),
                    leaves(SUSPENDED, of(Fact.LEAVING, Fact.RETIREMENT_OVER, WANT_VACATE)),
                    killed(SUSPENDED, of(Fact.LEAVING, Fact.RETIREMENT_OVER)),
                    leaves(SUSPENDED, of(PREEMPT, Fact.RETIREMENT_OVER, WANT_VACATE), Fact.LEAVING),
                    killed(SUSPENDED, of(PREEMPT, Fact.RETIREMENT_OVER), Fact.LEAVING),
                    new Row(
                            SUSPENDED,
                            of(PREEMPT),
                            of(Fact.LEAVING),
                            Standing.RETIRING,
                            true,
                            Optional.of(Order.CONTINUE)),
                    does(SUSPENDED, of(Fact.LEAVING, CONTINUE), Standing.RETIRING, Order.CONTINUE),
                    does(SUSPENDED, of(CONTINUE), Standing.BUSY, Order.CONTINUE),
                    does(VACATING, of(KILL), Standing.KILLING, Order.KILL),
                    does(VACATING, of(Fact.VACATE_TIME_OVER), Standing.KILLING, Order.KILL));

    private static List<Enum<?>> of(Enum<?>... all) {
        return List.of(all);
    }

    private static Row row(Set<Standing> in, List<Enum<?>> holds, List<Enum<?>> not, Standing to) {
        return new Row(in, holds, not, to, false, Optional.empty());
    }

    private static Row does(Set<Standing> in, List<Enum<?>> holds, Standing to, Order order) {
        return new Row(in, holds, of(), to, false, Optional.ofNullable(order));
    }

    private static Row leaves(Set<Standing> in, List<Enum<?>> holds, Enum<?>... not) {
        return new Row(in, holds, of(not), Standing.VACATING, true, Optional.of(Order.VACATE));
    }

    private static Row killed(Set<Standing> in, List<Enum<?>> holds, Enum<?>... not) {
        return new Row(in, holds, of(not), Standing.KILLING, true, Optional.of(Order.KILL));
    }

    private static Row retires(Set<Standing> in, List<Enum<?>> holds, Enum<?>... not) {
        return new Row(in, holds, of(not), Standing.RETIRING, true, Optional.empty());
    }

    /** One outcome of everything that can be asked, out of 2^13. */
    private record Outcome(int bits) implements SlotMachine.Answers {
        static final int ALL = 1 << (ASKED.size() + Fact.values().length);

        boolean has(Enum<?> question) {
            int place =
                    question instanceof Fact fact
                            ? ASKED.size() + fact.ordinal()
                            : ASKED.indexOf(question);
            return (bits >> place & 1) != 0;
        }

        @Override
        public boolean holds(Condition condition) {
            return has(condition);
        }

        @Override
        public boolean suspendedForCod() {
            return has(Fact.FOR_COD);
        }

        @Override
        public Optional<String> codLimit() {
            return has(Fact.COD_LIMIT) ? Optional.of("too much memory") : Optional.empty();
        }

        @Override
        public boolean retirementOver() {
            return has(Fact.RETIREMENT_OVER);
        }

        @Override
        public boolean vacateTimeOver() {
            return has(Fact.VACATE_TIME_OVER);
        }

        @Override
        public String toString() {
            EnumSet<Fact> facts = EnumSet.allOf(Fact.class);
            facts.removeIf(fact -> !has(fact));
            return ASKED.stream().filter(this::has).toList() + " " + facts;
        }
    }

    @Test
    void everyStandingWithEveryOutcomeGoesWhereTheTableSays() {
        int looks = 0;
        for (Standing standing : Standing.values()) {
            for (int bits = 0; bits < Outcome.ALL; bits++) {
                Outcome outcome = new Outcome(bits);
                boolean leaving = outcome.has(Fact.LEAVING);
                Decision decision = SlotMachine.decide(standing, leaving, outcome);
                Decision expected = expected(standing, leaving, outcome);
                assertThat(
                                new Decision(
                                        decision.standing(),
                                        decision.leaving(),
                                        decision.order(),
                                        ""))
                        .as("%s with %s", standing, outcome)
                        .isEqualTo(expected);
                looks++;
            }
        }
        assertThat(looks).isEqualTo(Standing.values().length * Outcome.ALL);
    }

    private static Decision expected(Standing standing, boolean leaving, Outcome outcome) {
        return TABLE.stream()
                .filter(row -> row.fits(standing, outcome))
                .findFirst()
                .map(row -> decision(row, leaving))
                .orElse(new Decision(standing, leaving, Optional.empty(), ""));
    }

    private static Decision decision(Row row, boolean leaving) {
        boolean free = row.to() == Standing.OWNER || row.to() == Standing.UNCLAIMED;
        return new Decision(row.to(), !free && (leaving || row.leaving()), row.order(), "");
    }

    @Test
    void everyChangeSaysWhy() {
        for (Standing standing : Standing.values()) {
            for (int bits = 0; bits < Outcome.ALL; bits++) {
                Decision decision = SlotMachine.decide(standing, false, new Outcome(bits));
                boolean changes = decision.standing() != standing || decision.order().isPresent();
                assertThat(decision.why().isEmpty()).isEqualTo(!changes);
            }
        }
    }

    /** Otherwise a job would be stopped and continued at every look. */
    @Test
    void aSecondLookWithTheSameOutcomeNeverTakesTheFirstBackUnlessTheOwnerContradictsHimself() {
        for (int bits = 0; bits < Outcome.ALL; bits++) {
            Outcome outcome = new Outcome(bits);
            boolean contradiction =
                    outcome.has(SUSPEND)
                            && outcome.has(WANT_SUSPEND)
                            && (outcome.has(CONTINUE) || outcome.has(PREEMPT));
            Decision first = SlotMachine.decide(Standing.BUSY, false, outcome);
            Decision second = SlotMachine.decide(first.standing(), first.leaving(), outcome);
            if (!contradiction && !outcome.has(Fact.FOR_COD)) {
                assertThat(second.standing() == Standing.BUSY && first.standing() != Standing.BUSY)
                        .as("%s", outcome)
                        .isFalse();
            }
        }
    }
}
