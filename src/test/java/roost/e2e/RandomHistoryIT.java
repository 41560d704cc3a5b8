// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A random history of all that users, owners, failures and power cuts do to a few jobs of the
 * standard universe, compared after each event with a small model: no job is lost, none runs twice
 * at once, and none has come less far than its last complete image. In the end each has the output
 * of an undisturbed run.
 *
 * <p>{@code -Dhistory.events=N} sets the length, {@code -Dseed=N} repeats a run.
 */
class RandomHistoryIT {
    private static final int EVENTS = Integer.getInteger("history.events", 30);
    private static final int JOBS_MAX = 3;
    private static final int ROUNDS = 5000;

    /** How far a job that has an image may compute at each event. */
    private static final int BURST = 50;

    private enum Event {
        SUBMIT,
        CHECKPOINT,
        COMPUTE,
        VACATE,
        VACATE_FAST,
        HOLD,
        RELEASE,
        REMOVE,
        KILL,
        SIGNAL,
        BORROW,
        GIVE_BACK,
        KILL_NODE,
        STOP_NODE,
        RESTART_MACHINE
    }

    /** A job as the model knows it. */
    private static final class Model {
        private final DigestJob job;
        private boolean held;

        /** Whether it has an image; until then it is not let compute, so that nothing is lost. */
        private boolean saved;

        /** Rounds that are in its last complete image. */
        private int safe;

        private Model(DigestJob job) {
            this.job = job;
        }
    }

    @TempDir Path directory;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Model> jobs = new ArrayList<>();
    private final List<String> history = new ArrayList<>();
    private Optional<String> claim = Optional.empty();
    private TestNode node;
    private int submitted;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void noJobIsLostNorRunTwiceNorThrownBackBehindItsImage() throws IOException {
        System.out.println("RandomHistoryIT -Dseed=" + seed + " -Dhistory.events=" + EVENTS);
        try (TestNode own = TestNode.in(directory, "NUM_SLOTS = 2")) {
            node = own.start();
            try {
                for (int i = 0; i < EVENTS; i++) {
                    compute();
                    Event event = next();
                    history.add(event + (happen(event) ? "" : " (not now)"));
                    compare();
                }
                end();
            } catch (ConditionTimeoutException | AssertionError e) {
                throw new AssertionError(
                        "seed "
                                + seed
                                + " "
                                + history
                                + "\n"
                                + node.run("condor_q", "-nobatch").out()
                                + node.run("condor_q", "-better-analyze").out()
                                + node.log(),
                        e);
            }
        }
    }

    /** What costs seconds happens less often. */
    private Event next() {
        Event event = Event.values()[random.nextInt(Event.values().length)];
        boolean slow = event.compareTo(Event.KILL_NODE) >= 0;
        return slow && random.nextBoolean() ? Event.CHECKPOINT : event;
    }

    /** Lets those that have an image compute some rounds more, but never to their end. */
    private void compute() throws IOException {
        for (Model job : jobs) {
            if (job.saved) {
                job.job.allow(Math.min(ROUNDS - 1, job.job.round() + BURST));
            }
        }
    }

    /** Makes it happen, if it can happen now. */
    private boolean happen(Event event) throws IOException {
        Map<String, String> statuses = statuses();
        List<Model> running = with(statuses, "2");
        Optional<Model> one = running.isEmpty() ? Optional.empty() : Optional.of(any(running));
        switch (event) {
            case SUBMIT -> {
                if (jobs.size() == JOBS_MAX) {
                    return false;
                }
                jobs.add(new Model(DigestJob.submit(node, "job" + ++submitted, ROUNDS)));
            }
            case CHECKPOINT -> checkpoint();
            case COMPUTE -> {
                if (one.isEmpty() || !one.get().saved) {
                    return false;
                }
                DigestJob job = one.get().job;
                job.compute(job.round() + 5);
            }
            case VACATE, VACATE_FAST, KILL, SIGNAL -> {
                return one.isPresent() && leave(event, one.get());
            }
            case HOLD -> {
                if (one.isEmpty()) {
                    return false;
                }
                int round = one.get().job.round();
                node.must("condor_hold", one.get().job.id());
                one.get().held = true;
                Await.until("its processes end", () -> one.get().job.processes().isEmpty());
                safeAt(one.get(), round);
            }
            case RELEASE -> {
                List<Model> held = jobs.stream().filter(job -> job.held).toList();
                if (held.isEmpty()) {
                    return false;
                }
                Model job = any(held);
                node.must("condor_release", job.job.id());
                job.held = false;
            }
            case REMOVE -> {
                if (jobs.size() < 2) {
                    return false;
                }
                Model job = any(jobs);
                node.must("condor_rm", job.job.id());
                jobs.remove(job);
                Await.until("a removed job ends", () -> job.job.processes().isEmpty());
            }
            case BORROW -> {
                if (claim.isPresent()) {
                    return false;
                }
                claim = Optional.of(node.claim());
                Jobs.activate(node, claim.get());
            }
            case GIVE_BACK -> {
                if (claim.isEmpty()) {
                    return false;
                }
                giveBack();
            }
            case KILL_NODE -> {
                node.kill();
                node.start();
            }
            case STOP_NODE -> stopNode(running);
            case RESTART_MACHINE -> restartMachine();
        }
        return true;
    }

