// SPDX-License-Identifier: Apache-2.0
package roost.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the node with SIGKILL at random moments, mostly in the middle of a command, and compares
 * what is there afterwards with a model: what was acknowledged holds, what was not is there or not,
 * never half, and no job notices.
 *
 * <p>{@code -Dkill.rounds=N} sets the number of rounds, {@code -Dseed=N} repeats a run.
 */
class KillNineIT {
    private static final int ROUNDS = Integer.getInteger("kill.rounds", 50);
    private static final int CLAIMS_MAX = 6;

    /** Where the model holds a claim to be; NONE is released. */
    private enum State {
        NONE,
        IDLE,
        RUNNING,
        SUSPENDED
    }

    private enum Verb {
        ACTIVATE,
        SUSPEND,
        RESUME,
        RENEW,
        DEACTIVATE,
        RELEASE
    }

    /** A claim as the model knows it: one state, or two while a command was cut off. */
    private static final class Claim {
        private final String id;
        private final String marker;
        private Set<State> states = EnumSet.of(State.IDLE);

        /** Of its job; 0 if it has none, or a cut activation left unknown whether it has one. */
        private long pid;

        private Claim(String id, String marker) {
            this.id = id;
            this.marker = marker;
        }

        private State state() {
            assertThat(states).as("the model is sure about %s", marker).hasSize(1);
            return states.iterator().next();
        }
    }

    @TempDir Path directory;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Claim> claims = new ArrayList<>();
    private TestNode node;
    private long batchPid;
    private int started;

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void whatWasAcknowledgedSurvivesAndNoJobNotices() throws Exception {
        System.out.println("seed=" + seed + " rounds=" + ROUNDS);
        try (TestNode own = TestNode.in(directory, "NUM_SLOTS = 1")) {
            node = own.start();
            submitBatch();
            for (int round = 1; round <= ROUNDS; round++) {
                for (int i = random.nextInt(3); i >= 0; i--) {
                    act();
                }
                killInTheMiddle();
                node.start();
                compare("round " + round + ", seed " + seed);
            }
        }
        Await.until("no job is left", () -> Kernel.withArgument(markerPrefix()).isEmpty());
    }

    private String markerPrefix() {
        return "86400." + Math.floorMod(seed, 1_000_000_007L) + "0";
    }

    private void submitBatch() throws IOException {
        String marker = markerPrefix() + "00";
        Files.writeString(
                node.work().resolve("batch.sub"),
                "executable = /bin/sleep\narguments = " + marker + "\nqueue\n");
        node.must("condor_submit", "batch.sub");
        Await.until("the batch job runs", () -> Kernel.withArgument(marker).size() == 1);
        batchPid = Kernel.withArgument(marker).get(0);
    }

    /** One command from beginning to end. */
    private void act() throws IOException {
        if (claims.isEmpty() || (claims.size() < CLAIMS_MAX && random.nextInt(4) == 0)) {
            claims.add(newClaim(node.claim()));
            return;
        }
        Claim claim = claims.get(random.nextInt(claims.size()));
        Verb verb = fitting(claim.state());
        node.must(command(claim, verb));
        apply(claim, verb);
    }

    private Claim newClaim(String id) {
        return new Claim(id, markerPrefix() + (100 + ++started));
    }

    private Verb fitting(State state) {
        List<Verb> verbs =
                switch (state) {
                    case NONE ->
                            throw new IllegalStateException("a released claim is in the model");
                    case IDLE -> List.of(Verb.ACTIVATE, Verb.ACTIVATE, Verb.RENEW, Verb.RELEASE);
                    case RUNNING ->
                            List.of(
                                    Verb.SUSPEND,
                                    Verb.SUSPEND,
                                    Verb.RENEW,
                                    Verb.DEACTIVATE,
                                    Verb.RELEASE);
                    case SUSPENDED ->
                            List.of(
                                    Verb.RESUME,
                                    Verb.RESUME,
                                    Verb.RENEW,
                                    Verb.DEACTIVATE,
                                    Verb.RELEASE);
                };
        return verbs.get(random.nextInt(verbs.size()));
    }

