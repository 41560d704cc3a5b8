// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import java.util.Optional;
import roost.slot.OwnerPolicy.Condition;

/**
 * The state machine of a slot's batch side, as the machine's owner wants it. Pure: it is given
 * where the slot stands and how the policy's expressions come out, and says where the slot goes and
 * what is to be done with the job. Asked again when nothing has changed, it has nothing to say.
 *
 * <pre>
 *  from                    if                                          to
 *  Owner/Idle              IS_OWNER does not hold                      Unclaimed/Idle
 *  Unclaimed/Idle          IS_OWNER                                    Owner/Idle
 *  Claimed/Busy, Retiring  leaving, and the retirement is over         Preempting
 *                          WANT_SUSPEND and SUSPEND                    Claimed/Suspended
 *  Claimed/Busy            PREEMPT, and not WANT_SUSPEND               Claimed/Retiring, leaving
 *  Claimed/Busy, Retiring  PERIODIC_CHECKPOINT                         the same, with an image
 *  Claimed/Suspended       for COD, and over a limit of COD jobs       Preempting/Vacating
 *                          for COD                                     the same
 *                          leaving, and the retirement is over         Preempting
 *                          not yet leaving, and PREEMPT                Claimed/Retiring, leaving
 *                          CONTINUE                                    Claimed/Busy or Retiring
 *  Preempting              (entered) WANT_VACATE                       Preempting/Vacating
 *                          (entered) otherwise                         Preempting/Killing
 *  Preempting/Vacating     KILL, or the time to vacate is over         Preempting/Killing
 * </pre>
 *
 * The first row that fits counts. A slot that comes to Retiring with no retirement left goes on to
 * Preempting at once. What a program does by itself, it starting and ending, moves the slot without
 * this machine. There is no Matched: a match and its claim are one message here. Claimed/Idle only
 * lasts until the program is started, and asks nothing.
 *
 * <p>Source: HTCondor manual 8.0 §3.5.9 "Policy Configuration"; htcondor ResState.cpp, eval. On
 * purpose different: a job that is suspended and already leaves is not moved to Retiring by
 * PREEMPT, which would continue it at every other look; and CONTINUE alone lets it go on.
 */
public final class SlotMachine {

    /** Where a slot can stand: HTCondor's State and Activity. */
    public enum Standing {
        OWNER("Owner", "Idle"),
        UNCLAIMED("Unclaimed", "Idle"),
        CLAIMED("Claimed", "Idle"),
        BUSY("Claimed", "Busy"),
        SUSPENDED("Claimed", "Suspended"),
        RETIRING("Claimed", "Retiring"),
        VACATING("Preempting", "Vacating"),
        KILLING("Preempting", "Killing");

        private final String state;
        private final String activity;

        Standing(String state, String activity) {
            this.state = state;
            this.activity = activity;
        }

        public String state() {
            return state;
        }

        public String activity() {
            return activity;
        }
    }

    /** What is to be done with the job. */
    public enum Order {
        SUSPEND,
        CONTINUE,
        /** Let it end in its own way and time, with an image if it can have one. */
        VACATE,
        KILL,
        /** Write an image and go on. */
        CHECKPOINT
    }

    /** What the machine asks; each is worked out only when it is asked. */
    public interface Answers {
        /** Whether a condition of the policy holds. */
        boolean holds(Condition condition);

        /** Whether the job is stopped because a COD job runs. */
        boolean suspendedForCod();

        /** Which limit for jobs that are suspended for COD is exceeded, in words. */
        Optional<String> codLimit();

        /** Whether a job that must leave has no time left to go on undisturbed. */
        boolean retirementOver();

        /** Whether a vacating job has had all its time. */
        boolean vacateTimeOver();
    }

    /**
     * What the machine says.
     *
     * @param leaving whether the job must leave, however long its retirement takes
     * @param order what is to be done with the job now
     * @param why for logs and people; empty if nothing changes
     */
    public record Decision(Standing standing, boolean leaving, Optional<Order> order, String why) {}

