// SPDX-License-Identifier: Apache-2.0
package roost.config;

import static org.assertj.core.api.Assertions.assertThat;
import static roost.config.TestConfigs.problems;
import static roost.config.TestConfigs.x;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Statements: assignments, comments, continuation, blocks, conditions, templates. */
@Timeout(20)
class ConfigLanguageTest {

    @Test
    void namesAreComparedWithoutRegardToCase() {
        assertThat(x("x = 1")).isEqualTo("1");
    }

    @Test
    void theLastSettingWins() {
        assertThat(x("X = 1", "X = 2")).isEqualTo("2");
    }

    @Test
    void whiteSpaceRoundNameAndValueDoesNotCount() {
        assertThat(x("  \t X\t =   a  b \t ")).isEqualTo("a  b");
    }

    @Test
    void commentsAndEmptyLinesAreSkipped() {
        assertThat(x("# X = 0", "", "   # Y \\", "X = 1")).isEqualTo("1");
    }

    @Test
    void aHashInAValueIsPartOfIt() {
        assertThat(x("X = a # b")).isEqualTo("a # b");
    }

    @Test
    void aBackslashContinuesTheLine() {
        assertThat(x("X = a \\", "  b \\", "  c")).isEqualTo("a b c");
    }

    @Test
    void commentsWithinAContinuedLineAreSkipped() {
        assertThat(x("X = a \\", "# no \\", "b")).isEqualTo("a b");
    }

    @Test
    void aContinuedLineMayEndWithTheFile() {
        assertThat(x("X = a \\")).isEqualTo("a");
    }

    @Test
    void headingsInBracketsAreSkipped() {
        assertThat(x("[Section one]", "X = [ a = 1 ]")).isEqualTo("[ a = 1 ]");
    }

    @Test
    void blocksKeepTheirLines() {
        assertThat(x("X @=end", "  [ a = 1;", "# kept", "  ]", "@end", "Y = 1"))
                .isEqualTo("  [ a = 1;\n# kept\n  ]");
    }

    @Test
    void aBlockWithoutEndIsAnError() {
        assertThat(problems("X @=end", "a"))
                .contains(":1: error: the value of X has no end: expected '@end'");
    }

    @Test
    void aLineThatIsNoStatementIsAnErrorAndReadingGoesOn() {
        CondorConfig config = TestConfigs.of("FOO bar", "!!", "X = 1", "Y");
        assertThat(config.errors())
                .extracting(ConfigProblem::toString)
                .containsExactly(
                        TestConfigs.ROOT + ":1: error: expected '=' after 'FOO', found 'bar'",
                        TestConfigs.ROOT + ":2: error: expected a name, found '!!'",
                        TestConfigs.ROOT
                                + ":4: error: expected '=' after 'Y', found the end of the line");
        assertThat(config.get("X")).contains("1");
    }

    @Test
    void keywordsAreOrdinaryNamesBeforeAnEqualsSign() {
        assertThat(x("if = 1", "use = 2", "error=3", "X = $(if)$(use)$(error)")).isEqualTo("123");
    }

    @Test
    void ifTakesTheFirstBranchThatHolds() {
        String[] lines = {
            "if $(A)", "X = if", "elif $(B)", "X = elif", "else", "X = else", "endif"
        };
        assertThat(x(with("A = true", "B = true", lines))).isEqualTo("if");
        assertThat(x(with("A = 0", "B = yes", lines))).isEqualTo("elif");
        assertThat(x(with("A = no", "B =", lines))).isEqualTo("else");
    }

    private static String[] with(String a, String b, String... lines) {
        String[] all = new String[lines.length + 2];
        all[0] = a;
        all[1] = b;
        System.arraycopy(lines, 0, all, 2, lines.length);
        return all;
    }

    @Test
    void conditionsMayBeExpressions() {
        assertThat(x("A = 3", "X = no", "if $(A) > 2 && true", "X = yes", "endif"))
                .isEqualTo("yes");
    }

    @Test
    void conditionsKnowWhatIsDefined() {
        assertThat(x("A = 1", "if defined A", "X = yes", "endif")).isEqualTo("yes");
        assertThat(x("X = no", "if ! defined A", "X = yes", "endif")).isEqualTo("yes");
        assertThat(x("N = A", "X = no", "if defined $(N)", "X = yes", "endif")).isEqualTo("no");
    }

