// SPDX-License-Identifier: Apache-2.0
package roost.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import roost.config.KeywordApplications.Application;

/** Applications defined by keyword. */
@Timeout(20)
class KeywordApplicationsTest {

    @Test
    void theManualsExampleIsAnApplication() {
        Application application =
                KeywordApplications.resolve(
                        TestConfigs.of(
                                "FractGen_Cmd = \"/usr/local/bin/fractgen\"",
                                "FractGen_Iwd = /tmp/cod-fractgen",
                                "FractGen_Out = output",
                                "FractGen_Args = mandelbrot -0.65865,-0.56254"),
                        "fractgen");
        assertThat(application.problems()).isEmpty();
        assertThat(application.isDefined()).isTrue();
        assertThat(application.attributes())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "Cmd", "\"/usr/local/bin/fractgen\"",
                                "Iwd", "\"/tmp/cod-fractgen\"",
                                "Out", "\"output\"",
                                "Args", "\"mandelbrot -0.65865,-0.56254\"",
                                "JobUniverse", "5"));
    }

    @Test
    void aliasesCountWhereTheAttributeIsNotSet() {
        Map<String, String> attributes =
                KeywordApplications.resolve(
                                TestConfigs.of(
                                        "A_executable = /bin/a",
                                        "A_universe = Java",
                                        "A_kill_sig = \"SIGQUIT\"",
                                        "A_output = two",
                                        "A_Out = one",
                                        "A_cluster = 7"),
                                "A")
                        .attributes();
        assertThat(attributes)
                .containsEntry("Cmd", "\"/bin/a\"")
                .containsEntry("JobUniverse", "10")
                .containsEntry("KillSig", "\"SIGQUIT\"")
                .containsEntry("Out", "\"one\"")
                .containsEntry("ClusterId", "7");
    }

    @Test
    void quotesWithinAnUnquotedStringAreEscaped() {
        assertThat(
                        KeywordApplications.resolve(
                                        TestConfigs.of("A_Cmd = /bin/a", "A_Args = say \"hi\""),
                                        "A")
                                .attributes())
                .containsEntry("Args", "\"say \\\"hi\\\"\"");
    }

    @Test
    void macrosInThemAreExpanded() {
        assertThat(
                        KeywordApplications.resolve(
                                        TestConfigs.of("B = /opt", "A_Cmd = $(B)/a"), "A")
                                .attributes())
                .containsEntry("Cmd", "\"/opt/a\"");
    }

    @Test
    void anUnknownKeywordHasNoAttributes() {
        Application application = KeywordApplications.resolve(TestConfigs.of("A_Cmd = x"), "B");
        assertThat(application.isDefined()).isFalse();
        assertThat(application.attributes()).isEmpty();
    }

    @Test
    void aBadUniverseIsAProblemAndNothingElseIsLost() {
        Application application =
                KeywordApplications.resolve(
                        TestConfigs.of("A_Cmd = x", "A_JobUniverse = milky way"), "A");
        assertThat(application.problems())
                .extracting(ConfigProblem::toString)
                .containsExactly(
                        TestConfigs.ROOT
                                + ":2: error: A_JobUniverse is 'milky way', expected a number or one"
                                + " of grid, java, local, parallel, scheduler, standard, vanilla, vm");
        assertThat(application.isDefined()).isTrue();
    }

    @Test
    void keywordsMayHoldUnderscores() {
        assertThat(
                        KeywordApplications.keywords(
                                TestConfigs.of("my_app_Cmd = x", "B_EXECUTABLE=y", "C_Out = z")))
                .containsExactly("B", "my_app");
    }
}
