// SPDX-License-Identifier: Apache-2.0
package roost.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which files are read, in which order, and what happens if they are not there. */
@Timeout(20)
class ConfigFilesTest {

    private static CondorConfig load(MemoryFiles files, String... environment) {
        Map<String, String> all = new TreeMap<>();
        for (int i = 0; i < environment.length; i += 2) {
            all.put(environment[i], environment[i + 1]);
        }
        return CondorConfig.load(TestConfigs.source(files, all));
    }

    /** As if nothing were set at all. */
    private static CondorConfig loadBare(MemoryFiles files) {
        return load(files, "CONDOR_CONFIG", "");
    }

    @Test
    void withoutAnyFileThePersonalConfigurationHolds() {
        CondorConfig config = loadBare(new MemoryFiles());
        assertThat(config.problems()).isEmpty();
        assertThat(ConfigCheck.check(config)).isEmpty();
        assertThat(config.files()).containsExactly("<Personal>");
        assertThat(config.getList(Knobs.VALID_COD_USERS)).containsExactly("ann");
        assertThat(config.getPath(Knobs.LOCAL_DIR)).hasToString("/home/ann/.local/state/roost");
        assertThat(config.getInteger(Knobs.NUM_SLOTS)).isEqualTo(4);
        assertThat(Roles.of(config)).hasSize(4);
        assertThat(config.origin("VALID_COD_USERS").orElseThrow().toString())
                .startsWith("<Personal>, line ");
    }

    @Test
    void aUsersFileComesBeforeTheMachines() {
        MemoryFiles files = new MemoryFiles().put("/etc/condor/condor_config", "X = htcondor");
        assertThat(loadBare(files).get("X")).contains("htcondor");
        files.put("/etc/roost/condor_config", "X = machine");
        assertThat(loadBare(files).get("X")).contains("machine");
        files.put("/home/ann/.config/roost/condor_config", "X = user");
        assertThat(loadBare(files).get("X")).contains("user");
        assertThat(load(files, "CONDOR_CONFIG", "", "XDG_CONFIG_HOME", "/else").get("X"))
                .contains("machine");
    }

    @Test
    void onlyEnvReadsNoFile() {
        CondorConfig config =
                load(new MemoryFiles(), "CONDOR_CONFIG", "only_env", "_CONDOR_X", "1");
        assertThat(config.problems()).isEmpty();
        assertThat(config.files()).isEmpty();
        assertThat(config.get("X")).contains("1");
        assertThat(config.get("VALID_COD_USERS")).isEmpty();
    }

    @Test
    void aNamedFileThatIsMissingIsAnError() {
        assertThat(load(new MemoryFiles(), "CONDOR_CONFIG", "/none").problems())
                .extracting(ConfigProblem::toString)
                .containsExactly("<Environment>: error: cannot read /none: no such file");
    }

    @Test
    void layersAreReadInTheirOrder() {
        MemoryFiles files =
                new MemoryFiles()
                        .put(
                                TestConfigs.ROOT,
                                "X = root",
                                "LOCAL_CONFIG_DIR = /d1, /d2",
                                "LOCAL_CONFIG_FILE = /local1 /local2")
                        .put("/d1/20", "X = $(X) d1/20")
                        .put("/d1/10", "X = $(X) d1/10")
                        .put("/d1/30~", "X = back-up")
                        .put("/d1/.hidden", "X = hidden")
                        .put("/d2/00", "X = $(X) d2/00")
                        .put("/local1", "X = $(X) local1")
                        .put("/local2", "X = $(X) local2")
                        .put("/home/ann/.condor/user_config", "X = $(X) user");
        CondorConfig config = load(files, "_CONDOR_X", "$(X) env");
        assertThat(config.problems()).isEmpty();
        assertThat(config.get("X")).contains("root d1/10 d1/20 d2/00 local1 local2 user env");
        assertThat(config.files())
                .containsExactly(
                        TestConfigs.ROOT,
                        "/d1/10",
                        "/d1/20",
                        "/d2/00",
                        "/local1",
                        "/local2",
                        "/home/ann/.condor/user_config");
    }

    @Test
    void aChangedConfigDirectoryIsReadAfterwards() {
        MemoryFiles files =
                new MemoryFiles()
                        .put(TestConfigs.ROOT, "LOCAL_CONFIG_FILE = /local")
                        .put("/local", "LOCAL_CONFIG_DIR = /d")
                        .put("/d/1", "X = late");
        assertThat(load(files).get("X")).contains("late");
    }

    @Test
    void missingLocalFilesAreErrorsUnlessTheyNeedNotExist() {
        MemoryFiles files = new MemoryFiles().put(TestConfigs.ROOT, "LOCAL_CONFIG_FILE = /no");
        assertThat(load(files).problems())
                .extracting(ConfigProblem::toString)
                .containsExactly(TestConfigs.ROOT + ":1: error: cannot read /no: no such file");
        files.put(TestConfigs.ROOT, "LOCAL_CONFIG_FILE=/no", "REQUIRE_LOCAL_CONFIG_FILE=False");
        assertThat(load(files).problems()).isEmpty();
    }

    @Test
    void includesAreRelativeToTheIncludingFile() {
        MemoryFiles files =
                new MemoryFiles()
                        .put(TestConfigs.ROOT, "D = sub", "include : $(D)/one", "@include: /two")
                        .put("/etc/test/sub/one", "X = one", "include : three")
                        .put("/etc/test/sub/three", "X = $(X) three")
                        .put("/two", "X = $(X) two");
        CondorConfig config = load(files);
        assertThat(config.problems()).isEmpty();
        assertThat(config.get("X")).contains("one three two");
        assertThat(config.origin("X")).contains(Origin.file("/two", 1));
    }

