// SPDX-License-Identifier: Apache-2.0
package roost.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import roost.api.CaResult;
import roost.classad.ClassAd;
import roost.id.ClaimId;
import roost.id.NodeAddress;
import roost.id.SlotName;

/**
 * The claim's state machine against a table written from HTCondor's documentation and sources. The
 * table is the oracle: it names states by text only and knows nothing of the implementation.
 */
@Timeout(60)
class ClaimStateTest {
    private static final String GONE = "(gone)";

    /** Verbs and occurrences that a claim can meet. */
    private enum Verb {
        ACTIVATE,
        SUSPEND,
        RESUME,
        RENEW,
        DEACTIVATE,
        DEACTIVATE_FAST,
        RELEASE,
        RELEASE_FAST,
        DELEGATE,
        JOB_GONE,
        LEASE_OVER
    }

    /**
     * What must come of it: {@code State}, {@code State later} when the caller is answered only
     * once the job is gone, or {@code ! text} for a refusal that changes nothing. A trailing {@code
     * +} marks a claim that goes with its job.
     */
    private static final Map<String, List<String>> TABLE =
            Map.of(
                    "Idle",
                    List.of(
                            "Running",
                            "! Cannot suspend an inactive claim",
                            "! Cannot resume an inactive claim",
                            "Idle",
                            "! Cannot deactivate a claim that is not active (Idle)",
                            "! Cannot deactivate a claim that is not active (Idle)",
                            GONE,
                            GONE,
                            "Idle",
                            "Idle",
                            GONE),
                    "Running",
                    List.of(
                            "! Cannot activate claim: already active (Running)",
                            "Suspended",
                            "! Claim is already running",
                            "Running",
                            "Vacating later",
                            "Killing later",
                            "Vacating+ later",
                            "Killing+ later",
                            "! Cannot delegate a proxy to a claim that is active (Running)",
                            "Idle",
                            "Killing+ later"),
                    "Suspended",
                    List.of(
                            "! Cannot activate claim: already active (Suspended)",
                            "! Claim is already suspended",
                            "Running",
                            "Suspended",
                            "Vacating later",
                            "Killing later",
                            "Vacating+ later",
                            "Killing+ later",
                            "! Cannot delegate a proxy to a claim that is active (Suspended)",
                            "Idle",
                            "Killing+ later"),
                    "Vacating",
                    List.of(
                            "! Cannot activate claim: already active (Vacating)",
                            "! Cannot suspend a claim that is being evicted (Vacating)",
                            "! Cannot resume a claim that is being evicted (Vacating)",
                            "Vacating",
                            "Vacating later",
                            "Killing later",
                            "Vacating+ later",
                            "Killing+ later",
                            "! Cannot delegate a proxy to a claim that is active (Vacating)",
                            "Idle",
                            "Killing+ later"),
                    "Vacating+",
                    List.of(
                            "! Cannot activate claim: already active (Vacating)",
                            "! Cannot suspend a claim that is being evicted (Vacating)",
                            "! Cannot resume a claim that is being evicted (Vacating)",
                            "Vacating+",
                            "Vacating+ later",
                            "Killing+ later",
                            "Vacating+ later",
                            "Killing+ later",
                            "! Cannot delegate a proxy to a claim that is active (Vacating)",
                            GONE,
                            "Killing+ later"),
                    "Killing",
                    List.of(
                            "! Cannot activate claim: already active (Killing)",
                            "! Cannot suspend a claim that is being evicted (Killing)",
                            "! Cannot resume a claim that is being evicted (Killing)",
                            "Killing",
                            "Killing later",
                            "Killing later",
                            "Killing+ later",
                            "Killing+ later",
                            "! Cannot delegate a proxy to a claim that is active (Killing)",
                            "Idle",
                            "Killing+ later"),
                    "Killing+",
                    List.of(
                            "! Cannot activate claim: already active (Killing)",
                            "! Cannot suspend a claim that is being evicted (Killing)",
                            "! Cannot resume a claim that is being evicted (Killing)",
                            "Killing+",
                            "Killing+ later",
                            "Killing+ later",
                            "Killing+ later",
                            "Killing+ later",
                            "! Cannot delegate a proxy to a claim that is active (Killing)",
                            GONE,
                            "Killing+ later"));