    @Test
    void conditionsCompareVersionsPartByPart() {
        for (String holds :
                new String[] {">= 8.1.6", "== 8.9", "<= 8.9", "< 9", "> 8.9.9", "!= 8.8.17"}) {
            assertThat(x("X = no", "if version " + holds, "X = yes", "endif"))
                    .as(holds)
                    .isEqualTo("yes");
        }
        for (String fails : new String[] {">= 9.0", "== 8.9.10", "< 8.9.11", "> 8.9"}) {
            assertThat(x("X = no", "if version " + fails, "X = yes", "endif"))
                    .as(fails)
                    .isEqualTo("no");
        }
    }

    @Test
    void branchesThatAreNotTakenAreNotLookedAt() {
        assertThat(x("X = 1", "if false", "include : /nowhere", "if rubbish", "endif", "endif"))
                .isEqualTo("1");
    }

    @Test
    void brokenIfsAreErrors() {
        assertThat(problems("endif")).contains(":1: error: 'endif' without 'if'");
        assertThat(problems("if true", "A = 1")).contains(":1: error: 'if' without 'endif'");
        assertThat(problems("if true", "else", "else", "endif"))
                .contains(":3: error: 'else' after 'else'");
        assertThat(problems("if maybe", "endif")).contains("'maybe' is neither true nor false");
        assertThat(problems("if version 8", "endif")).contains("expected a comparison");
    }

    @Test
    void templatesSetWhatTheyAreFor() {
        CondorConfig config =
                TestConfigs.of("use ROLE : Execute", "", "USE role:submit", "DAEMON = 1");
        assertThat(config.errors()).isEmpty();
        assertThat(config.getList(Knobs.DAEMON_LIST)).contains("STARTD", "SCHEDD");
        assertThat(config.origin("DAEMON_LIST").orElseThrow())
                .hasToString(TestConfigs.ROOT + ", line 3, use ROLE:Submit+2");
    }

    @Test
    void anUnknownTemplateNamesTheKnownOnes() {
        assertThat(problems("use ROLE : Emperor"))
                .contains(
                        "there is no template 'Emperor' in ROLE; Roost ships CentralManager, Execute,"
                                + " Personal, Submit");
        assertThat(problems("use FEATURE : GPUs")).contains("there is no category 'FEATURE'");
    }

    @Test
    void everyPolicyTemplateIsWithoutProblems() {
        for (String name : Templates.names("POLICY")) {
            CondorConfig config = TestConfigs.of("VALID_COD_USERS = ann", "use POLICY : " + name);
            assertThat(config.problems()).as(name).isEmpty();
            assertThat(ConfigCheck.check(config)).as(name).isEmpty();
        }
    }

    @Test
    void theTimesOfTheDesktopPolicyAreNamesToSetAfterIt() {
        CondorConfig config =
                TestConfigs.of(
                        "use POLICY : Desktop", "ContinueIdleTime = 7", "MaxSuspendTime = 8");
        assertThat(config.get("CONTINUE").orElseThrow()).endsWith("(KeyboardIdle > 7))");
        assertThat(config.get("PREEMPT").orElseThrow())
                .contains("(time() - EnteredCurrentActivity) > 8");
    }

    @Test
    void errorsAndWarningsOfTheFileAreReported() {
        assertThat(problems("A = 7", "warning : a is $(A)", "error : stop"))
                .isEqualTo(
                        TestConfigs.ROOT
                                + ":2: warning: a is 7\n"
                                + TestConfigs.ROOT
                                + ":3: error: stop\n");
    }

    @Test
    void theEnvironmentOverridesFiles() {
        CondorConfig config =
                CondorConfig.load(
                        TestConfigs.source(
                                new MemoryFiles().put(TestConfigs.ROOT, "X = file"),
                                Map.of("_CONDOR_X", "$(X) and environment")));
        assertThat(config.get("X")).contains("file and environment");
        assertThat(config.origin("X")).contains(Origin.ENVIRONMENT);
    }
}
