// SPDX-License-Identifier: Apache-2.0
package roost.cli.classad;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import roost.cli.config.ConfigHost;

/** {@code classad_eval} and {@code classad_match}, through the whole command line. */
@Timeout(30)
class ClassAdCommandsTest {
    @TempDir private Path directory;

    @BeforeEach
    void writeAds() throws IOException {
        Files.writeString(
                directory.resolve("job"),
                """
                # a job
                Owner = "ann"
                RequestMemory = 100
                Requirements = TARGET.Memory >= RequestMemory && TARGET.Arch == "X86_64"
                """);
        Files.writeString(
                directory.resolve("slot"),
                "Memory = 64\nArch = \"x86_64\"\nStart = TARGET.Owner == \"ann\"\n"
                        + "Requirements = Start\n");
        Files.writeString(directory.resolve("bad"), "A = 1\nB = = 2\n");
    }

    private ConfigHost run(String... argv) {
        return ConfigHost.run(directory, Map.of("TZ", "UTC"), argv);
    }

    @Test
    void quietPrintsOneValueALine() {
        ConfigHost host =
                run("classad_eval", "-quiet", "1 + 1", "\"a\\\"b\"", "{1, \"x\"}", "nope", "1/0");
        assertThat(host.output()).isEqualTo("2\n\"a\\\"b\"\n{ 1,\"x\" }\nundefined\nerror\n");
        assertThat(host.status()).isZero();
    }

    @Test
    void jsonIsOneObjectALine() {
        ConfigHost host = run("classad_eval", "-json", "1 + 1", "{1, \"x\"}", "nope", "\"a\"");
        assertThat(host.output())
                .isEqualTo(
                        "{\"Value\":2}\n{\"Value\":[1,\"x\"]}\n{\"Value\":null}\n"
                                + "{\"Value\":\"a\"}\n");
        ConfigHost match = run("classad_match", "-json", "job", "slot");
        assertThat(match.output()).startsWith("{\n  \"match\": false,\n  \"explanation\": [\"");
        assertThat(match.status()).isEqualTo(1);
    }

    @Test
    void theAdIsPrintedBeforeEachValue() {
        ConfigHost host = run("classad_eval", "x = y", "x", "y = 7", "x", "[ z = 1 ]", "z == y");
        assertThat(host.output())
                .isEqualTo(
                        "[ x = y ]\nundefined\n[ x = y; y = 7 ]\n7\n"
                                + "[ x = y; y = 7; z = 1 ]\nfalse\n");
    }

    @Test
    void filesAreTheAdAndItsTarget() {
        ConfigHost host =
                run(
                        "classad_eval",
                        "-quiet",
                        "-file",
                        "job",
                        "-target-file",
                        "slot",
                        "Owner",
                        "TARGET.Memory",
                        "Requirements",
                        "-RequestMemory + 1");
        assertThat(host.output()).isEqualTo("\"ann\"\n64\nfalse\n-99\n");
    }

    @Test
    void strictModeHasItsOwnRules() {
        assertThat(run("classad_eval", "-quiet", "1 && 1", "0x10").errors())
                .contains("line 1, column 2: expected the end of the number, found 'x10'");
        assertThat(run("classad_eval", "-quiet", "-strict", "1 && 1", "0x10").output())
                .isEqualTo("error\n16\n");
    }

    @Test
    void aValueStaysOnOneLine() {
        assertThat(run("classad_eval", "-quiet", "strcat(\"a\", formatTime(0, \"%n\"))").output())
                .isEqualTo("\"a\\n\"\n");
    }

    @Test
    void mistakesAreToldWithTheirPlace() {
        ConfigHost syntax = run("classad_eval", "-quiet", "1 +");
        assertThat(syntax.errors())
                .isEqualTo(
                        "classad_eval: '1 +': line 1, column 4: expected an expression,"
                                + " found the end of the text\n");
        assertThat(syntax.status()).isEqualTo(1);
        ConfigHost file = run("classad_eval", "-file", "bad", "A");
        assertThat(file.errors())
                .isEqualTo("ERROR: bad: line 2, column 5: expected an expression, found '='\n");
        assertThat(run("classad_eval").errors()).startsWith("classad_eval: no expression");
    }

    @Test
    void aFailedMatchIsExplainedClauseByClause() {
        ConfigHost host = run("classad_match", "job", "slot");
        assertThat(host.output())
                .isEqualTo(
                        """
                        The ads do not match.

                        Requirements of job against slot: false
                            NO   TARGET.Memory >= RequestMemory
                                     TARGET.Memory is 64
                                     RequestMemory is 100
                            yes  TARGET.Arch == "X86_64"
                                     TARGET.Arch is "x86_64"

                        Requirements of slot against job: true
                            yes  TARGET.Owner == "ann"   (from Start)
                                     TARGET.Owner is "ann"
                        """);
        assertThat(host.status()).isEqualTo(1);
    }

    @Test
    void aMatchExitsWithZero() throws IOException {
        Files.writeString(directory.resolve("big"), "Memory = 128\nArch = \"X86_64\"\n");
        assertThat(run("classad_match", "job", "big").status()).isEqualTo(1);
        ConfigHost half = run("classad_match", "-half", "-quiet", "job", "big");
        assertThat(half.output()).isEqualTo("The ads match.\n");
        assertThat(half.status()).isZero();
    }
}
