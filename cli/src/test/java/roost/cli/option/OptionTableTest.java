// SPDX-License-Identifier: Apache-2.0
package roost.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionTableTest {
    private static final OptionTable TABLE =
            OptionTable.of(
                    "[name ...]",
                    Option.flag("long", 1, "whole ads"),
                    Option.value("constraint", 3, "expr", "only these"),
                    Option.values("format", 2, List.of("fmt", "attr"), "printf"),
                    Option.words("autoformat", 5, "attr", "columns").or("af"),
                    Option.flag("total", 3, "sums"),
                    Option.flag("totally", 3, "more sums"));

    @Test
    void namesMayBeAbbreviatedDownToTheirShortestForm() throws UsageException {
        assertThat(TABLE.parse(List.of("-l", "-cons", "x")).value("constraint")).contains("x");
        assertThatThrownBy(() -> TABLE.parse(List.of("-co", "x")))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("unknown option '-co'");
    }

    @Test
    void anExactNameWinsOverALongerOne() throws UsageException {
        assertThat(TABLE.parse(List.of("-total")).has("total")).isTrue();
        assertThat(TABLE.parse(List.of("-totall")).has("totally")).isTrue();
    }

    @Test
    void aNameThatFitsTwoOptionsIsRefusedWithBoth() {
        assertThatThrownBy(() -> TABLE.parse(List.of("-tot")))
                .hasMessage("option '-tot' may stand for -total or -totally");
    }

    @Test
    void wordsRunUpToTheNextOptionAndTheModifierIsKept() throws UsageException {
        ParsedOptions given = TABLE.parse(List.of("-af:hj", "A", "B", "-long", "slot1"));
        assertThat(given.last("autoformat"))
                .hasValueSatisfying(
                        use -> {
                            assertThat(use.modifier()).isEqualTo("hj");
                            assertThat(use.values()).containsExactly("A", "B");
                        });
        assertThat(given.operands()).containsExactly("slot1");
    }

    @Test
    void aMissingArgumentIsNamed() {
        assertThatThrownBy(() -> TABLE.parse(List.of("-format", "%d")))
                .hasMessage("option '-format' needs 2 arguments: <fmt> <attr>");
    }

    @Test
    void aMisspeltOptionGetsASuggestion() {
        assertThatThrownBy(() -> TABLE.parse(List.of("-constrain_", "x")))
                .hasMessage("unknown option '-constrain_'; did you mean '-constraint'?");
    }

    @Test
    void afterTwoDashesEverythingIsAnOperand() throws UsageException {
        assertThat(TABLE.parse(List.of("--", "-long")).operands()).containsExactly("-long");
    }

    @Test
    void wordsAreRefusedByACommandThatTakesNone() throws UsageException {
        OptionTable none = OptionTable.of("", Option.flag("fast", 1, "at once"));

        assertThatThrownBy(() -> none.parse(List.of("-fast", "othernode")))
                .hasMessage("'othernode' is not expected here");
        assertThat(none.parse(List.of("othernode", "-help")).has("help")).isTrue();
    }
}
