// SPDX-License-Identifier: Apache-2.0
package roost.slot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import roost.slot.SlotArbiter.Action;
import roost.slot.SlotArbiter.Job;
import roost.slot.SlotArbiter.Order;
import roost.slot.SlotArbiter.Phase;
import roost.slot.SlotArbiter.Want;

/** The arbiter, in single situations and in every situation that can come about. */
@Timeout(60)
class SlotArbiterTest {
    private static final Job BATCH_RUNS = new Job(Want.RUN, Phase.RUNNING);
    private static final Job BATCH_STOPPED = new Job(Want.RUN, Phase.STOPPED);

    @Test
    void theBatchJobIsStoppedBeforeTheCodJobStarts() {
        assertThat(orders(BATCH_RUNS, cod(Want.RUN, Phase.NEW))).containsExactly("batch STOP");
        assertThat(orders(new Job(Want.RUN, Phase.STOPPING), cod(Want.RUN, Phase.NEW))).isEmpty();
        assertThat(orders(BATCH_STOPPED, cod(Want.RUN, Phase.NEW))).containsExactly("0 START");
    }

    @Test
    void anEmptySlotStartsTheCodJobAtOnce() {
        assertThat(orders(null, cod(Want.RUN, Phase.NEW))).containsExactly("0 START");
    }

    @Test
    void suspendingTheCodJobContinuesTheBatchJobOnceItIsStopped() {
        assertThat(orders(BATCH_STOPPED, cod(Want.STOP, Phase.RUNNING))).containsExactly("0 STOP");
        assertThat(orders(BATCH_STOPPED, cod(Want.STOP, Phase.STOPPING))).isEmpty();
        assertThat(orders(BATCH_STOPPED, cod(Want.STOP, Phase.STOPPED)))
                .containsExactly("batch CONTINUE");
    }

    @Test
    void resumingStopsTheBatchJobFirst() {
        assertThat(orders(BATCH_RUNS, cod(Want.RUN, Phase.STOPPED))).containsExactly("batch STOP");
        assertThat(orders(BATCH_STOPPED, cod(Want.RUN, Phase.STOPPED)))
                .containsExactly("0 CONTINUE");
    }

    @Test
    void theBatchJobWaitsForTheLastOfSeveralCodJobs() {
        Job running = cod(Want.RUN, Phase.RUNNING);
        assertThat(orders(BATCH_STOPPED, running, cod(Want.STOP, Phase.STOPPED))).isEmpty();
        assertThat(orders(BATCH_STOPPED, cod(Want.STOP, Phase.STOPPED))).hasSize(1);
        assertThat(orders(BATCH_STOPPED)).containsExactly("batch CONTINUE");
    }

    @Test
    void aSuspendedCodJobThatIsToEndStopsTheBatchJobFirst() {
        assertThat(orders(BATCH_RUNS, cod(Want.END, Phase.STOPPED))).containsExactly("batch STOP");
        assertThat(orders(BATCH_STOPPED, cod(Want.END, Phase.STOPPED))).containsExactly("0 END");
        assertThat(orders(BATCH_STOPPED, cod(Want.END, Phase.ENDING))).isEmpty();
    }

    @Test
    void killingWaitsForNobody() {
        assertThat(orders(BATCH_RUNS, cod(Want.KILL, Phase.STOPPED)))
                .containsExactly("batch STOP", "0 KILL");
        assertThat(orders(BATCH_STOPPED, cod(Want.KILL, Phase.ENDING))).containsExactly("0 KILL");
    }

    @Test
    void theOwnerAndCodEachStopTheBatchJobAndItGoesOnWhenBothLet() {
        Job ownerStops = new Job(Want.STOP, Phase.RUNNING);
        Job stopped = new Job(Want.STOP, Phase.STOPPED);
        assertThat(orders(ownerStops)).containsExactly("batch STOP");
        assertThat(orders(stopped, cod(Want.RUN, Phase.NEW))).containsExactly("0 START");
        assertThat(orders(stopped)).isEmpty();
        assertThat(orders(BATCH_STOPPED, cod(Want.RUN, Phase.RUNNING))).isEmpty();
        assertThat(orders(BATCH_STOPPED)).containsExactly("batch CONTINUE");
    }

    @Test
    void aBatchJobOnItsWayOutIsLeftAloneAndDoesNotDelayTheCodJob() {
        assertThat(orders(new Job(Want.END, Phase.ENDING), cod(Want.RUN, Phase.NEW)))
                .containsExactly("0 START");
    }

    @Test
    void aCodJobThatIsSuspendedBeforeItStartedStartsStopped() {
        assertThat(orders(BATCH_RUNS, cod(Want.STOP, Phase.NEW)))
                .containsExactly("0 START_STOPPED");
    }

    @Test
    void aCodJobThatIsEndedBeforeItStartedNeverStarts() {
        assertThat(orders(BATCH_RUNS, cod(Want.END, Phase.NEW))).containsExactly("0 FORGET");
        assertThat(orders(BATCH_RUNS, cod(Want.KILL, Phase.NEW))).containsExactly("0 FORGET");
    }

