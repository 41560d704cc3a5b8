// SPDX-License-Identifier: Apache-2.0
package roost.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandWordsTest {
    @Test
    void v1ArgumentsAreSplitOnBlanksAndNothingIsQuoted() {
        assertThat(CommandWords.argumentsV1("  a  'b c' \"d\"\t"))
                .containsExactly("a", "'b", "c'", "\"d\"");
        assertThat(CommandWords.argumentsV1("")).isEmpty();
    }

    @Test
    void v2QuotesKeepBlanksAndAPairOfThemIsOne() throws JobFailure {
        assertThat(CommandWords.argumentsV2("a 'b c' d'e f'g 'it''s' ''"))
                .containsExactly("a", "b c", "de fg", "it's", "");
    }

    @Test
    void anOpenQuoteIsRefused() {
        assertThatThrownBy(() -> CommandWords.argumentsV2("a 'b"))
                .isInstanceOf(JobFailure.class)
                .hasMessageContaining("Unbalanced quote");
    }

    @Test
    void v1EnvironmentsArePartedBySemicolonsAndLaterOnesWin() throws JobFailure {
        assertThat(CommandWords.environmentV1("A=1; B=x y;;A=2"))
                .isEqualTo(Map.of("A", "2", "B", "x y"));
    }

    @Test
    void v2EnvironmentsAreWords() throws JobFailure {
        assertThat(CommandWords.environmentV2("A=1 'B=x y' C="))
                .isEqualTo(Map.of("A", "1", "B", "x y", "C", ""));
    }

    @Test
    void entriesWithoutNameOrEqualsSignAreRefusedInHtcondorsWords() {
        assertThatThrownBy(() -> CommandWords.environmentV1("A"))
                .hasMessage("ERROR: Missing '=' after environment variable 'A'.");
        assertThatThrownBy(() -> CommandWords.environmentV1("=x"))
                .hasMessage("ERROR: missing variable in '=x'.");
    }
}