    private static final Moment START = new Moment(1_700_000_000_000L, "boot", 5_000);
    private static final Moment LATER = new Moment(1_700_000_060_000L, "boot", 65_000);
    private static final Lease LEASE = new Lease(30, START);

    @Test
    void theTableHasEveryState() {
        Set<String> states = new LinkedHashSet<>();
        leaves(ClaimState.class).forEach(leaf -> states.add(leaf.getSimpleName()));
        assertThat(TABLE.keySet().stream().map(name -> name.replace("+", "")))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(states.stream(), Stream.of("Vacating", "Killing")).toList());
        TABLE.values().forEach(row -> assertThat(row).hasSameSizeAs(Verb.values()));
    }

    @TestFactory
    Stream<DynamicTest> everyStateAnswersEveryVerb() {
        List<DynamicTest> tests = new ArrayList<>();
        TABLE.forEach(
                (state, row) -> {
                    for (Verb verb : Verb.values()) {
                        String expected = row.get(verb.ordinal());
                        tests.add(
                                DynamicTest.dynamicTest(
                                        state + " " + verb + " -> " + expected,
                                        () ->
                                                assertThat(outcome(reach(state), verb))
                                                        .isEqualTo(expected)));
                    }
                });
        return tests.stream();
    }

    @Test
    void everySequenceOfFiveVerbsFollowsTheTable() {
        int checked = follow(idle(), "Idle", 5);
        assertThat(checked).isGreaterThan(30_000);
    }

    @Test
    void refusalsAreInvalidStateAndCarryAHint() {
        for (String state : TABLE.keySet()) {
            for (Verb verb : Verb.values()) {
                if (decide(reach(state), verb) instanceof Decision.Refuse refusal) {
                    assertThat(refusal.result()).isEqualTo(CaResult.INVALID_STATE);
                    assertThat(refusal.hint()).isNotBlank();
                }
            }
        }
    }

    @Test
    void renewWithoutALeaseSucceedsAndPersistsNothing() {
        ClaimState idle = ClaimState.apply(null, requested(Optional.empty()));
        assertThat(idle.renew(LATER)).isEqualTo(Decision.accept(Decision.Answer.NOW));
    }

    @Test
    void aLeaseThatIsNotOverEndsNothing() {
        assertThat(idle().leaseDue(START)).isEqualTo(Decision.accept(Decision.Answer.NOW));
    }

    @Test
    void aLaterReleaseDoesNotProlongTheVacateTime() {
        ClaimState vacating = reach("Vacating");
        ClaimState releasing = step(vacating, vacating.release(false, "user:ann", LATER));
        assertThat(releasing).isInstanceOf(Vacating.class);
        assertThat(releasing.since()).isEqualTo(vacating.since());
    }

    @Test
    void whatTheActivationSetIsForgottenAndWhatTheClaimOwnsStays() {
        ClaimState running = reach("Running");
        ClaimState idle = step(running, running.jobGone("exited with 0", false, LATER));
        assertThat(idle.run()).isEmpty();
        assertThat(idle.claim().user()).isEqualTo("ann");
        assertThat(idle.claim().lease()).isPresent();
        assertThat(idle.claim().activations()).isEqualTo(1);
    }

    @Test
    void theReasonOfAFailedStartCanBeSeenUntilTheNextActivation() {
        ClaimState running = reach("Running");
        ClaimState idle = step(running, running.jobGone("no such file", true, LATER));
        assertThat(((Idle) idle).trouble()).contains("no such file");
        ClaimState again = step(idle, idle.activate(activation(2), LATER));
        ClaimState over = step(again, again.jobGone("exited with 0", false, LATER));
        assertThat(((Idle) over).trouble()).isEmpty();
    }

    @Test
    void anEventThatDoesNotFitIsABug() {
        assertThatThrownBy(() -> ClaimState.apply(idle(), new ClaimEvent.JobSuspended(1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Idle")
                .hasMessageNotContaining(idle().claim().id().cookie());
        assertThatThrownBy(() -> ClaimState.apply(null, new ClaimEvent.JobSuspended(1)))
                .isInstanceOf(IllegalStateException.class);
    }

    private int follow(ClaimState state, String name, int depth) {
        if (depth == 0) {
            return 1;
        }
        int checked = 0;
        for (Verb verb : Verb.values()) {
            String expected = TABLE.get(name).get(verb.ordinal());
            Decision decision = decide(state, verb);
            assertThat(outcome(state, decision)).as("%s %s", name, verb).isEqualTo(expected);
            String next = expected.startsWith("!") ? name : expected.replace(" later", "");
            checked += next.equals(GONE) ? 1 : follow(step(state, decision), next, depth - 1);
        }
        return checked;
    }

    private static String outcome(ClaimState state, Verb verb) {
        return outcome(state, decide(state, verb));
    }

    private static String outcome(ClaimState state, Decision decision) {
        if (decision instanceof Decision.Refuse refusal) {
            return "! " + refusal.error();
        }
        ClaimState next = step(state, decision);
        boolean later = ((Decision.Accept) decision).answer() == Decision.Answer.WHEN_JOB_GONE;
        return name(next) + (later ? " later" : "");
    }

    private static String name(ClaimState state) {
        if (state == null) {
            return GONE;
        }
        return state.text() + (state instanceof Evicting e && e.release() ? "+" : "");
    }

    private static Decision decide(ClaimState state, Verb verb) {
        return switch (verb) {
            case ACTIVATE -> state.activate(activation(state.claim().activations() + 1), START);
            case SUSPEND -> state.suspend(START);
            case RESUME -> state.resume(START);
            case RENEW -> state.renew(START);
            case DEACTIVATE -> state.deactivate(false, "user:ann", START);
            case DEACTIVATE_FAST -> state.deactivate(true, "user:ann", START);
            case RELEASE -> state.release(false, "user:ann", START);
            case RELEASE_FAST -> state.release(true, "user:ann", START);
            case DELEGATE -> state.delegate("/tmp/proxy");
            case JOB_GONE -> state.jobGone("exited with 0", false, START);
            case LEASE_OVER -> state.leaseDue(LATER);
        };
    }

    private static ClaimState step(ClaimState state, Decision decision) {
        ClaimState next = state;
        if (decision instanceof Decision.Accept accepted) {
            for (ClaimEvent event : accepted.events()) {
                next = ClaimState.apply(next, event);
            }
        }
        return next;
    }

    private static ClaimState reach(String name) {
        return switch (name) {
            case "Idle" -> idle();
            case "Running" -> step(idle(), idle().activate(activation(1), START));
            case "Suspended" -> step(reach("Running"), reach("Running").suspend(START));
            case "Vacating" -> end(false, false);
            case "Vacating+" -> end(false, true);
            case "Killing" -> end(true, false);
            case "Killing+" -> end(true, true);
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static ClaimState end(boolean fast, boolean release) {
        return ClaimState.apply(
                reach("Running"),
                new ClaimEvent.EndRequested(START.wallMillis(), fast, release, "user:ann"));
    }

    private static ClaimState idle() {
        return ClaimState.apply(null, requested(Optional.of(LEASE)));
    }

    private static ClaimEvent requested(Optional<Lease> lease) {
        return new ClaimEvent.Requested(
                START.wallMillis(),
                new ClaimId(new NodeAddress("127.0.0.1", 9618), 1_700_000_000L, 4, "c0ffee"),
                new SlotName(1, "here"),
                "ann",
                "here",
                "127.0.0.1",
                lease);
    }

    private static Activation activation(int number) {
        return new Activation(
                number,
                Optional.empty(),
                Optional.empty(),
                Optional.of("fractgen"),
                ClassAd.EMPTY,
                "/execute/dir_COD4_" + number,
                Optional.empty());
    }

    private static Stream<Class<?>> leaves(Class<?> type) {
        return type.isSealed()
                ? Stream.of(type.getPermittedSubclasses()).flatMap(ClaimStateTest::leaves)
                : Stream.of(type);
    }
}