    /**
     * Walks through everything that can happen to one batch job and two COD jobs: any owner changes
     * his mind at any time, answers come in any order, jobs end at any time.
     */
    @Test
    void inEverySituationTheBatchJobNeverRunsBesideACodJobAndNobodyIsForgotten() {
        Set<Situation> seen = new HashSet<>();
        Deque<Situation> open = new ArrayDeque<>();
        open.add(new Situation(new Job(Want.RUN, Phase.NEW), null, null, false));
        while (!open.isEmpty()) {
            Situation situation = settle(open.remove());
            if (seen.add(situation)) {
                check(situation);
                open.addAll(situation.successors());
            }
        }
        assertThat(seen.size()).isGreaterThan(800);
    }

    private static void check(Situation s) {
        // To run means here: was told to, and has not said that it is stopped or gone.
        boolean codRuns = uses(s.first) || uses(s.second);
        boolean batchRuns = s.batch != null && s.batch.phase() == Phase.RUNNING;
        assertThat(codRuns && batchRuns).as("both run in %s", s).isFalse();
        // At rest: nobody has an answer outstanding, so everybody must have what he wants.
        if (!waiting(s.batch) && !waiting(s.first) && !waiting(s.second)) {
            for (Job cod : s.cods()) {
                Phase expected = cod.want() == Want.RUN ? Phase.RUNNING : Phase.STOPPED;
                assertThat(cod.phase()).as("at rest in %s", s).isEqualTo(expected);
            }
            if (s.batch != null) {
                boolean needed =
                        s.expected
                                || s.batch.want() == Want.STOP
                                || s.cods().stream().anyMatch(cod -> cod.want() == Want.RUN);
                assertThat(s.batch.phase())
                        .as("at rest in %s", s)
                        .isIn(needed ? Phase.STOPPED : Phase.RUNNING, Phase.NEW);
            }
        }
    }

    private static boolean uses(Job job) {
        return job != null && (job.phase() == Phase.RUNNING || job.phase() == Phase.ENDING);
    }

    private static boolean waiting(Job job) {
        return job != null
                && (job.phase() == Phase.STOPPING
                        || job.phase() == Phase.ENDING
                        || job.phase() == Phase.KILLING);
    }

    private static Situation settle(Situation start) {
        Situation s = start;
        for (int i = 0; i < 10; i++) {
            List<Order> orders =
                    SlotArbiter.orders(Optional.ofNullable(s.batch), s.cods(), s.expected);
            if (orders.isEmpty()) {
                return s;
            }
            for (Order order : orders) {
                s = s.obey(order);
            }
        }
        throw new AssertionError("does not come to rest: " + start);
    }

    /** One batch job and two COD jobs, null where there is none; and maybe more to come. */
    private record Situation(Job batch, Job first, Job second, boolean expected) {

        List<Job> cods() {
            List<Job> cods = new ArrayList<>();
            if (first != null) {
                cods.add(first);
            }
            if (second != null) {
                cods.add(second);
            }
            return cods;
        }

        Situation obey(Order order) {
            if (order.cod().isEmpty()) {
                return new Situation(obey(batch, order.action()), first, second, expected);
            }
            boolean isFirst = first != null && order.cod().get() == 0;
            return isFirst
                    ? new Situation(batch, obey(first, order.action()), second, expected)
                    : new Situation(batch, first, obey(second, order.action()), expected);
        }

        private static Job obey(Job job, Action action) {
            return switch (action) {
                case START, CONTINUE -> new Job(job.want(), Phase.RUNNING);
                case START_STOPPED, STOP -> new Job(job.want(), Phase.STOPPING);
                case END -> new Job(job.want(), Phase.ENDING);
                case KILL -> new Job(job.want(), Phase.KILLING);
                // Its place must not move while the other orders are carried out.
                case FORGET -> new Job(Want.KILL, Phase.KILLING);
            };
        }

        List<Situation> successors() {
            List<Situation> next = new ArrayList<>();
            afterwards(batch).forEach(b -> next.add(new Situation(b, first, second, expected)));
            afterwards(first).forEach(c -> next.add(new Situation(batch, c, second, expected)));
            afterwards(second).forEach(c -> next.add(new Situation(batch, first, c, expected)));
            next.add(new Situation(batch, first, second, !expected));
            return next;
        }

        private static List<Job> afterwards(Job job) {
            List<Job> next = new ArrayList<>();
            if (job == null) {
                next.add(new Job(Want.RUN, Phase.NEW));
                return next;
            }
            if (job.phase() != Phase.NEW) {
                next.add(null); // it ended
            }
            if (job.phase() == Phase.STOPPING) {
                next.add(new Job(job.want(), Phase.STOPPED));
            }
            for (Want want : Want.values()) {
                boolean possible = want.compareTo(job.want()) > 0 || job.want() == Want.STOP;
                boolean final_ = job.want() == Want.END || job.want() == Want.KILL;
                if (possible && !(final_ && want == Want.RUN)) {
                    next.add(new Job(want, job.phase()));
                }
            }
            return next;
        }
    }

    private static Job cod(Want want, Phase phase) {
        return new Job(want, phase);
    }

    private static List<String> orders(Job batch, Job... cods) {
        return SlotArbiter.orders(Optional.ofNullable(batch), List.of(cods), false).stream()
                .map(order -> order.cod().map(i -> i + " ").orElse("batch ") + order.action())
                .toList();
    }
}
