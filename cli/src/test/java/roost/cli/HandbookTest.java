// SPDX-License-Identifier: Apache-2.0
package roost.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import roost.cli.option.Option;
import roost.cli.option.OptionTable;
import roost.cli.option.UsageException;

/** Every command has a name, help, a man page and completion, and they agree with its options. */
@Timeout(60)
class HandbookTest {
    private static final Path DIST = Path.of("src/main/dist");
    private static final Path MAN = DIST.resolve("man/man1");
    private static final Path COMPLETION = DIST.resolve("completion/roost.bash");
    private static final boolean REGENERATE = Boolean.getBoolean("regenerate");

    /** Commands that print lists; they must be able to do it in JSON. */
    private static final Set<String> LISTING =
            Set.of(
                    "condor_status",
                    "condor_q",
                    "condor_rm",
                    "condor_hold",
                    "condor_release",
                    "condor_vacate_job",
                    "condor_vacate",
                    "condor_checkpoint",
                    "condor_ckpt",
                    "condor_submit",
                    "condor_config_val",
                    "roost claims",
                    "roost config");

    private static Stream<DynamicTest> each(CheckOfCommand check) {
        return Commands.all().stream()
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> check.check(c)));
    }

    private interface CheckOfCommand {
        void check(Command command) throws Exception;
    }

    @TestFactory
    Stream<DynamicTest> everyCommandHasOneNameAndASummary() {
        List<String> names = Commands.all().stream().map(Command::name).toList();
        assertThat(names).doesNotHaveDuplicates();
        return each(
                command -> {
                    assertThat(command.name()).matches("roost [a-z-]+|(condor|classad)_[a-z_]+");
                    assertThat(command.summary()).endsWith(".").doesNotContain("\n");
                });
    }

    @TestFactory
    Stream<DynamicTest> everyCommandPrintsItsUsageWhenAsked() {
        return each(
                command -> {
                    FakeHost host = new FakeHost();
                    List<String> words =
                            new java.util.ArrayList<>(List.of(command.name().split(" ")));
                    words.add("-help");
                    assertThat(host.run(words)).isZero();
                    assertThat(host.stdout() + host.stderr()).isEqualTo(command.usage());
                    assertThat(command.usage()).startsWith("Usage: ").endsWith("\n");
                });
    }

    @TestFactory
    Stream<DynamicTest> everyOptionCanBeAbbreviatedAsFarAsItSays() {
        return each(
                command -> {
                    OptionTable table = command.documentedOptions();
                    for (Option option : table.options()) {
                        List<String> words = new java.util.ArrayList<>();
                        int shortest = Math.min(option.shortest(), option.name().length());
                        words.add("-" + option.name().substring(0, shortest));
                        option.arguments().forEach(argument -> words.add("<127.0.0.1:1>"));
                        assertThat(parsed(table, words)).isEqualTo(option.name());
                    }
                });
    }

    private static String parsed(OptionTable table, List<String> words) throws UsageException {
        return table.parse(words).uses().get(0).option().name();
    }

    @TestFactory
    Stream<DynamicTest> everyManPageListsTheOptionsThatTheCommandHas() {
        return each(
                command -> {
                    Path page = MAN.resolve(Handbook.page(command));
                    assertThat(page).as("the man page").exists();
                    String text = Files.readString(page);
                    int begin = text.indexOf(Handbook.BEGIN);
                    int end = text.indexOf(Handbook.END);
                    assertThat(begin).as("where options begin").isPositive();
                    String options = text.substring(begin, end + Handbook.END.length());
                    if (REGENERATE) {
                        Files.writeString(page, text.replace(options, Handbook.options(command)));
                    } else {
                        assertThat(options)
                                .as("options in the page; -Dregenerate=true brings it up to date")
                                .isEqualTo(Handbook.options(command));
                    }
                    assertThat(text)
                            .contains(
                                    ".Sh NAME",
                                    ".Sh SYNOPSIS",
                                    ".Sh DESCRIPTION",
                                    ".Sh EXIT STATUS");
                });
    }

    @Test
    void noManPageIsLeftOver() throws IOException {
        Set<String> expected = new TreeSet<>(Set.of("roost.1"));
        // The checkpoint tools are programs of their own, in C.
        expected.addAll(
                Set.of(
                        "condor_compile.1",
                        "roost-checkpoint.1",
                        "roost-image.1",
                        "roost-restart.1"));
        Commands.all().forEach(command -> expected.add(Handbook.page(command)));
        try (Stream<Path> pages = Files.list(MAN)) {
            assertThat(pages.map(page -> page.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @Test
    void completionKnowsTheOptionsThatTheCommandsHave() throws IOException {
        if (REGENERATE) {
            Files.createDirectories(COMPLETION.getParent());
            Files.writeString(COMPLETION, Handbook.completion());
        }
        assertThat(Files.readString(COMPLETION))
                .as("-Dregenerate=true brings it up to date")
                .isEqualTo(Handbook.completion());
    }

    @Test
    void completionWorksInBash() throws Exception {
        assertThat(complete("condor_q", "-nob")).isEqualTo("-nobatch");
        assertThat(complete("roost", "clai")).isEqualTo("claims");
        assertThat(complete("roost", "status", "-constr")).isEqualTo("-constraint");
        assertThat(complete("condor_cod", "rel")).isEqualTo("release");
        assertThat(complete("condor_cod", "activate", "-key")).isEqualTo("-keyword");
        assertThat(complete("condor_cod_release", "-fa")).isEqualTo("-fast");
    }

    private static String complete(String... words) throws Exception {
        String script =
                "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _roost;"
                        + " echo \"${COMPREPLY[*]}\"";
        List<String> command =
                new java.util.ArrayList<>(
                        List.of("bash", "-c", script, "bash", COMPLETION.toString()));
        command.addAll(List.of(words));
        Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(bash.getInputStream().readAllBytes()).strip();
        assertThat(bash.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    @TestFactory
    Stream<DynamicTest> whatListsThingsCanDoItInJson() {
        return each(
                command -> {
                    boolean lists =
                            LISTING.contains(command.name())
                                    || command.name().startsWith("condor_cod_");
                    if (lists) {
                        assertThat(command.documentedOptions().option("json")).isPresent();
                    }
                });
    }
}