    private SlotMachine() {}

    /** Looks at the policy once. */
    public static Decision decide(Standing now, boolean leaving, Answers answers) {
        return switch (now) {
            case OWNER ->
                    answers.holds(Condition.IS_OWNER)
                            ? same(now, leaving)
                            : move(Standing.UNCLAIMED, false, "IS_OWNER is FALSE");
            case UNCLAIMED ->
                    answers.holds(Condition.IS_OWNER)
                            ? move(Standing.OWNER, false, "IS_OWNER is TRUE")
                            : same(now, leaving);
            case BUSY, RETIRING -> whileRunning(now, leaving, answers);
            case SUSPENDED -> whileSuspended(leaving, answers);
            case VACATING -> whileVacating(leaving, answers);
            case CLAIMED, KILLING -> same(now, leaving);
        };
    }

    private static Decision whileRunning(Standing now, boolean leaving, Answers answers) {
        if (leaving && answers.retirementOver()) {
            return preempt("the job's retirement is over", answers);
        }
        boolean mayBeSuspended = answers.holds(Condition.WANT_SUSPEND);
        if (mayBeSuspended && answers.holds(Condition.SUSPEND)) {
            return order(Standing.SUSPENDED, leaving, Order.SUSPEND, "SUSPEND is TRUE");
        }
        if (now == Standing.BUSY && !mayBeSuspended && answers.holds(Condition.PREEMPT)) {
            return retire(Optional.empty(), answers);
        }
        if (answers.holds(Condition.PERIODIC_CHECKPOINT)) {
            return order(now, leaving, Order.CHECKPOINT, "PERIODIC_CHECKPOINT is TRUE");
        }
        return same(now, leaving);
    }

    private static Decision whileSuspended(boolean leaving, Answers answers) {
        if (answers.suspendedForCod()) {
            return answers.codLimit()
                    .map(limit -> order(Standing.VACATING, leaving, Order.VACATE, limit))
                    .orElse(same(Standing.SUSPENDED, leaving));
        }
        if (leaving && answers.retirementOver()) {
            return preempt("the job's retirement is over", answers);
        }
        if (!leaving && answers.holds(Condition.PREEMPT)) {
            return retire(Optional.of(Order.CONTINUE), answers);
        }
        if (answers.holds(Condition.CONTINUE)) {
            return order(
                    leaving ? Standing.RETIRING : Standing.BUSY,
                    leaving,
                    Order.CONTINUE,
                    "CONTINUE is TRUE");
        }
        return same(Standing.SUSPENDED, leaving);
    }

    private static Decision whileVacating(boolean leaving, Answers answers) {
        if (answers.holds(Condition.KILL)) {
            return order(Standing.KILLING, leaving, Order.KILL, "KILL is TRUE");
        }
        return answers.vacateTimeOver()
                ? order(Standing.KILLING, leaving, Order.KILL, "MachineMaxVacateTime is over")
                : same(Standing.VACATING, leaving);
    }

    private static Decision retire(Optional<Order> order, Answers answers) {
        String why = "PREEMPT is TRUE";
        return answers.retirementOver()
                ? preempt(why, answers)
                : new Decision(Standing.RETIRING, true, order, why);
    }

    private static Decision preempt(String why, Answers answers) {
        return answers.holds(Condition.WANT_VACATE)
                ? order(Standing.VACATING, true, Order.VACATE, why)
                : order(Standing.KILLING, true, Order.KILL, why + ", WANT_VACATE is FALSE");
    }

    private static Decision same(Standing standing, boolean leaving) {
        return new Decision(standing, leaving, Optional.empty(), "");
    }

    private static Decision move(Standing standing, boolean leaving, String why) {
        return new Decision(standing, leaving, Optional.empty(), why);
    }

    private static Decision order(Standing standing, boolean leaving, Order order, String why) {
        return new Decision(standing, leaving, Optional.of(order), why);
    }
}
