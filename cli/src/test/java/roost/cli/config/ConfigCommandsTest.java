// SPDX-License-Identifier: Apache-2.0
package roost.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code condor_config_val} and {@code roost config}, through the whole command line. */
@Timeout(30)
class ConfigCommandsTest {
    @TempDir private Path directory;
    private Path root;

    @BeforeEach
    void writeConfiguration() throws IOException {
        root = directory.resolve("condor_config");
        write(
                root,
                "LOCAL_DIR = " + directory,
                "A = 1",
                "B = <$(A)>",
                "VALID_COD_USERS = ann",
                "LOCAL_CONFIG_FILE = " + directory.resolve("local"));
        write(directory.resolve("local"), "", "A = 2", "STARTD.A = 3", "EMPTY =");
    }

    private static void write(Path file, String... lines) throws IOException {
        Files.write(file, List.of(lines), StandardCharsets.UTF_8);
    }

    private ConfigHost run(String... argv) {
        return ConfigHost.run(directory, Map.of("CONDOR_CONFIG", root.toString()), argv);
    }

    @Test
    void aValueIsPrintedExpanded() {
        ConfigHost host = run("condor_config_val", "B", "a");
        assertThat(host.output()).isEqualTo("<2>\n2\n");
        assertThat(host.status()).isZero();
    }

    @Test
    void rawValuesAreAsWritten() {
        assertThat(run("condor_config_val", "-raw", "B").output()).isEqualTo("<$(A)>\n");
    }

    @Test
    void whatIsNotDefinedIsSaidOnStandardErrorAndTheRestIsPrinted() {
        ConfigHost host = run("condor_config_val", "Nope", "A", "EMPTY");
        assertThat(host.output()).isEqualTo("2\n");
        assertThat(host.errors()).isEqualTo("Not defined: NOPE\nNot defined: EMPTY\n");
        assertThat(host.status()).isEqualTo(1);
    }

    @Test
    void verboseTellsWhereAndWhat() {
        assertThat(run("condor_config_val", "-verbose", "b").output())
                .isEqualTo("B = <2>\n # at: " + root + ", line 3\n # raw: B = <$(A)>\n\n");
        assertThat(run("condor_config_val", "-v", "KILLING_TIMEOUT").output())
                .isEqualTo(
                        "KILLING_TIMEOUT = 30\n # at: <Default>\n # raw: KILLING_TIMEOUT = 30\n"
                                + " # default: 30\n\n");
    }

    @Test
    void aTextIsExpanded() {
        assertThat(run("condor_config_val", "-expand", "from $(B) to $(NOPE:none)").output())
                .isEqualTo("from <2> to none\n");
        assertThat(run("condor_config_val", "-expand", "$INT(A)").output()).isEqualTo("2\n");
        assertThat(run("condor_config_val", "-expand", "B").output()).isEqualTo("<2>\n");
    }

    @Test
    void aSubsystemsValueIsFound() {
        assertThat(run("condor_config_val", "-subsystem", "startd", "B").output())
                .isEqualTo("<3>\n");
    }

    @Test
    void theEnvironmentWins() {
        ConfigHost host =
                ConfigHost.run(
                        directory,
                        Map.of("CONDOR_CONFIG", root.toString(), "_CONDOR_A", "env"),
                        "condor_config_val",
                        "-verbose",
                        "A");
        assertThat(host.output()).isEqualTo("A = env\n # at: <Environment>\n # raw: A = env\n\n");
    }

    @Test
    void dumpPrintsMatchingNamesRawAndTheFiles() {
        assertThat(run("condor_config_val", "-dump", "^(a|b)$").output())
                .matches(
                        "(?s)# Configuration from machine: \\S+\n"
                                + "\n# Parameters with names that match \\^\\(a\\|b\\)\\$:\n"
                                + "A = 2\nB = <\\$\\(A\\)>\n"
                                + "# Contributing configuration file\\(s\\):\n"
                                + "#\t\\S+/condor_config\n#\t\\S+/local\n");
        assertThat(run("condor_config_val", "-dump", "-expand", "^b$").output())
                .contains("B = <2>\n");
        assertThat(run("condor_config_val", "-dump").output())
                .contains("KILLING_TIMEOUT = 30\n")
                .contains("STARTD.A = 3\n");
    }

    @Test
    void aHostilePatternEndsSoon() {
        assertThat(run("condor_config_val", "-dump", "((_?[A-Z]*)*)*!").status()).isZero();
        assertThat(run("condor_config_val", "-dump", "(unclosed").status()).isZero();
    }

    @Test
    void summaryPrintsWhatIsSetFileByFile() {
        String output = run("condor_config_val", "-summary").output();
        assertThat(output)
                .contains("\n#\n# from " + root + "\n#\nLOCAL_DIR = ")
                .contains("\n#\n# from " + directory.resolve("local") + "\n#\nA = 2\n")
                .doesNotContain("KILLING_TIMEOUT");
    }