    /** Images of all that run now. Those that have their first one begin to compute. */
    private void checkpoint() throws IOException {
        Map<Model, Integer> rounds = new HashMap<>();
        for (Model job : with(statuses(), "2")) {
            rounds.put(job, job.job.round());
        }
        TestNode.Outcome outcome = node.run("condor_checkpoint", "-wait");
        for (Map.Entry<Model, Integer> each : rounds.entrySet()) {
            Model job = each.getKey();
            if (outcome.out().contains("Job " + job.job.id() + " in ")) {
                safeAt(job, each.getValue());
                job.saved = true;
            }
        }
    }

    private static void safeAt(Model job, int round) {
        job.safe = Math.max(job.safe, round);
    }

    private boolean leave(Event event, Model job) throws IOException {
        int round = job.job.round();
        long pid = job.job.processes().stream().findFirst().orElse(0L);
        switch (event) {
            case VACATE -> {
                TestNode.Outcome outcome = node.run("condor_vacate_job", "-wait", job.job.id());
                if (outcome.status() == 0
                        && attribute(job, "RoostLastEvictionCheckpointed").equals("true")) {
                    safeAt(job, round);
                }
            }
            case VACATE_FAST -> node.run("condor_vacate_job", "-fast", "-wait", job.job.id());
            case KILL, SIGNAL -> {
                if (pid == 0) {
                    return false;
                }
                Kernel.signal(event == Event.KILL ? "KILL" : "TSTP", pid);
                Await.until("process " + pid + " ends", () -> Kernel.gone(pid));
            }
            default -> throw new IllegalArgumentException(event.name());
        }
        return true;
    }

    private void stopNode(List<Model> running) throws IOException {
        Map<Model, Integer> rounds = new HashMap<>();
        for (Model job : running) {
            rounds.put(job, job.job.round());
        }
        node.must("roost", "stop");
        claim = Optional.empty();
        for (Model job : jobs) {
            assertThat(job.job.processes()).as("job %s of a stopped node", job.job.id()).isEmpty();
        }
        node.start();
        for (Map.Entry<Model, Integer> each : rounds.entrySet()) {
            if (each.getKey().saved) {
                safeAt(each.getKey(), each.getValue());
            }
        }
        releaseOldClaims();
    }

    /** What a power failure leaves: nothing that ran, and all that was on the disk. */
    private void restartMachine() throws IOException {
        node.kill();
        Await.until(
                "nothing runs any more",
                () -> {
                    List<Long> all = new ArrayList<>(Kernel.withArgument(node.localDir() + "/"));
                    for (Model job : jobs) {
                        all.addAll(job.job.processes());
                    }
                    all.forEach(
                            pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
                    return all.stream().allMatch(Kernel::gone);
                });
        claim = Optional.empty();
        node.start();
        releaseOldClaims();
    }

    private void giveBack() throws IOException {
        node.must("condor_cod", "release", "-fast", "-id", claim.orElseThrow());
        claim = Optional.empty();
    }

    /** Claims outlive the node; their jobs do not. */
    private void releaseOldClaims() throws IOException {
        for (String id : node.must("roost", "claims", "-af", "ClaimId").lines().toList()) {
            node.must("condor_cod", "release", "-fast", "-id", id.strip());
        }
    }

    // --- the model

    private void compare() throws IOException {
        Await.until(
                "the queue holds what the model holds", () -> statuses().keySet().equals(ids()));
        for (Model job : jobs) {
            assertThat(job.job.processes().size())
                    .as("processes of job %s", job.job.id())
                    .isLessThanOrEqualTo(1);
            assertThat(job.job.round())
                    .as("rounds of job %s", job.job.id())
                    .isGreaterThanOrEqualTo(job.safe);
            String status = statuses().getOrDefault(job.job.id(), "gone");
            assertThat(status)
                    .as("status of job %s", job.job.id())
                    .isIn(job.held ? List.of("5") : List.of("1", "2", "7"));
        }
    }

    private Set<String> ids() {
        return jobs.stream().map(job -> job.job.id()).collect(Collectors.toSet());
    }

    /** JobStatus of each job in the queue. */
    private Map<String, String> statuses() throws IOException {
        Map<String, String> statuses = new HashMap<>();
        String[] lines =
                node.must("condor_q", "-af", "ClusterId", "ProcId", "JobStatus").split("\n");
        Arrays.stream(lines)
                .filter(line -> !line.isBlank())
                .map(line -> line.split(" "))
                .forEach(words -> statuses.put(words[0] + "." + words[1], words[2]));
        return statuses;
    }

    private List<Model> with(Map<String, String> statuses, String status) {
        return jobs.stream().filter(job -> status.equals(statuses.get(job.job.id()))).toList();
    }

    private String attribute(Model job, String name) throws IOException {
        return node.must("condor_q", job.job.id(), "-af", name).strip();
    }

    private Model any(List<Model> from) {
        return from.get(random.nextInt(from.size()));
    }

    private void end() throws IOException {
        history.add("end");
        if (claim.isPresent()) {
            giveBack();
        }
        for (Model job : jobs) {
            if (job.held) {
                node.must("condor_release", job.job.id());
            }
        }
        // All, before one is waited for: there may be fewer slots than jobs.
        for (Model job : jobs) {
            job.job.allow(ROUNDS);
        }
        for (Model job : jobs) {
            job.job.finish();
        }
    }
}
