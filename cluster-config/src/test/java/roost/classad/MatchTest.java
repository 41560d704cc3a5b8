// SPDX-License-Identifier: Apache-2.0
package roost.classad;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatchTest {
    private static final ClassAd JOB =
            ClassAd.parse(
                    "Owner = \"ann\"\nNeeds = 50\n"
                            + "Requirements = (TARGET.Memory > Needs) && Fits\n"
                            + "Fits = TARGET.Arch == \"X86_64\" && Shared =!= true\n"
                            + "Rank = TARGET.Memory * 2\n");

    private static ClassAd slot(String more) {
        return ClassAd.parse(
                "Memory = 100\nArch = \"x86_64\"\nRequirements = TARGET.Owner == \"ann\"\n" + more);
    }

    @Test
    void bothRequirementsMustHold() {
        assertThat(Match.matches(JOB, slot(""))).isTrue();
        assertThat(Match.matches(slot(""), JOB)).isTrue();
        assertThat(Match.matches(JOB, slot("Memory = 40\n"))).isFalse();
        assertThat(Match.matches(JOB, slot("Requirements = TARGET.Owner == \"bob\"\n"))).isFalse();
    }

    @Test
    void halfAMatchDoesNotAskTheSlot() {
        ClassAd unwilling = slot("Requirements = false\nStart = false\n");
        assertThat(Match.halfMatches(JOB, unwilling)).isTrue();
        assertThat(Match.matches(JOB, unwilling)).isFalse();
        assertThat(Match.halfMatches(JOB, slot("Memory = 40\n"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, true",
        "false, false, false",
        "1, true, false",
        "0.5, true, false",
        "0, false, false",
        "undefined, false, false",
        "error, false, false",
        "TARGET.nope, false, false",
        "\"true\", false, false"
    })
    void whatCountsAsARequirementThatHolds(String requirements, boolean old, boolean strict) {
        ClassAd ad = ClassAd.builder().putExpr("Requirements", requirements).build();
        assertThat(Match.halfMatches(ad, ClassAd.EMPTY)).isEqualTo(old);
        assertThat(Match.halfMatches(ad, ClassAd.EMPTY, EvalContext.STRICT)).isEqualTo(strict);
    }

    @Test
    void noRequirementsMatchNothing() {
        assertThat(Match.halfMatches(ClassAd.EMPTY, slot(""))).isFalse();
        assertThat(MatchAnalysis.of(ClassAd.EMPTY, slot(""), EvalContext.DEFAULT).present())
                .isFalse();
    }

    @Test
    void rankIsANumberOrZero() {
        assertThat(Match.rank(JOB, slot(""))).isEqualTo(200);
        assertThat(Match.rank(JOB, ClassAd.EMPTY)).isZero();
        assertThat(Match.rank(slot(""), JOB)).isZero();
    }

    @Test
    void aFailedMatchIsTakenApartIntoClausesWithTheValuesTheySaw() {
        MatchAnalysis.Side side =
                MatchAnalysis.of(JOB, slot("Arch = \"PPC\"\nMemory = 40\n"), EvalContext.DEFAULT);
        assertThat(side.holds()).isFalse();
        assertThat(side.clauses()).hasSize(3);
        assertThat(side.failed())
                .containsExactly(
                        new MatchAnalysis.Clause(
                                "TARGET.Memory > Needs",
                                "Requirements",
                                Value.Bool.FALSE,
                                false,
                                Map.of(
                                        "TARGET.Memory",
                                        Value.Int.of(40),
                                        "Needs",
                                        Value.Int.of(50))),
                        new MatchAnalysis.Clause(
                                "TARGET.Arch == \"X86_64\"",
                                "Fits",
                                Value.Bool.FALSE,
                                false,
                                Map.of("TARGET.Arch", Value.Str.of("PPC"))));
    }

    @Test
    void requirementsThatGoInCirclesAreExplainedToo() {
        ClassAd circle = ClassAd.parse("Requirements = A && B\nA = B && A\nB = A\n");
        MatchAnalysis.Side side = MatchAnalysis.of(circle, ClassAd.EMPTY, EvalContext.DEFAULT);
        assertThat(side.value()).isEqualTo(Value.ERROR);
        assertThat(side.clauses().size()).isBetween(1, 200);
    }
}