    private String[] command(Claim claim, Verb verb) throws IOException {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "condor_cod",
                                verb.name().toLowerCase(Locale.ROOT),
                                "-id",
                                claim.id));
        if (verb == Verb.ACTIVATE) {
            Path ad = node.work().resolve(claim.marker + ".ad");
            Files.writeString(ad, "Cmd = \"/bin/sleep\"\nArgs = \"" + claim.marker + "\"\n");
            words.addAll(List.of("-jobad", ad.toString()));
        }
        if ((verb == Verb.DEACTIVATE || verb == Verb.RELEASE) && random.nextBoolean()) {
            words.add("-fast");
        }
        return words.toArray(String[]::new);
    }

    private static State after(State state, Verb verb) {
        return switch (verb) {
            case ACTIVATE, RESUME -> State.RUNNING;
            case SUSPEND -> State.SUSPENDED;
            case RENEW -> state;
            case DEACTIVATE -> State.IDLE;
            case RELEASE -> State.NONE;
        };
    }

    private void apply(Claim claim, Verb verb) throws IOException {
        claim.states = EnumSet.of(after(claim.state(), verb));
        settle(claim);
    }

    /** The model knows the state: what follows from it. */
    private void settle(Claim claim) throws IOException {
        boolean job = claim.state() == State.RUNNING || claim.state() == State.SUSPENDED;
        if (!job) {
            claim.pid = 0;
        } else if (claim.pid == 0) {
            claim.pid = awaitPid(claim);
        }
        if (claim.state() == State.NONE) {
            claims.remove(claim);
        }
    }

    private static long awaitPid(Claim claim) throws IOException {
        Await.until("the job runs", () -> Kernel.withArgument(claim.marker).size() == 1);
        return Kernel.withArgument(claim.marker).get(0);
    }

    /** Begins a command and kills the node a moment later, before, while or after it is done. */
    private void killInTheMiddle() throws Exception {
        Path out = directory.resolve("cut.out");
        Path err = directory.resolve("cut.err");
        Path nothing = Path.of("/dev/null");
        boolean request = claims.isEmpty() || random.nextInt(4) == 0;
        Claim claim = request ? null : claims.get(random.nextInt(claims.size()));
        Verb verb = request ? null : fitting(claim.state());
        Process process =
                request
                        ? node.begin(out, err, nothing, "condor_cod", "request")
                        : node.begin(out, err, nothing, command(claim, verb));
        TimeUnit.MICROSECONDS.sleep(random.nextInt(15_000)); // the random moment, not a wait
        node.kill();
        boolean acknowledged = process.waitFor() == 0;
        if (request) {
            if (acknowledged) {
                String text = Files.readString(err);
                claims.add(newClaim(text.split("ID of new claim is: \"")[1].split("\"")[0]));
            }
            return;
        }
        State before = claim.state();
        claim.states =
                acknowledged
                        ? EnumSet.of(after(before, verb))
                        : EnumSet.of(before, after(before, verb));
    }

    private void compare(String when) throws IOException {
        boolean running = false;
        for (Claim claim : List.copyOf(claims)) {
            // An activation that was cut off may show as Running until its starter was looked for.
            awaitExpected(when, claim);
            claim.states = EnumSet.of(observed(claim));
            running |= claim.state() == State.RUNNING;
            settle(claim);
        }
        boolean stopped = running;
        Await.until(
                when + ": the batch job is " + (stopped ? "stopped" : "running"),
                () -> stopped ? Kernel.stopped(batchPid) : Kernel.runs(batchPid));
    }

    private void awaitExpected(String when, Claim claim) throws IOException {
        try {
            Await.until(
                    "the claim is in an expected state",
                    () -> claim.states.contains(observed(claim)) && fits(claim, observed(claim)));
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "%s: claim %s, job %s of pid %d, must be in %s; it is %s, its processes are %s\n%s"
                            .formatted(
                                    when,
                                    claim.id,
                                    claim.marker,
                                    claim.pid,
                                    claim.states,
                                    node.stateOf(claim.id),
                                    Kernel.withArgument(claim.marker),
                                    node.log()),
                    e);
        }
    }

    private State observed(Claim claim) throws IOException {
        return switch (node.stateOf(claim.id)) {
            case "" -> State.NONE;
            case "Idle" -> State.IDLE;
            case "Running" -> State.RUNNING;
            case "Suspended" -> State.SUSPENDED;
            default -> null; // on its way to one of them
        };
    }

    /** Whether the kernel says the same as the state; a job that was known has kept its pid. */
    private static boolean fits(Claim claim, State state) throws IOException {
        List<Long> pids = Kernel.withArgument(claim.marker);
        if (state == State.IDLE || state == State.NONE) {
            return pids.isEmpty();
        }
        return pids.size() == 1
                && (claim.pid == 0 || claim.pid == pids.get(0))
                && (state == State.RUNNING
                        ? Kernel.runs(pids.get(0))
                        : Kernel.stopped(pids.get(0)));
    }
}