    @Test
    void configPrintsFilesOnOutputAndHeadingsOnError() {
        ConfigHost host = run("condor_config_val", "-config");
        assertThat(host.output())
                .isEqualTo("\t" + root + "\n\t" + directory.resolve("local") + "\n");
        assertThat(host.errors())
                .isEqualTo("Configuration source:\nLocal configuration source:\n\n");
    }

    @Test
    void jsonTellsEverything() {
        assertThat(run("condor_config_val", "-json", "B").output())
                .isEqualTo(
                        "[\n  { \"name\": \"B\", \"value\": \"<2>\", \"raw\": \"<$(A)>\", \"source\":"
                                + " \""
                                + root
                                + "\", \"line\": 3 }\n]\n");
    }

    @Test
    void macrosInAnyTextAreExpanded() {
        assertThat(run("condor_config_val", "-macro", "$(A)-$INT(A)").output()).isEqualTo("2-2\n");
    }

    @Test
    void templatesAreListedAndShown() {
        assertThat(run("condor_config_val", "use", "role").output())
                .isEqualTo("use ROLE accepts\n  CentralManager\n  Execute\n  Personal\n  Submit\n");
        assertThat(run("condor_config_val", "use", "role:personal").output())
                .startsWith("use ROLE:Personal is\n")
                .contains("CONDOR_HOST = 127.0.0.1\n");
        assertThat(run("condor_config_val", "use", "role:x").output())
                .isEqualTo("Not defined: use ROLE:X\n");
    }

    @Test
    void askingADaemonIsRefused() {
        ConfigHost host = run("condor_config_val", "-startd", "A");
        assertThat(host.status()).isEqualTo(1);
        assertThat(host.errors()).startsWith("ERROR: -startd speaks to a running daemon");
    }

    @Test
    void noNamesIsAMistake() {
        assertThat(run("condor_config_val").status()).isEqualTo(1);
    }

    @Test
    void errorsInTheConfigurationAreShownInsteadOfValues() throws IOException {
        write(root, "A = 1", "wrong line");
        ConfigHost host = run("condor_config_val", "A");
        assertThat(host.output()).isEmpty();
        assertThat(host.errors())
                .startsWith(root + ":2: error: expected '=' after 'wrong', found 'line'\n");
        assertThat(host.status()).isEqualTo(1);
        write(root, "A = $(A:$(B))", "B = $(B2)", "B2 = $(B)");
        assertThat(run("condor_config_val", "B").errors())
                .startsWith(root + ":2: error: B: B refers to itself: B -> B2 -> B\n");
    }

    @Test
    void checkIsContentWithAGoodConfiguration() throws IOException {
        write(root, "LOCAL_DIR = " + directory, "VALID_COD_USERS = ann");
        ConfigHost host = run("roost", "config", "check");
        assertThat(host.output()).isEqualTo("0 errors, 0 warnings in " + root + "\n");
        assertThat(host.status()).isZero();
    }

    @Test
    void checkShowsAllThatIsWrong() throws IOException {
        write(root, "VALID_COD_USERS = ann", "KILLING_TIMEOUT = x", "POLING_INTERVAL = 1", "?");
        ConfigHost host = run("roost", "config", "check");
        assertThat(host.output())
                .isEqualTo(
                        root
                                + ":2: error: KILLING_TIMEOUT is 'x', expected a number of seconds\n"
                                + root
                                + ":3: warning: unknown knob 'POLING_INTERVAL'; did you mean"
                                + " POLLING_INTERVAL?\n"
                                + root
                                + ":4: error: expected a name, found '?'\n2 errors, 1 warning in "
                                + root
                                + "\n");
        assertThat(host.status()).isEqualTo(1);
        assertThat(run("roost", "config", "check", "-json").output())
                .contains("{ \"severity\": \"error\", \"source\": \"" + root + "\", \"line\": 2,");
    }

    @Test
    void anotherFileCanBeChecked() throws IOException {
        Path other = directory.resolve("other");
        write(other, "VALID_COD_USERS = ann", "START = True", "oops");
        assertThat(run("roost", "config", "check", other.toString()).output())
                .contains(other + ":3: error");
        assertThat(run("roost", "config", "check", "other").output()).contains(other + ":3: error");
    }

    @Test
    void knobsAreDocumented() {
        assertThat(run("roost", "config", "knobs").output())
                .contains("| `KILLING_TIMEOUT` | `30` |");
        assertThat(run("roost", "config", "knobs", "-man").output())
                .startsWith(".TH CONDOR_CONFIG");
        assertThat(run("roost", "config").status()).isEqualTo(1);
    }
}