    @Test
    void aMissingIncludeIsAnErrorUnlessItMayBeMissing() {
        assertThat(TestConfigs.problems("include : nope"))
                .isEqualTo(
                        TestConfigs.ROOT + ":1: error: cannot read /etc/test/nope: no such file\n");
        assertThat(TestConfigs.problems("include ifexist : nope")).isEmpty();
    }

    @Test
    void filesThatIncludeEachOtherAreStopped() {
        assertThat(TestConfigs.problems("include : condor_config"))
                .contains("more than 20 files include each other");
    }

    @Test
    void commandsAreRefusedUnlessTheyAreSwitchedOn() {
        for (String line :
                new String[] {
                    "include command : /bin/echo X = 1",
                    "include : /bin/echo X = 1 |",
                    "LOCAL_CONFIG_FILE = /bin/echo X = 1 |"
                }) {
            assertThat(TestConfigs.problems(line))
                    .as(line)
                    .contains(":1: error: running a command for configuration is switched off")
                    .contains("ROOST_CONFIG_COMMANDS=true");
        }
    }

    private static ConfigSource withCommands(MemoryFiles files) {
        ConfigSource source = TestConfigs.source(files, Map.of());
        return source.withCaller(
                        new ConfigSource.Caller(
                                source.environment(), "ann", source.home(), Path.of("/"), 1))
                .withCommandsAllowed(true);
    }

    @Test
    void aCommandsOutputIsRead() {
        MemoryFiles files =
                new MemoryFiles().put(TestConfigs.ROOT, "include command : /bin/echo X = 1");
        assertThat(CondorConfig.load(withCommands(files)).get("X")).contains("1");
    }

    @Test
    void theRootMayBeACommand() {
        ConfigSource source = withCommands(new MemoryFiles());
        Map<String, String> environment = Map.of("CONDOR_CONFIG", "/bin/echo X = 1 |");
        assertThat(CondorConfig.load(source.withEnvironment(environment)).get("X")).contains("1");
        assertThat(
                        load(new MemoryFiles(), "CONDOR_CONFIG", "/bin/echo X = 1 |")
                                .problems()
                                .toString())
                .contains(
                        "<Environment>: error: running a command for configuration is switched off");
    }

    @Test
    void aCommandThatFailsIsAnErrorUnlessItMayFail() {
        MemoryFiles files = new MemoryFiles().put(TestConfigs.ROOT, "include : /bin/false |");
        assertThat(CondorConfig.load(withCommands(files)).problems())
                .extracting(ConfigProblem::toString)
                .containsExactly(
                        TestConfigs.ROOT + ":1: error: command '/bin/false' failed with status 1");
        files.put(TestConfigs.ROOT, "include ifexist command : /bin/false");
        assertThat(CondorConfig.load(withCommands(files)).problems()).isEmpty();
    }

    @Test
    void aCommandsOutputIsKeptInItsCache() {
        MemoryFiles files =
                new MemoryFiles()
                        .put(TestConfigs.ROOT, "include command into /c : /bin/echo X = 1");
        assertThat(CondorConfig.load(withCommands(files)).get("X")).contains("1");
        files.put("/c", "X = cached");
        assertThat(CondorConfig.load(withCommands(files)).get("X")).contains("cached");
    }

    @Test
    void aBinaryFileIsAnError() {
        MemoryFiles files = new MemoryFiles().putText(TestConfigs.ROOT, "X = \0");
        assertThat(load(files).problems().toString()).contains("is not a text file");
    }

    @Test
    void aFileThatIsTooLongIsAnError() {
        MemoryFiles files =
                new MemoryFiles()
                        .putText(TestConfigs.ROOT, "#".repeat(ConfigLimits.FILE_BYTES + 1));
        assertThat(load(files).problems().toString()).contains("is longer than 4194304 bytes");
    }

    @Test
    void variablesOfJobsAreNoSettings() {
        CondorConfig config =
                load(
                        new MemoryFiles().put(TestConfigs.ROOT, ""),
                        "_CONDOR_SCRATCH_DIR",
                        "/x",
                        "_condor_y",
                        "1");
        assertThat(config.namesSet()).containsExactly("y");
    }

    @Test
    void aChangeOfAnyFileIsNoticed(@TempDir Path directory) throws IOException {
        Path root = directory.resolve("condor_config");
        Path dropIns = Files.createDirectory(directory.resolve("config.d"));
        write(root, "LOCAL_CONFIG_DIR = " + dropIns + "\nX = 1\n");
        ConfigSource source =
                ConfigSource.ofProcess()
                        .withEnvironment(
                                Map.of(
                                        "CONDOR_CONFIG",
                                        root.toString(),
                                        "HOME",
                                        directory.toString()));
        CondorConfig config = CondorConfig.load(source);
        assertThat(config.problems()).isEmpty();
        assertThat(config.isStale()).isFalse();

        write(dropIns.resolve("10-new"), "X = 2\n");
        assertThat(config.isStale()).isTrue();

        CondorConfig again = CondorConfig.load(source);
        assertThat(again.get("X")).contains("2");
        assertThat(again.isStale()).isFalse();
        write(dropIns.resolve("10-new"), "X = 333\n");
        assertThat(again.isStale()).isTrue();
    }

    private static void write(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aDirectoryOrPipeIsNotReadAsAFile(@TempDir Path directory) {
        ConfigSource source =
                ConfigSource.ofProcess()
                        .withEnvironment(Map.of("CONDOR_CONFIG", directory.toString()));
        assertThat(CondorConfig.load(source).problems().toString()).contains("is a directory");
        assertThat(
                        CondorConfig.load(
                                        source.withEnvironment(
                                                Map.of("CONDOR_CONFIG", "/dev/zero")))
                                .problems()
                                .toString())
                .contains("is not a regular file");
    }
}
